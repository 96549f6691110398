using Attribution.Reporter.Commands;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Where a statement may come from.</summary>
public sealed class SqlTextTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    private const string Statement =
        "-- who\nSELECT count() AS n\nFROM events FINAL WHERE type = {t:String};\n";

    [Theory]
    [InlineData("--file")]
    [InlineData("-f")]
    public async Task Statement_OfAFile_IsAsked(string option)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Statement);

            ReporterRun run = await database.RunAsync("sql", option, path, "--param", "t=click");

            Assert.Equal((ExitCode.Ok, "n\n3\n"), (run.Code, run.Out));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("-")]
    [InlineData("--file", "-")]
    public async Task Statement_OfTheInput_IsAsked(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var console = new ReportConsole
        {
            Out = output,
            Error = error,
            In = new StringReader(Statement),
            Clock = new FixedClock(),
        };

        int code = await ReporterCommand.RunAsync(
            ReporterRun.At(
                database.ClickHouse, database.Name, ["sql", .. args, "--param", "t=purchase"]),
            console, CancellationToken.None);

        Assert.Equal((ExitCode.Ok, "n\n1\n", ""), (code, output.ToString(), error.ToString()));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "sql needs a statement")]
    [InlineData(ExitCode.Usage, "not both", "SELECT 1", "--file", "x")]
    [InlineData(ExitCode.Failure, "cannot be read", "--file", "/no/such/file")]
    [InlineData(ExitCode.Failure, "one statement that reads", "-")]
    public async Task Statement_ThatIsNone_IsSaid(int code, string message, params string[] args)
    {
        ReporterRun run = await database.RunAsync(["sql", .. args]);

        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statement_LongerThanAMillionLetters_IsRefused()
    {
        using var input = new StringReader(new string('x', 1024 * 1024 + 1));

        Assert.Throws<ReportException>(() => SqlText.Read("-", null, input));
    }
}
