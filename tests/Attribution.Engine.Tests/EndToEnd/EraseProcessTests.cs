using System.Net;
using System.Text.Json.Nodes;
using Attribution.Engine.Tests.EndToEnd.Support;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// <c>engine erase</c> as an operator types it, on a data folder with the embedded ClickHouse: refused beside
/// a running engine, refused for nobody, done for a person; and an engine whose erasure was left unfinished
/// finishes it before it takes events.
/// </remarks>
public class EraseProcessTests
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task Erase_AsAnOperatorTypesIt_RefusesErasesAndIsFinishedByTheNextStart()
    {
        using var folder = new TemporaryFolder();
        await using (EngineRun engine = await EngineRun.StartAsync(folder.Path))
        {
            Assert.Equal(HttpStatusCode.OK, await engine.PostAsync(
                """
                [{"type":"purchase","user_id":"alice-1","event_id":"a","revenue":1},
                 {"type":"visit","user_id":"bob-1","event_id":"b"}]
                """));
            (int code, string output) = await EraseAsync(folder.Path, "--person alice-1");
            Assert.Equal(1, code);
            Assert.Contains("is in use by", output, StringComparison.Ordinal);
            engine.Signal("KILL");
            await engine.WaitForExitAsync(ExitPatience);
        }

        (int unknown, string refusal) = await EraseAsync(folder.Path, "--person nobody-1");
        Assert.Equal(1, unknown);
        Assert.Contains("nobody", refusal, StringComparison.Ordinal);
        Assert.Equal(2, (await EraseAsync(folder.Path, "")).ExitCode);

        string snapshot = await StopAsync(folder.Path);
        (int done, string receipt) = await EraseAsync(folder.Path, "--person alice-1");
        Assert.True(done == 0, receipt);
        Assert.Contains("erased 1 ids of one person", receipt, StringComparison.Ordinal);

        Assert.False(Directory.Exists(snapshot));
        foreach (string log in Directory.GetFiles(Path.Combine(folder.Path, "clickhouse", "log")))
            Assert.DoesNotContain("alice-1", File.ReadAllText(log), StringComparison.Ordinal);

        Unfinish(Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "erasures"))));
        await using EngineRun again = await EngineRun.StartAsync(folder.Path);
        Assert.Contains("finished the interrupted erasure", again.Output, StringComparison.Ordinal);
        Assert.Equal("b\n", await again.QueryAsync("SELECT event_id FROM events FINAL"));
        Assert.Equal("0\n", await again.QueryAsync("SELECT count() FROM attributions"));
    }

    /// <summary>A life without events, whose stop leaves a snapshot with the person in it.</summary>
    private static async Task<string> StopAsync(string folder)
    {
        string snapshot = Path.Combine(folder, "snapshot");
        await using EngineRun engine = await EngineRun.StartAsync(folder, EngineRun.SmallTables);
        await engine.UntilWholeAsync();
        engine.Signal("TERM");
        Assert.Equal(0, await engine.WaitForExitAsync(ExitPatience));
        Assert.True(Directory.Exists(snapshot), engine.Output);
        return snapshot;
    }

    private static async Task<(int ExitCode, string Output)> EraseAsync(string folder, string arguments)
    {
        await using EngineRun run = EngineRun.Start(
            $"erase --data \"{folder}\" --clickhouse-port 0 --clickhouse-tcp-port 0 {arguments}");
        int code = await run.WaitForExitAsync(ExitPatience);
        return (code, run.Output);
    }

    private static void Unfinish(string path)
    {
        JsonObject receipt = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        receipt.Remove("finished_at");
        File.WriteAllText(path, receipt.ToJsonString());
    }
}
