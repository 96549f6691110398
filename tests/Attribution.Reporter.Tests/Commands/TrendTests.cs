using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>A measure over time, beside plain SQL, across zones and changes of clocks.</summary>
public sealed class TrendTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Theory]
    [InlineData("conversions", "uniqExact(conversion_id)", "day", "UTC")]
    // The 25th of October has 25 hours in Berlin, the 1st of November in New York.
    [InlineData("conversions", "uniqExact(conversion_id)", "day", "Europe/Berlin")]
    [InlineData("credit", "sum(credit)", "day", "America/New_York")]
    [InlineData("conversions", "uniqExact(conversion_id)", "hour", "Europe/Berlin")]
    [InlineData("credit", "sum(credit)", "hour", "Asia/Kathmandu")]
    [InlineData("conversions", "uniqExact(conversion_id)", "hour", "Australia/Lord_Howe")]
    [InlineData("credit", "sum(credit)", "week", "Pacific/Apia")]
    [InlineData("conversions", "uniqExact(conversion_id)", "month", "Asia/Kathmandu")]
    public async Task Credit_PerUnit_EqualsPlainSql(string measure, string sum, string unit, string zone)
    {
        string bucket = Bucket("conversion_time", unit, zone);
        string[][] expected = await database.FlatAsync(
            $"{bucket} AS bucket, {sum}", "model = 'linear'",
            "GROUP BY bucket ORDER BY min(conversion_time)");

        ReporterRun run = await database.RunAsync(
            "trend", measure, "--every", unit, "--tz", zone, "--model", "linear",
            "--from", "2026-10-21T00:00:00Z", "--to", "2026-11-21T00:00:00Z");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        AssertSame(expected, [.. run.Cells().Select(cells => (cells[0], cells[1]))]);
    }

    [Theory]
    [InlineData("hour", "Europe/Berlin", "--from=2026-10-24", "--to=2026-10-27", 73)]
    [InlineData("hour", "America/New_York", "--from=2026-03-08", "--to=2026-03-09", 23)]
    [InlineData("hour", "Asia/Kathmandu", "--from=2026-11-01", "--to=2026-11-02", 24)]
    [InlineData("day", "Pacific/Apia", "--from=2011-12-28", "--to=2012-01-01", 3)]
    [InlineData("day", "Africa/Cairo", "--from=2026-04-20", "--to=2026-05-01", 11)]
    [InlineData("week", "Europe/Berlin", "--from=2026-10-21", "--to=2026-11-03", 3)]
    [InlineData("month", "Europe/Berlin", "--from=2025-10-21", "--to=2026-11-03", 14)]
    public async Task Buckets_OfARange_AreAllThereOnce(
        string unit, string zone, string from, string to, int count)
    {
        ReporterRun run = await database.RunAsync(
            "trend", "events", "--every", unit, "--tz", zone, from, to, "--format", "table");

        string[] lines = run.Out.TrimEnd('\n').Split('\n');
        // Two lines above the buckets, and two below.
        Assert.Equal(count, lines.Length - 4);
        Assert.Equal(count, lines[2..^2].Select(line => line.Split("  ")[0]).Distinct().Count());
    }

    [Theory]
    [InlineData("day", "Europe/Berlin", null, "1")]
    [InlineData("hour", "America/New_York", "type = purchase", "type = 'purchase'")]
    [InlineData("week", "UTC", "country in (DE, 'çä 春')", "country IN ('DE', 'çä 春')")]
    public async Task Events_PerUnit_EqualPlainSql(string unit, string zone, string? where, string sqlWhere)
    {
        string bucket = Bucket("timestamp", unit, zone);
        string answer = await database.SqlAsync(
            $"""
            SELECT {bucket} AS bucket, country, uniqExact(event_id) FROM $db.events
            WHERE project = 'default' AND timestamp >= '2026-10-21' AND timestamp < '2026-11-21'
              AND {sqlWhere}
            GROUP BY bucket, country ORDER BY country, min(timestamp)
            """);
        string[][] expected = [.. answer.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
        string[] filter = where is null ? [] : ["--where", where];

        ReporterRun run = await database.RunAsync(
        [
            "trend", "events", "--every", unit, "--tz", zone, "--by", "country", .. filter,
            "--from", "2026-10-21T00:00:00Z", "--to", "2026-11-21T00:00:00Z",
        ]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        AssertSame(
            [.. expected.GroupBy(row => row[0]).Select(
                group => (string[])[group.Key, $"{group.Sum(row => Number(row[2]))}"])],
            [.. run.Cells().GroupBy(cells => cells[0]).Select(
                group => (group.Key, $"{group.Sum(cells => Number(cells[2]))}"))]);
        Dictionary<string, decimal> byCountry = expected
            .GroupBy(row => row[1].Replace("\\'", "'", StringComparison.Ordinal))
            .ToDictionary(group => group.Key, group => group.Sum(row => Number(row[2])));
        Assert.Equal(
            byCountry,
            run.Cells().GroupBy(cells => cells[1])
                .ToDictionary(group => group.Key, group => group.Sum(cells => Number(cells[2]))));
    }

    [Fact]
    public async Task Value_IsPerCurrency()
    {
        string[][] expected = await database.FlatAsync(
            "currency, sum(value)", "model = 'linear'", "GROUP BY currency HAVING sum(value) != 0");

        ReporterRun run = await database.RunAsync("trend", "value", "--every", "day", "--model", "linear");

        Assert.Equal(
            expected.ToDictionary(row => row[0], row => Number(row[1])),
            run.Cells().GroupBy(cells => cells[1])
                .ToDictionary(group => group.Key, group => group.Sum(cells => Number(cells[2]))));
    }

    [Fact]
    public async Task Average_IsOfWholeBucketsOnly()
    {
        ReporterRun run = await database.RunAsync(
            "trend", "--every", "day", "--average", "3", "--from", "2026-11-10T06:00:00Z", "--to",
            "2026-11-18T06:00:00Z");

        string[][] cells = run.Cells();
        Assert.Equal(9, cells.Length);
        Assert.Equal(["true", "false", "true"], [cells[0][3], cells[1][3], cells[^1][3]]);
        Assert.All(cells[..3], row => Assert.Equal("\\N", row[2]));
        Assert.Equal("\\N", cells[^1][2]);
        for (int at = 3; at < cells.Length - 1; at++)
            Assert.Equal(
                decimal.Round(cells[(at - 2)..(at + 1)].Sum(row => Number(row[1])) / 3, 6),
                Number(cells[at][2]));
    }

    private static string Bucket(string time, string unit, string zone) => unit switch
    {
        // Not by the functions that the reporter uses.
        "hour" => $"formatDateTime(toTimeZone({time}, '{zone}'), '%F %H:00 %z')",
        "day" => $"formatDateTime(toTimeZone({time}, '{zone}'), '%F')",
        "week" => $"toString(toDate(toTimeZone({time}, '{zone}')) "
            + $"- toDayOfWeek(toTimeZone({time}, '{zone}')) + 1)",
        _ => $"formatDateTime(toTimeZone({time}, '{zone}'), '%Y-%m-01')",
    };

    private static void AssertSame(string[][] expected, (string Bucket, string Value)[] shown)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(row => (row[0], decimal.Round(Number(row[1]), 4))).ToHashSet(),
            shown.Where(row => Number(row.Value) != 0)
                .Select(row => (row.Bucket, decimal.Round(Number(row.Value), 4))).ToHashSet());
        Assert.Equal(shown.Length, shown.Select(row => row.Bucket).Distinct().Count());
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
