using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>
/// Where the config in use cannot be read, as one that a later engine stored: what needs only its hash is
/// answered, and what needs its rules says why it is not.
/// </summary>
public sealed class PageConfigTests(UnreadableDatabase database) : IClassFixture<UnreadableDatabase>
{
    private const string Why = "what is stored of it cannot be read. --config CONFIG takes another";

    [Theory]
    [InlineData]
    [InlineData("--config", KnownData.NewConfig)]
    [InlineData("--funnel", "click", "purchase")]
    public async Task Page_UnderAConfigThatCannotBeRead_HasAllThatDoesNotNeedIt(params string[] args)
    {
        ReporterRun channels =
            await database.RunAsync("channels", "--model", "last", "--compare", "previous");
        ReporterRun run = await database.RunAsync(["report", "--no-charts", .. args]);

        Assert.True(run.Code == ExitCode.Ok, run.Error);
        Assert.NotEmpty(channels.Cells());
        Assert.Equal(channels.Cells(), PageData.Rows(PageData.Section(run.Out, "channels")));
        string why = args.Contains("--config") ? "is no valid config" : Why;
        foreach (JsonElement section in PageData.Of(run.Out).GetProperty("sections").EnumerateArray())
        {
            string? empty = section.GetProperty("empty").GetString();
            if (section.GetProperty("id").GetString() is "funnel" or "cohort")
                Assert.Contains(why, empty, StringComparison.Ordinal);
            else
                Assert.Null(empty);
        }
    }

    [Theory]
    [InlineData("funnel", "click", "purchase")]
    [InlineData("cohort")]
    [InlineData("retention")]
    [InlineData("paths", "--ending", "none")]
    public async Task Command_UnderAConfigThatCannotBeRead_SaysWhatToDo(params string[] args)
    {
        ReporterRun run = await database.RunAsync(args);
        ReporterRun other = await database.RunAsync([.. args, "--config", "web"]);

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.Contains(
            $"error: config {KnownData.NewConfig[..12]} says", run.Error, StringComparison.Ordinal);
        Assert.Contains(Why, run.Error, StringComparison.Ordinal);
        Assert.Contains("of_tomorrow", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, other.Code);
    }
}

/// <summary>The known data under a config that no program of today reads. It is only read.</summary>
public sealed class UnreadableDatabase : TestDatabase
{
    protected override async Task FillAsync()
    {
        foreach (object[] rows in KnownData.Attributions())
            await InsertAsync("attributions", rows);
        await InsertAsync("events", KnownData.Events());
        await InsertAsync(
            "configs",
            [
                new
                {
                    hash = KnownData.NewConfig,
                    name = "web",
                    document = """{"of_tomorrow":{"click":"7d"}}""",
                    first_used = "2026-11-02 00:00:00.000",
                },
            ]);
    }
}
