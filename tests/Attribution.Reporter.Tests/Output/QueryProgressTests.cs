using Attribution.Reporter.Output;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Output;

/// <summary>What somebody sees who waits longer than a second.</summary>
public sealed class QueryProgressTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    private const string Slow = "SELECT count() AS n FROM numbers(250) WHERE sleepEachRow(0.01) = 0";

    [Theory]
    [InlineData(2.0, 0, 0, "2.0 s")]
    [InlineData(2.0, 3_000_000, 0, "2.0 s  3,000,000 rows read  1.50 M/s")]
    [InlineData(2.0, 3_000_000, 9_000_000, "2.0 s  3,000,000 of 9,000,000 rows read  1.50 M/s  0:00:04 left")]
    [InlineData(0.0, 5, 5, "0.0 s  5 rows read  0.01 M/s")]
    public void Text_OfWhatWasRead_HasRateAndTimeLeft(
        double seconds, ulong read, ulong total, string text) =>
        Assert.Equal(text, QueryProgress.Text(TimeSpan.FromSeconds(seconds), read, total));

    [Fact]
    public async Task Query_LongerThanASecond_ShowsHowFarItIsAndTidiesUp()
    {
        ReporterRun run = await database.RunAsync(new Terminal { HasProgress = true }, "sql", Slow);

        Assert.Equal("n\n250\n", run.Out);
        Assert.Contains("250 rows read", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(" \r", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A terminal of the error stream beside data in a file: rows read, and bytes written.</summary>
    [Fact]
    public async Task Export_ToAFile_ShowsRowsAndBytes()
    {
        string id = Guid.NewGuid().ToString("N");
        using var error = new StringWriter();
        using var console = new ReportConsole
        {
            Out = TextWriter.Null,
            Error = error,
            IsErrorTerminal = true,
        };
        await using var client = new Attribution.ClickHouse.Http.ClickHouseClient(
            database.ClickHouse.OptionsFor(database.Name));
        var query = new Attribution.ClickHouse.Http.QueryParameters { QueryId = id };

        await using (new QueryProgress(client, id, new ProgressLine(console), () => "  1.5 MB written"))
            await client.QueryTextAsync(Slow, query);

        Assert.Contains(" M/s", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("  1.5 MB written", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_Quiet_ShowsNothing()
    {
        var terminal = new Terminal { HasProgress = true };
        ReporterRun run = await database.RunAsync(terminal, "sql", Slow, "--quiet");

        Assert.Equal(("n\n250\n", ""), (run.Out, run.Error));
    }
}
