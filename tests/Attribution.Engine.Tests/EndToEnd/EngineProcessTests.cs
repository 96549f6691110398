using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Attribution.Engine.Tests.EndToEnd.Support;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// Real processes with the embedded ClickHouse: what a user sees at the start and at the end, and what is
/// left after a kill. Ids that were acknowledged are kept by the test and compared with what ClickHouse
/// holds.
/// </remarks>
public class EngineProcessTests
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sigterm_AfterEvents_DrainsAndExitsWithZero()
    {
        using var folder = new TemporaryFolder();
        await using EngineRun run = await EngineRun.StartAsync(folder.Path);
        await run.UntilWholeAsync();
        Assert.Equal(HttpStatusCode.OK, await run.PostAsync(
            """{"type":"purchase","user_id":"u","event_id":"only","revenue":"9.9999"}"""));
        run.Signal("TERM");

        Assert.Equal(0, await run.WaitForExitAsync(ExitPatience));
        Assert.Contains(
            "1 events, 1 conversions; all of it is in ClickHouse", run.Output, StringComparison.Ordinal);
        Assert.Contains("durability  fsync", run.Output, StringComparison.Ordinal);

        await using EngineRun again = await EngineRun.StartAsync(folder.Path);
        Assert.Equal("only\t9.9999\n", await again.QueryAsync("SELECT event_id, revenue FROM events FINAL"));
        Assert.Equal("6\n", await again.QueryAsync("SELECT count() FROM attributions FINAL"));
    }

    [Fact]
    public async Task Sigterm_WithClickHouseFrozen_ExitsWithZeroAndLeavesTheRestToTheJournal()
    {
        using var folder = new TemporaryFolder();
        await using (EngineRun run = await EngineRun.StartAsync(folder.Path))
        {
            EngineRun.FreezeClickHouse(folder.Path);
            Assert.Equal(HttpStatusCode.OK, await run.PostAsync(
                """{"type":"visit","user_id":"u","event_id":"only"}"""));
            run.Signal("TERM");

            Assert.Equal(0, await run.WaitForExitAsync(ExitPatience));
            Assert.Contains("1 wait in the journal", run.Output, StringComparison.Ordinal);
        }

        await using EngineRun again = await EngineRun.StartAsync(folder.Path);
        Assert.Equal(HttpStatusCode.OK, await again.PostAsync(
            """{"type":"visit","user_id":"end","event_id":"end"}"""));
        Assert.Equal(["end", "only"], (await StoredIdsAsync(again)).Order());
    }

    [Fact]
    public async Task Kill9_UnderLoad_LosesNoAcknowledgedEventAndDoublesNone()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentBag<string>();
        for (int round = 0; round < 3; round++)
        {
            await using EngineRun run = await EngineRun.StartAsync(folder.Path);
            Task[] senders =
                [.. Enumerable.Range(0, 4).Select(sender => SendAsync(run, round, sender, acknowledged))];
            await Task.Delay(700 + (round * 400));
            run.Signal("KILL");
            await Task.WhenAll(senders);
        }

        await using EngineRun last = await EngineRun.StartAsync(folder.Path);
        Assert.Equal(
            HttpStatusCode.OK,
            await last.PostAsync("""{"type":"visit","user_id":"end","event_id":"end"}"""));
        string[] stored = await StoredIdsAsync(last);

        Assert.True(acknowledged.Count > 100, $"only {acknowledged.Count} events were acknowledged");
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Length, stored.Distinct().Count());
    }

    /// <remarks>
    /// The snapshot of the first stop must not come back after the kill: it knows nothing of the second life.
    /// </remarks>
    [Fact]
    public async Task Kill9_AfterAStartFromASnapshot_KnowsBothLives()
    {
        const string Small = EngineRun.SmallTables;
        const string Known = "as the last stop left them";
        using var folder = new TemporaryFolder();
        string snapshot = Path.Combine(folder.Path, "snapshot");
        await using (EngineRun first = await EngineRun.StartAsync(folder.Path, Small))
        {
            await first.UntilWholeAsync();
            await first.PostAsync("""{"type":"click","user_id":"u","event_id":"one","source":"a"}""");
            first.Signal("TERM");
            Assert.Equal(0, await first.WaitForExitAsync(ExitPatience));
            Assert.True(Directory.Exists(snapshot), first.Output);
        }

        await using (EngineRun second = await EngineRun.StartAsync(folder.Path, Small))
        {
            Assert.Contains("1 persons, " + Known, second.Output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(snapshot));
            Assert.Equal(HttpStatusCode.OK, await second.PostAsync(
                """{"type":"click","user_id":"u","event_id":"two","source":"b"}"""));
            second.Signal("KILL");
            await second.WaitForExitAsync(ExitPatience);
        }

        await using EngineRun third = await EngineRun.StartAsync(folder.Path, Small);
        await third.UntilWholeAsync();
        Assert.DoesNotContain(Known, third.Output, StringComparison.Ordinal);
        await third.PostAsync("""
            [{"type":"click","user_id":"u","event_id":"one","source":"c"},
             {"type":"purchase","user_id":"u","event_id":"end","revenue":1}]
            """);
        Assert.Equal(["end", "one", "two"], (await StoredIdsAsync(third)).Order());
        string touches = "";
        for (int attempt = 0; attempt < 100 && touches.Length < 2; attempt++)
        {
            await Task.Delay(50);
            touches = await third.QueryAsync(
                "SELECT arrayStringConcat(touches, ' ') FROM attributions FINAL WHERE model = 'linear'");
        }

        Assert.Equal("one two\n", touches);
    }

    [Fact]
    public async Task SecondEngine_OnTheSameData_IsRefusedAndTheHolderNamed()
    {
        using var folder = new TemporaryFolder();
        await using EngineRun first = await EngineRun.StartAsync(folder.Path);
        await using EngineRun second = EngineRun.Start(
            $"--data \"{folder.Path}\" --urls http://127.0.0.1:0 "
            + "--clickhouse-port 0 --clickhouse-tcp-port 0");

        Assert.Equal(1, await second.WaitForExitAsync(ExitPatience));
        Assert.Contains("is in use by", second.Output, StringComparison.Ordinal);
        Assert.Contains(
            first.ProcessId.ToString(CultureInfo.InvariantCulture), second.Output, StringComparison.Ordinal);
        Assert.Contains("--data", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clickhouse http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--urls http://0.0.0.0:8080", "loopback")]
    [InlineData("--ring-slots 1000000", "--ring-slots")]
    [InlineData("--config no-such-file.json", "no-such-file.json")]
    [InlineData("--clickhouse-access no-such-file.json", "--clickhouse-access")]
    public async Task Start_WithWhatCannotWork_SaysWhatAndWhere(string arguments, string named)
    {
        using var folder = new TemporaryFolder();
        await using EngineRun run = EngineRun.Start($"--data \"{folder.Path}\" {arguments}");

        Assert.Equal(1, await run.WaitForExitAsync(ExitPatience));
        Assert.Contains("attribution: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(named, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    private static async Task SendAsync(
        EngineRun run, int round, int sender, ConcurrentBag<string> acknowledged)
    {
        for (int i = 0; i < 20_000; i++)
        {
            string[] ids = [.. Enumerable.Range(0, 10).Select(n => $"{round}-{sender}-{i}-{n}")];
            string body = string.Join(
                '\n', ids.Select(id => $$"""{"type":"visit","user_id":"u{{i}}","event_id":"{{id}}"}"""));
            try
            {
                if (await run.PostAsync(body) != HttpStatusCode.OK)
                    continue;
                foreach (string id in ids)
                    acknowledged.Add(id);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Waits until the last event is visible, which comes after everything that was replayed.
    /// </summary>
    private static async Task<string[]> StoredIdsAsync(EngineRun run)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            if (await run.QueryAsync("SELECT count() FROM events WHERE event_id = 'end'") == "1\n")
                break;
            await Task.Delay(50);
        }

        string text = await run.QueryAsync("SELECT event_id FROM events FINAL");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
