using System.Net;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// The engine as a process, ended in each way while attribution still waits for what ClickHouse holds: what
/// was acknowledged by then must be stored by the next start, and attributed from all that came before.
/// </remarks>
public class RestoreProcessTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("KILL", 137)]
    public Task Ended_DuringTheRestore_TheNextStartHasAllThatWasAcknowledged(string signal, int code) =>
        DuringRestoreAsync(async (run, _, folder) =>
        {
            Assert.Contains("recovered   not yet", run.Output, StringComparison.Ordinal);
            run.Signal(signal);

            Assert.Equal(code, await run.WaitForExitAsync(ExitPatience));
            Assert.False(Directory.Exists(Path.Combine(folder.Path, "snapshot")));
            Assert.DoesNotContain("state back", run.Output, StringComparison.Ordinal);
            if (signal == "TERM")
                Assert.Contains("2 wait in the journal for the next start", run.Output);
        });

    [Fact]
    public Task Refused_Restore_EndsTheRunWithTheReasonAndTheNextStartHasAll() =>
        DuringRestoreAsync(async (run, held, _) =>
        {
            held.Refuse();

            Assert.Equal(1, await run.WaitForExitAsync(ExitPatience));
            Assert.Contains(
                "attribution: what earlier runs left cannot be read", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        });

    /// <summary>
    /// Takes events while the state comes back, has the run end in some way, and starts again.
    /// </summary>
    private async Task DuringRestoreAsync(Func<EngineRun, HeldRestore, TemporaryFolder, Task> end)
    {
        using var folder = new TemporaryFolder();
        string database = clickHouse.NewDatabase();
        await KilledAsync(folder, database);
        await using (var held = new HeldRestore(clickHouse.Endpoint))
        await using (EngineRun run =
            await EngineRun.StartAsync(folder.Path, Options(folder, held.Endpoint, database)))
        {
            await held.Begun;
            await PostAsync(run, "during");
            await end(run, held, folder);
        }

        await AssertAllThereAsync(folder, database);
    }

    /// <summary>A life that ends with a kill, of which the tables have a click and the journal nothing.
    /// </summary>
    private async Task KilledAsync(TemporaryFolder folder, string database)
    {
        string options = Options(folder, clickHouse.Endpoint, database);
        await using EngineRun first = await EngineRun.StartAsync(folder.Path, options);
        Assert.Equal(HttpStatusCode.OK, await first.PostAsync(
            """{"type":"click","anonymous_id":"a","event_id":"before","source":"x"}"""));
        await UntilStoredAsync(database, "before");
        first.Signal("KILL");
        await first.WaitForExitAsync(ExitPatience);
        Directory.Delete(Path.Combine(folder.Path, "journal"), recursive: true);
    }

    /// <summary>A link and what follows from it, so that both stages are needed.</summary>
    private static async Task PostAsync(EngineRun run, string id) =>
        Assert.Equal(HttpStatusCode.OK, await run.PostAsync($$"""
            [{"type":"identify","anonymous_id":"a","user_id":"u","event_id":"login-{{id}}"},
             {"type":"purchase","user_id":"u","event_id":"{{id}}","revenue":3}]
            """));

    private async Task AssertAllThereAsync(TemporaryFolder folder, string database)
    {
        await using EngineRun next =
            await EngineRun.StartAsync(folder.Path, Options(folder, clickHouse.Endpoint, database));
        Assert.Equal(HttpStatusCode.OK, await next.PostAsync("""
            [{"type":"click","anonymous_id":"a","event_id":"before","source":"again"},
             {"type":"purchase","user_id":"u","event_id":"after","revenue":4}]
            """));
        await UntilStoredAsync(database, "after");
        next.Signal("TERM");
        Assert.Equal(0, await next.WaitForExitAsync(ExitPatience));
        Assert.Contains("recovered   1 events, 0 links, 2 replayed", next.Output, StringComparison.Ordinal);

        Assert.Equal("after\nbefore\nduring\nlogin-during\n", await clickHouse.QueryAsync(
            $"SELECT event_id FROM {database}.events ORDER BY event_id"));
        Assert.Equal("after\t['before']\nduring\t['before']\n", await clickHouse.QueryAsync(
            $"SELECT conversion_id, touches FROM {database}.attributions FINAL "
            + "WHERE model = 'linear' ORDER BY conversion_id"));
    }

    private async Task UntilStoredAsync(string database, string id)
    {
        using var patience = new CancellationTokenSource(SinkTest.Patience);
        string sql = $"SELECT count() FROM {database}.events WHERE event_id = '{id}'";
        while (await clickHouse.QueryAsync(sql) != "1\n")
            await Task.Delay(20, patience.Token);
    }

    private static string Options(TemporaryFolder folder, Uri endpoint, string database)
    {
        string access = Path.Combine(folder.Path, "access.json");
        File.WriteAllText(access, $$"""{"database":"{{database}}"}""");
        return $"--clickhouse {endpoint} --clickhouse-access {access} {EngineRun.SmallTables} "
            + "--batch-age-ms 100";
    }
}
