using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>The page of everything, over credits that were made up.</summary>
public sealed class PageTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Fact]
    public async Task Page_HoldsTheNumbersOfTheCommands()
    {
        ReporterRun run = await database.RunAsync("report", "--model", "linear", "--no-charts");
        ReporterRun channels =
            await database.RunAsync("channels", "--model", "linear", "--compare", "previous");

        JsonElement data = PageData.Of(run.Out);
        JsonElement section = data.GetProperty("sections")[0];
        Assert.Equal(channels.Cells(), PageData.Rows(section));
        Assert.DoesNotContain("echarts.init=", run.Out, StringComparison.Ordinal);
        decimal conversions =
            channels.Cells().Sum(cells => decimal.Parse(cells[2], CultureInfo.InvariantCulture));
        Assert.Equal(
            decimal.Round(conversions), data.GetProperty("facts")[0].GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task Page_OfHostileText_StaysAPage()
    {
        const string Attack = "</script><img src=x onerror=alert(1)>";
        ReporterRun run = await database.RunAsync(
            "report", "--no-charts", "--where", $"campaign != '{Attack}' or country = \"<!--\"");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain(Attack, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", run.Out, StringComparison.Ordinal);
        string? about = PageData.Of(run.Out).GetProperty("about").GetString();
        Assert.Contains(Attack, about, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfNothing_SaysWhereDataIs()
    {
        ReporterRun run = await ReporterRun.OfAsync(ReporterRun.At(
            database.ClickHouse, database.Name,
            "report", "--no-charts", "--from", "2020-01-01", "--to", "2020-02-01"));

        Assert.Equal(ExitCode.Ok, run.Code);
        string[] empty = [.. PageData.Of(run.Out).GetProperty("sections").EnumerateArray()
            .Select(section => section.GetProperty("empty").GetString()!)];
        Assert.Equal(8, empty.Length);
        Assert.All(empty[..5], text => Assert.Contains("no conversions", text, StringComparison.Ordinal));
        Assert.Contains("no event of a type that is a touch", empty[5], StringComparison.Ordinal);
        Assert.Contains("nobody began", empty[6], StringComparison.Ordinal);
        Assert.Contains("nothing in project 'default'", empty[7], StringComparison.Ordinal);
    }
}
