using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>The page of everything, as a browser shows it.</summary>
public sealed class PageTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Theory]
    [InlineData("light", "rgb(255, 255, 255)")]
    [InlineData("dark", "rgb(20, 23, 26)")]
    public async Task Page_InABrowser_DrawsSortsAndAsksNobody(string scheme, string background)
    {
        ReporterRun run = await database.RunAsync("report", "--model", "linear");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        string screenshot = Path.Combine(AppContext.BaseDirectory, $"report.{scheme}.png");

        JsonElement seen = await Browser.LookAsync(run.Out, scheme, screenshot);

        Assert.Equal([], Texts(seen.GetProperty("errors")));
        Assert.All(
            Texts(seen.GetProperty("requests")),
            url => Assert.StartsWith("file:", url, StringComparison.Ordinal));
        int[] charts = [.. seen.GetProperty("charts").EnumerateArray().Select(each => each.GetInt32())];
        Assert.True(charts.Length >= 2, "Charts are missing.");
        Assert.All(charts, paths => Assert.True(paths > 5, "A chart is empty."));
        Assert.Equal((scheme, background), (Text(seen, "theme"), Text(seen, "background")));
        Assert.False(seen.GetProperty("wider").GetBoolean(), "The page is wider than the window.");
        Assert.False(seen.GetProperty("printed").GetBoolean(), "The links are printed.");
        AssertSorted(seen.GetProperty("tables"));
        Assert.Contains(
            Texts(seen.GetProperty("sql")),
            text => text.Contains("FROM attributions FINAL", StringComparison.Ordinal));
        Assert.True(new FileInfo(screenshot).Length > 10_000);
    }

    [Fact]
    public async Task Page_HoldsTheNumbersOfTheCommands()
    {
        ReporterRun run = await database.RunAsync("report", "--model", "linear", "--no-charts");
        ReporterRun channels =
            await database.RunAsync("channels", "--model", "linear", "--compare", "previous");

        JsonElement data = Data(run.Out);
        JsonElement section = data.GetProperty("sections")[0];
        string[][] rows =
        [
            .. section.GetProperty("tables")[0].GetProperty("rows").EnumerateArray().Select(row => row
                .EnumerateArray().Select(cell => cell.ValueKind switch
                {
                    JsonValueKind.Null => "\\N",
                    JsonValueKind.String => cell.GetString()!,
                    _ => cell.GetRawText(),
                }).ToArray()),
        ];
        Assert.Equal(channels.Cells(), rows);
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
        Assert.Contains(Attack, Data(run.Out).GetProperty("about").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfNothing_SaysWhereDataIs()
    {
        ReporterRun run = await ReporterRun.OfAsync(ReporterRun.At(
            database.ClickHouse, database.Name,
            "report", "--no-charts", "--from", "2020-01-01", "--to", "2020-02-01"));

        Assert.Equal(ExitCode.Ok, run.Code);
        string? empty = Data(run.Out).GetProperty("sections")[0].GetProperty("empty").GetString();
        Assert.Contains("no conversions", empty, StringComparison.Ordinal);
    }

    private static void AssertSorted(JsonElement tables)
    {
        Assert.True(tables.GetArrayLength() >= 3);
        foreach (JsonElement table in tables.EnumerateArray())
        {
            double[] down = Numbers(table.GetProperty("down"));
            double[] up = Numbers(table.GetProperty("up"));
            Assert.Equal(Numbers(table.GetProperty("before")).Order(), up.Order());
            Assert.Equal(up.Order(), up);
            Assert.Equal(down.OrderDescending(), down);
        }
    }

    /// <summary>Of what a cell shows; nothing counts as nothing.</summary>
    private static double[] Numbers(JsonElement cells) =>
    [
        .. Texts(cells).Where(text => text.Length > 0).Select(text => double.Parse(
            text.TrimEnd('%').TrimStart('+'), NumberStyles.Float | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture)),
    ];

    private static JsonElement Data(string html)
    {
        const string Start = "id=\"data\">";
        int begin = html.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = html.IndexOf("</script>", begin, StringComparison.Ordinal);
        return JsonDocument.Parse(html[begin..end]).RootElement;
    }

    private static string[] Texts(JsonElement array) =>
        [.. array.EnumerateArray().Select(each => each.GetString()!)];

    private static string Text(JsonElement seen, string name) => seen.GetProperty(name).GetString()!;
}
