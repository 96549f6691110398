using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Output;

/// <summary>What becomes of a run whose answer nobody takes: a real process at a real pipe.</summary>
/// <remarks>
/// The endless query ends only if the closed pipe ends it, and so do followed events, of which no more come;
/// under a program that does not notice, the test kills it after its patience.
/// </remarks>
public sealed class StandardOutputTests(EventDatabase database) : IClassFixture<EventDatabase>
{
    private string Place =>
        $"--clickhouse {database.ClickHouse.Endpoint} --database {database.Name}";

    [Theory]
    [InlineData("sql 'SELECT number FROM system.numbers'", "tsv")]
    [InlineData("sql 'SELECT number FROM system.numbers'", "json")]
    [InlineData("events --limit 100000 --from 2026-10-21 --to 2026-12-01", "csv")]
    [InlineData("export events --from 2026-10-21 --to 2026-12-01", "csv")]
    [InlineData("events --follow --from 2026-10-21", "csv")]
    public async Task Reader_ThatHasEnough_EndsTheRunQuietly(string command, string format)
    {
        ProgramRun run = await ShellAsync(
            $"dotnet {ProgramRun.Reporter} {command} --format {format} {Place} | head -n 1; "
            + "echo ${PIPESTATUS[0]}");

        string[] lines = run.Out.TrimEnd('\n').Split('\n');
        Assert.Equal("", run.Error);
        Assert.Equal(2, lines.Length);
        Assert.Equal($"{ExitCode.ReaderGone}", lines[1]);
        await NothingRunsAsync();
    }

    [Fact]
    public async Task Reader_ThatIsGoneAtOnce_EndsTheManualQuietlyToo()
    {
        // The sleep lets the reader close before anything is written.
        ProgramRun run = await ShellAsync(
            $"(sleep 0.5; exec dotnet {ProgramRun.Reporter} man) | true; echo ${{PIPESTATUS[0]}}");

        Assert.Equal(($"{ExitCode.ReaderGone}\n", ""), (run.Out, run.Error));
    }

    [Theory]
    [InlineData("man")]
    [InlineData("sql 'SELECT number FROM numbers(100000)'")]
    [InlineData("export events --format csv --from 2026-10-21 --to 2026-12-01")]
    public async Task Disk_ThatIsFull_IsSaidAndIsAFailure(string command)
    {
        string place = command == "man" ? "" : Place;
        ProgramRun run = await ShellAsync(
            $"dotnet {ProgramRun.Reporter} {command} {place} > /dev/full; echo $?");

        Assert.Equal($"{ExitCode.Failure}\n", run.Out);
        Assert.StartsWith("error: the answer cannot be written: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    private static Task<ProgramRun> ShellAsync(string script) => ProgramRun.OfAsync("bash", "-c", script);

    /// <summary>The query whose answer had no reader any more has ended too.</summary>
    private async Task NothingRunsAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await database.SqlAsync(
            "SELECT count() FROM system.processes WHERE current_database = '$db' AND NOT (query LIKE "
            + "'%system.processes%')") != "0\n")
            await Task.Delay(20, patience.Token);
    }
}
