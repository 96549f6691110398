using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>The page of everything, as a browser shows it.</summary>
[Collection(ShopCollection.Name)]
public sealed class PageViewTests(ShopDatabase shop)
{
    [Theory]
    [InlineData("light", "rgb(255, 255, 255)")]
    [InlineData("dark", "rgb(20, 23, 26)")]
    public async Task Page_InABrowser_DrawsSortsPrintsAndAsksNobody(string scheme, string background)
    {
        ReporterRun run = await shop.RunAsync("report", "--model", "linear");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        string screenshot = Path.Combine(AppContext.BaseDirectory, $"report.{scheme}.png");

        JsonElement seen = await Browser.LookAsync(run.Out, scheme, screenshot);

        Assert.Equal([], Texts(seen.GetProperty("errors")));
        Assert.All(
            Texts(seen.GetProperty("requests")),
            url => Assert.StartsWith("file:", url, StringComparison.Ordinal));
        double[] charts = Values(seen.GetProperty("charts"));
        // Models, trend, paths and funnel.
        Assert.Equal(4, charts.Length);
        Assert.All(charts, paths => Assert.True(paths > 3, "A chart is empty."));
        Assert.True(charts[2] > 40, "The flows of the paths are missing.");
        Assert.True(seen.GetProperty("heat").GetInt32() >= 3, "The cohorts are not coloured by size.");
        Assert.Equal((scheme, background), (Text(seen, "theme"), Text(seen, "background")));
        Assert.False(seen.GetProperty("wider").GetBoolean(), "The page is wider than the window.");
        Assert.False(seen.GetProperty("printed").GetBoolean(), "The links are printed.");
        Assert.All(
            Values(seen.GetProperty("printedCharts")),
            height => Assert.True(height > 60, "A chart is not printed."));
        AssertSorted(seen.GetProperty("tables"));
        string[] sql = Texts(seen.GetProperty("sql"));
        Assert.All(
            (string[])["FROM attributions FINAL", "FROM events", "attribution funnel", "attribution cohort"],
            part => Assert.Contains(sql, text => text.Contains(part, StringComparison.Ordinal)));
        Assert.True(new FileInfo(screenshot).Length > 10_000);
    }

    private static void AssertSorted(JsonElement tables)
    {
        Assert.Equal(8, tables.GetArrayLength());
        foreach (JsonElement table in tables.EnumerateArray())
        {
            double[] down = Numbers(table.GetProperty("down"));
            double[] up = Numbers(table.GetProperty("up"));
            Assert.Equal(Numbers(table.GetProperty("before")).Order(), up.Order());
            Assert.Equal(up.Order(), up);
            Assert.Equal(down.OrderDescending(), down);
        }
    }

    /// <summary>What has no value counts as nothing.</summary>
    private static double[] Numbers(JsonElement cells) =>
    [
        .. Texts(cells).Where(text => text.Length > 0)
            .Select(text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
    ];

    private static double[] Values(JsonElement array) =>
        [.. array.EnumerateArray().Select(each => each.GetDouble())];

    private static string[] Texts(JsonElement array) =>
        [.. array.EnumerateArray().Select(each => each.GetString()!)];

    private static string Text(JsonElement seen, string name) => seen.GetProperty(name).GetString()!;
}
