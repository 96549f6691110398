using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Journeys to conversions equal paths put together from one row per credit.</summary>
public sealed class PathsTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Theory]
    [InlineData("channel", "linear")]
    [InlineData("source", "linear", "--step", "source")]
    [InlineData("campaign", "linear", "--step", "campaign")]
    [InlineData("touch_type", "linear", "--step", "type")]
    [InlineData("channel", "last", "--model", "last")]
    [InlineData("channel", "linear", "--collapse")]
    [InlineData("channel", "linear", "--max-length", "2")]
    [InlineData("channel", "linear", "--collapse", "--max-length", "1")]
    public async Task Paths_ToConversions_EqualPlainSql(string field, string model, params string[] options)
    {
        ReporterRun run = await database.RunAsync(["paths", .. options]);

        string path = options.Contains("--collapse") ? "arrayCompact(steps)" : "steps";
        path = options.Contains("--max-length")
            ? $"if(length({path}) <= {options[^1]}, {path}, arrayConcat(['…'], arraySlice({path}, "
                + $"length({path}) - {options[^1]} + 1)))"
            : path;
        string[][] expected = await ExpectedAsync(field, model, "true", path);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(expected);
        Assert.Equal(Lines(expected), Lines(Picked(run)));
    }

    [Theory]
    [InlineData("conversion_type = purchase and revenue > 300",
        "conversion_type = 'purchase' AND revenue > 300")]
    [InlineData("channel = Email", "has(steps, 'Email')")]
    [InlineData("country = DE", "country = 'DE'")]
    [InlineData("conversion_time < 2026-11-01", "conversion_time < '2026-11-01'")]
    public async Task Paths_UnderAFilter_EqualPlainSql(string filter, string where)
    {
        ReporterRun run = await database.RunAsync("paths", "--where", filter);

        string[][] expected = await ExpectedAsync("channel", "linear", where, "steps");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(expected);
        Assert.Equal(Lines(expected), Lines(Picked(run)));
    }

    [Fact]
    public async Task Times_OfAllConversions_EqualPlainSql()
    {
        ReporterRun run = await database.RunAsync("paths", "--show", "times");
        ReporterRun lengths = await database.RunAsync("paths", "--show", "lengths");
        ReporterRun quantiles = await database.RunAsync("paths", "--show", "quantiles");

        string journeys = Journeys("channel", "linear");
        string[][] counts = await database.RowsAsync(
            $"SELECT countIf(millis < 3600000), countIf(millis BETWEEN 3600000 AND 21599999), "
            + $"countIf(millis >= 21600000) FROM ({journeys}) WHERE notEmpty(steps)");
        string[] shown = [.. run.Cells().Select(cells => cells[2])];
        Assert.Equal(
            (counts[0][0], counts[0][1], counts[0][2]),
            ($"{Number(shown[0]) + Number(shown[1])}", shown[2], $"{shown[3..].Sum(Number)}"));
        string[][] touches = await database.RowsAsync(
            $"SELECT length(steps) AS n, count() FROM ({journeys}) GROUP BY n ORDER BY n");
        Assert.Equal(
            touches.Select(row => string.Join(' ', row)),
            lengths.Cells().Select(cells => string.Join(' ', cells[..2])));
        string[][] half = await database.RowsAsync(
            $"SELECT quantileExactInclusive(0.5)(millis) / 1000, max(length(steps)) FROM ({journeys}) "
            + "WHERE notEmpty(steps)");
        Assert.Equal(Number(half[0][0]), Number(quantiles.Cells()[2][1]));
        Assert.Equal(Number(half[0][1]), Number(quantiles.Cells()[^1][2]));
    }

    [Fact]
    public async Task Paths_OfEmptyRange_AreNoneAndSayWhereTheDataIs()
    {
        ReporterRun run = await ReporterRun.OfAsync(ReporterRun.At(
            database.ClickHouse, database.Name, "paths", "--during", "2025-11", "--format", "json"));

        Assert.Equal((ExitCode.Ok, "[]\n"), (run.Code, run.Out));
        Assert.Contains("the newest from", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-length", "0", "--max-length: 0 is not from 1 to 1000")]
    [InlineData("--where", "chanel = x", "there is no field 'chanel'. Did you mean 'channel'?")]
    [InlineData("--where", "touch.country = DE",
        "conversions are not filtered by the events of their touches")]
    public async Task Question_WithoutSense_IsRefused(params string[] argsAndMessage)
    {
        ReporterRun run = await database.RunAsync(["paths", .. argsAndMessage[..^1]]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(argsAndMessage[^1], run.Error, StringComparison.Ordinal);
    }

    /// <summary>Path, conversions, median seconds and values in EUR, JPY and USD.</summary>
    private Task<string[][]> ExpectedAsync(string field, string model, string where, string path) =>
        database.RowsAsync(
            $"""
            SELECT toJSONString({path}) AS path, count(), quantileExactInclusive(0.5)(millis) / 1000,
                sumIf(revenue, currency = 'EUR'), sumIf(revenue, currency = 'JPY'),
                sumIf(revenue, currency = 'USD')
            FROM ({Journeys(field, model)}) WHERE {where} GROUP BY path
            """);

    private static string Journeys(string field, string model) =>
        $"""
        SELECT
            arrayMap(each -> each.2, arraySort(groupArrayIf((touch, toString({field})), touch != '')))
                AS steps,
            dateDiff('millisecond', minIf(touch_time, touch != ''), conversion_time) AS millis,
            any(revenue) AS revenue, any(currency) AS currency, any(country) AS country,
            any(conversion_type) AS conversion_type, conversion_time
        FROM $db.flat
        WHERE project = 'default' AND config = '{FlatDatabase.Config}' AND model = '{model}'
            AND conversion_time >= '2026-10-21' AND conversion_time < '2026-11-21'
        GROUP BY conversion_id, conversion_time
        """;

    private static string[][] Picked(ReporterRun run)
    {
        string[] names = run.Out.Split('\n')[0].Split('\t');
        return [.. run.Cells().Select(cells => (string[])
        [
            cells[0], cells[2], cells[4],
            .. ((string[])["EUR", "JPY", "USD"]).Select(
                code => Array.IndexOf(names, $"value_{code}") is var at and >= 0 ? cells[at] : "0"),
        ])];
    }

    private static string[] Lines(string[][] rows) => [.. rows
        .Select(row => $"{row[0]} {row[1]} {(row[0] == "[]" ? "" : Shown(row[2]))} "
            + string.Join(' ', row[3..].Select(Shown)))
        .Order(StringComparer.Ordinal)];

    private static string Shown(string number) =>
        Number(number).ToString("0.####", CultureInfo.InvariantCulture);

    private static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
