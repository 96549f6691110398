using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>The page of everything, as a browser shows it.</summary>
[Collection(ShopCollection.Name)]
public sealed class PageViewTests(ShopDatabase shop)
{
    // What page.js draws with.
    private const string ConversionColor = "#2f8f5b";
    private const string BarColor = "#4a86d8";

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
        AssertSankey(PageData.Section(run.Out, "paths"), seen);
        AssertFunnel(PageData.Section(run.Out, "funnel"), seen);
        AssertHeat(PageData.Section(run.Out, "cohort"), seen);
        AssertQuality(PageData.Section(run.Out, "quality"), seen);
        Assert.Equal((scheme, background), (Text(seen, "theme"), Text(seen, "background")));
        Assert.False(seen.GetProperty("wider").GetBoolean(), "The page is wider than the window.");
        Assert.False(seen.GetProperty("printed").GetBoolean(), "The links are printed.");
        Assert.All(
            Values(seen.GetProperty("printedCharts")),
            height => Assert.True(height > 60, "A chart is not printed."));
        AssertSorted(seen.GetProperty("tables"));
        Assert.Equal([seen.GetProperty("inked").GetString()!], Texts(seen.GetProperty("inks")));
        Assert.Equal(
            scheme == "dark" ? ["light", "dark"] : ["dark", "light"], Texts(seen.GetProperty("toggled")));
        Assert.Equal("rgb(255, 255, 255)", Text(seen, "paper"));
        PageShown.AssertWhole(PageData.Of(run.Out), seen);
        string[] sql = Texts(seen.GetProperty("sql"));
        Assert.All(
            (string[])["FROM attributions FINAL", "FROM events", "attribution funnel", "attribution cohort"],
            part => Assert.Contains(sql, text => text.Contains(part, StringComparison.Ordinal)));
        Assert.True(new FileInfo(screenshot).Length > 10_000);
    }

    /// <summary>A flow as high as its journeys are many, each touch named as people name it.</summary>
    private static void AssertSankey(JsonElement section, JsonElement seen)
    {
        JsonElement chart = section.GetProperty("charts")[0];
        string[] nodes = Texts(chart.GetProperty("nodes"));
        Assert.Equal(
            nodes.Select(node => node[(node.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Order(),
            Texts(seen.GetProperty("labels")[2]).Order());
        JsonElement[] shapes = [.. seen.GetProperty("sankey").EnumerateArray()];
        Assert.True(shapes.Length >= nodes.Length + chart.GetProperty("links").GetArrayLength());
        double end = shapes.Single(shape => Text(shape, "fill") == ConversionColor)
            .GetProperty("height").GetDouble();
        JsonElement[] last = [.. chart.GetProperty("links").EnumerateArray()
            .Where(link => Text(link, "target") == "0 Conversion")];
        double share = last.Max(link => link.GetProperty("value").GetDouble())
            / last.Sum(link => link.GetProperty("value").GetDouble());
        Assert.Contains(
            shapes.Where(shape => Text(shape, "fill") != ConversionColor),
            shape => Math.Abs(shape.GetProperty("height").GetDouble() - (end * share)) < 1.5);
    }

    /// <summary>Bars in the order of the steps, each as long as its part of the first.</summary>
    private static void AssertFunnel(JsonElement section, JsonElement seen)
    {
        JsonElement chart = section.GetProperty("charts")[0];
        double[] values = Values(chart.GetProperty("values"));
        string[] labels = Texts(seen.GetProperty("labels")[3]);
        string[] names = Texts(chart.GetProperty("names"));
        Assert.Equal(names, labels.Where(names.Contains));
        Assert.Contains(values[0].ToString("#,##0", CultureInfo.InvariantCulture), labels);
        string second = string.Create(
            CultureInfo.InvariantCulture, $"{values[1]:#,##0} ({values[1] / values[0]:0.0%})");
        Assert.Contains(second, labels);
        double[] bars = [.. seen.GetProperty("funnel").EnumerateArray()
            .Where(shape => Text(shape, "fill") == BarColor)
            .Select(shape => shape.GetProperty("width").GetDouble())];
        Assert.Equal(values.Length, bars.Length);
        Assert.All(
            values.Zip(bars), step => Assert.Equal(step.First / values[0], step.Second / bars[0], 0.01));
    }

    /// <summary>The more come again, the darker; a period that is not over is marked.</summary>
    private static void AssertHeat(JsonElement section, JsonElement seen)
    {
        JsonElement table = section.GetProperty("tables")[0];
        (double Value, int Red, bool IsOpen)[] cells =
        [
            .. seen.GetProperty("heat").EnumerateArray().Select(cell => (
                cell.GetProperty("value").GetDouble(), cell.GetProperty("red").GetInt32(),
                Text(cell, "text").StartsWith('~'))),
        ];
        int heat = table.GetProperty("heat").GetInt32();
        Assert.Equal(
            table.GetProperty("rows").EnumerateArray()
                .SelectMany(row => row.EnumerateArray().Skip(heat))
                .Where(cell => cell.ValueKind == JsonValueKind.Number)
                .Select(cell => cell.GetDouble()).Order(),
            cells.Select(cell => cell.Value).Order());
        int[] reds = [.. cells.OrderBy(cell => cell.Value).Select(cell => cell.Red)];
        Assert.True(reds.Distinct().Count() >= 3, "The cohorts are not coloured by size.");
        Assert.Equal(reds.OrderDescending(), reds);
        Assert.Equal(
            table.GetProperty("open").EnumerateArray()
                .Count(at => at.ValueKind == JsonValueKind.Number && at.GetInt32() >= heat),
            cells.Count(cell => cell.IsOpen));
    }

    /// <summary>Line by line, with shares as people read them.</summary>
    private static void AssertQuality(JsonElement section, JsonElement seen)
    {
        string[][] rows = PageData.Rows(section);
        string[][] shown = [.. seen.GetProperty("quality").EnumerateArray().Select(Texts)];
        Assert.Equal(rows.Select(row => $"{row[0]} {row[1]}"), shown.Select(row => $"{row[0]} {row[1]}"));
        Assert.All(rows.Zip(shown), line => Assert.Equal(
            line.First[3] == "\\N" ? "" : Percent(line.First[3]), line.Second[3]));
    }

    private static string Percent(string share) =>
        decimal.Parse(share, CultureInfo.InvariantCulture).ToString("0.0%", CultureInfo.InvariantCulture);

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
