using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>No command lets --compare pass that does nothing with it.</summary>
public sealed class CompareOptionTests
{
    [Fact]
    public async Task Compare_OfEveryCommandWithoutPeriods_IsRefusedBeforeAnythingIsAsked()
    {
        foreach (string[] command in CommandTable.AskingCommands.Where(each => !Compares(each[0])))
        {
            ReporterRun run = await ReporterRun.OfAsync([.. command, "--compare", "year"]);

            Assert.True(run.Code == ExitCode.Usage, $"{command[0]}: {run.Code} {run.Error}");
            Assert.Contains("has no period to compare with; channels", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Compare_OfCommandsWithPeriods_GoesOnToTheServer()
    {
        foreach (string[] command in CommandTable.AskingCommands.Where(each => Compares(each[0])))
        {
            string[] args = [.. command, "--clickhouse", "http://127.0.0.1:1"];
            ReporterRun behind = await ReporterRun.OfAsync([.. args, "--compare", "year"]);
            ReporterRun before = await ReporterRun.OfAsync(["--compare", "previous", .. args]);

            Assert.Equal(
                (ExitCode.NoAccess, ExitCode.NoAccess), (behind.Code, before.Code));
        }
    }

    [Fact]
    public async Task Help_OfCommands_ShowsItWhereItIsTaken()
    {
        ReporterRun channels = await ReporterRun.OfAsync("channels", "--help");
        ReporterRun funnel = await ReporterRun.OfAsync("funnel", "--help");

        Assert.Contains("--compare <WITH>", channels.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--compare", funnel.Out, StringComparison.Ordinal);
    }

    private static bool Compares(string command) =>
        command is "channels" or "campaigns" or "sources" or "top" or "report";
}
