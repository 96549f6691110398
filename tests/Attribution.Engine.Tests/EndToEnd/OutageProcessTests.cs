using System.Collections.Concurrent;
using System.Net;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// The embedded ClickHouse is killed under load, as the system does to a process that takes too much memory.
/// The engine starts it again and goes on; the ids it acknowledged are kept by the test and compared.
/// </remarks>
public class OutageProcessTests
{
    [Fact]
    public async Task ClickHouseKilled_UnderLoad_IsStartedAgainAndEachEventStoredOnce()
    {
        using var folder = new TemporaryFolder();
        await using EngineRun run = await EngineRun.StartAsync(folder.Path);
        await run.UntilWholeAsync();
        var acknowledged = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        Task[] senders = [.. Enumerable.Range(0, 3).Select(sender =>
            SendAsync(run, sender, acknowledged, stop.Token))];
        for (int kill = 1; kill <= 2; kill++)
        {
            int before = acknowledged.Count;
            await SinkTest.UntilAsync(() => acknowledged.Count > before + 1_000);
            EngineRun.KillClickHouse(folder.Path);
            await SinkTest.UntilAsync(() => RestartCount(run) == kill);
        }

        await stop.CancelAsync();
        await Task.WhenAll(senders);
        Assert.Equal(
            HttpStatusCode.OK,
            await run.PostAsync("""{"type":"visit","user_id":"end","event_id":"end"}"""));
        acknowledged.Add("end");

        string[] expected = [.. acknowledged.Order(StringComparer.Ordinal)];
        string[] stored = await StoredIdsAsync(run, expected.Length);
        Assert.Equal(expected, stored);
    }

    private static int RestartCount(EngineRun run) =>
        run.Output.Split(Environment.NewLine).Count(static line =>
            line.Contains("ClickHouse answers at") && line.EndsWith(" again", StringComparison.Ordinal));

    private static async Task SendAsync(
        EngineRun run, int sender, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string[] ids = [.. Enumerable.Range(0, 10).Select(number => $"{sender}-{i}-{number}")];
            string body = string.Join(
                '\n', ids.Select(id => $$"""{"type":"visit","user_id":"u{{i}}","event_id":"{{id}}"}"""));
            while (await run.PostAsync(body) != HttpStatusCode.OK)
                await Task.Delay(20, CancellationToken.None);
            foreach (string id in ids)
                acknowledged.Add(id);
        }
    }

    /// <summary>All rows, without FINAL, as soon as there are as many ids as expected.</summary>
    private static async Task<string[]> StoredIdsAsync(EngineRun run, int expected)
    {
        using var patience = new CancellationTokenSource(SinkTest.Patience);
        while (await run.QueryAsync("SELECT uniqExact(event_id) FROM events") != $"{expected}\n")
            await Task.Delay(50, patience.Token);
        string text = await run.QueryAsync("SELECT event_id FROM events ORDER BY event_id");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
