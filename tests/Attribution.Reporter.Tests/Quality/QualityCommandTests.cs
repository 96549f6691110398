using System.Globalization;
using Attribution.Reporter.Commands.Quality;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Quality;

/// <summary>Every figure of the quality report equals a question of its own in plain SQL.</summary>
public sealed class QualityCommandTests(EventDatabase database) : IClassFixture<EventDatabase>
{
    private const string Late = "toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(timestamp)";
    private const string Skew = "toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(sent_at)";
    private const string Paid =
        "type IN ('click', 'visit') AND (click_id = 'gclid' OR medium IN ('cpc', 'Paid-Social'))";

    [Theory]
    [InlineData("received", "all", "count()")]
    [InlineData("received", "click", "countIf(type = 'click')")]
    [InlineData("received", "purchase", "countIf(type = 'purchase')")]
    [InlineData("late", "more than 1 minute", $"countIf({Late} > 60000)")]
    [InlineData("late", "more than 1 hour", $"countIf({Late} > 3600000)")]
    [InlineData("late", "more than 1 day", $"countIf({Late} > 86400000)")]
    [InlineData("late", "more than 7 days", $"countIf({Late} > 604800000)")]
    [InlineData("late 1 hour", "open", $"countIf(type = 'open' AND {Late} > 3600000)")]
    [InlineData("no campaign", "all paid clicks", $"countIf({Paid} AND campaign = '')")]
    [InlineData("no campaign", "google", $"countIf({Paid} AND campaign = '' AND source = 'google')")]
    [InlineData("no campaign", "news", $"countIf({Paid} AND campaign = '' AND source = 'news')")]
    [InlineData("clock", "without sent_at", "countIf(sent_at IS NULL)")]
    [InlineData("clock", "more than 1 minute ahead", $"countIf({Skew} < -60000)")]
    [InlineData("clock", "more than 1 minute behind", $"countIf({Skew} > 60000)")]
    public async Task Counts_OfEvents_EqualPlainSql(string check, string item, string sql)
    {
        foreach ((string zone, string day) in ((string, string)[])
                 [("UTC", "2026-10-21"), ("Europe/Berlin", "2026-10-25"), ("America/New_York", "2026-11-01")])
        {
            ReporterRun run = await database.RunAsync("quality", "--tz", zone, "--from", day, "--to", "now");

            string expected = await database.SqlAsync(
                $"SELECT {sql} FROM $db.flat WHERE project = 'default' AND timestamp >= "
                + $"toDateTime64('{day} 00:00:00', 3, '{zone}') AND timestamp < '2026-11-20 12:00:00'");
            Assert.Equal(expected.Trim(), Found(run, check, item)[2]);
        }
    }

    [Theory]
    [InlineData("default")]
    [InlineData("shop")]
    public async Task Rejected_ByReason_EqualsPlainSql(string project)
    {
        ReporterRun run = await database.RunAsync("quality", "--project", project);

        string expected = await database.SqlAsync(
            "SELECT reason, uniqExact(sequence) AS n FROM $db.dead_letters "
            + $"WHERE project = '{project}' AND received_at >= '2026-10-21' AND received_at < '2026-11-21' "
            + "GROUP BY reason ORDER BY n DESC, reason");
        string[][] rows = [.. run.Cells().Where(row => row[0] == "rejected")];
        Assert.Equal(
            expected.TrimEnd('\n').Split('\n'), rows.Skip(1).Select(row => $"{row[1]}\t{row[2]}"));
        Assert.All(rows.Skip(1), row => Assert.Equal(200, row[6].Length));
        decimal all = decimal.Parse(rows[0][2], CultureInfo.InvariantCulture);
        decimal received = decimal.Parse(Found(run, "received", "all")[2], CultureInfo.InvariantCulture);
        Assert.Equal(
            decimal.Round(all / (all + received), 6),
            decimal.Parse(rows[0][3], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Rates_OfRange_AreOverWhatHasGoneBy()
    {
        ReporterRun whole = await database.RunAsync("quality", "--from", "2026-11-01", "--to", "2026-11-11");
        ReporterRun open = await database.RunAsync("quality", "--from", "2026-11-19", "--to", "2026-11-21");

        AssertRate(whole, 10m * 86_400);
        AssertRate(open, 1.5m * 86_400);
    }

    [Fact]
    public async Task Doubled_AreRowsAboveEvents()
    {
        ReporterRun run = await database.RunAsync("quality");

        string expected = await database.SqlAsync(
            "SELECT count() - uniqExact(event_id) FROM $db.events WHERE project = 'default' "
            + "AND timestamp >= '2026-10-21' AND timestamp < '2026-11-21'");
        Assert.Equal(expected.Trim(), run.Cells().Single(row => row[0] == "doubled")[2]);
        Assert.NotEqual("0\n", expected);
    }

    [Fact]
    public async Task Skews_AreWithinOnePercentOfExactQuantiles()
    {
        ReporterRun run = await database.RunAsync("quality");

        string exact = await database.SqlAsync(
            $"SELECT arrayJoin(quantilesExact(0.01, 0.5, 0.99)(({Skew}) / 1000)) FROM $db.flat "
            + "WHERE project = 'default' AND sent_at IS NOT NULL "
            + "AND timestamp >= '2026-10-21' AND timestamp < '2026-11-21'");
        double[] expected = [.. exact.TrimEnd('\n').Split('\n').Select(Number)];
        double[] shown = [.. run.Cells().Where(row => row[0] == "clock" && row[5] != "\\N")
            .Select(row => Number(row[5]))];
        Assert.Equal(3, shown.Length);
        for (int at = 0; at < 3; at++)
            Assert.InRange(Math.Abs(shown[at] - expected[at]), 0, Math.Abs(expected[at] * 0.02));
    }

    [Theory]
    [InlineData("truncated: touches forgotten", "evidence LIKE '%\"truncated\":true%'")]
    [InlineData("may be incomplete", "evidence LIKE '%may_be_incomplete%'")]
    public async Task Histories_EqualPlainSql(string item, string sql)
    {
        ReporterRun run = await database.RunAsync("quality");

        string expected = await database.SqlAsync(
            $"SELECT countIf({sql}), count() FROM (SELECT conversion_id, argMax(evidence, version) AS "
            + "evidence FROM $db.attributions WHERE project = 'default' AND conversion_time >= "
            + "'2026-10-21' AND conversion_time < '2026-11-21' GROUP BY conversion_id)");
        string[] numbers = expected.Trim().Split('\t');
        string[] found = Found(run, "histories", item);
        Assert.Equal(numbers[0], found[2]);
        Assert.Equal(Number(numbers[0]) / Number(numbers[1]), Number(found[3]), 5);
    }

    [Fact]
    public async Task Quality_ByAnotherFieldUnderFilter_EqualsPlainSql()
    {
        ReporterRun run = await database.RunAsync("quality", "--by", "source", "--where", "country = DE");

        string expected = await database.SqlAsync(
            "SELECT if(source = '', '(none)', source) AS s, count() AS n FROM $db.flat "
            + "WHERE project = 'default' AND country = 'DE' AND timestamp >= '2026-10-21' "
            + "AND timestamp < '2026-11-21' GROUP BY s ORDER BY n DESC, s");
        Assert.Equal(
            expected.TrimEnd('\n').Split('\n').Order(),
            run.Cells().Where(row => row[0] == "received").Skip(1)
                .Select(row => $"{row[1]}\t{row[2]}").Order());
    }

    [Fact]
    public async Task Quality_OfEmptyRange_IsAllZero()
    {
        ReporterRun run = await database.RunAsync("quality", "--from", "2026-12-01", "--to", "2026-12-02");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.All(run.Cells().Where(row => row[2] != "\\N"), row => Assert.Equal("0", row[2]));
    }

    [Fact]
    public async Task Engine_ThatIsNone_IsSaid()
    {
        ReporterRun none = await database.RunAsync("quality", "--engine", "http://127.0.0.1:1");
        ReporterRun text = await database.RunAsync("quality", "--engine", "nowhere");

        Assert.Equal(ExitCode.Failure, none.Code);
        Assert.Contains("no answer from 127.0.0.1:1", none.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, text.Code);
    }

    [Fact]
    public void Counters_OfMetricsText_AreTheEngines()
    {
        QualityRow[] rows = [.. EngineCounters.Rows(
            """
            # TYPE attribution_events_accepted_total counter
            attribution_events_accepted_total 12
            attribution_events_accepted_total_other 99
            attribution_events_rejected_total{reason="timestamp: not RFC 3339"} 3
            attribution_events_duplicate_total 2
            attribution_sink_lag_seconds 0.25
            """)];

        Assert.Equal(
            [("accepted", 12L, ""), ("rejected", 3, "reason=\"timestamp: not RFC 3339\""),
                ("duplicate, dropped", 2, "")],
            rows[..3].Select(row => (row.Item, row.Events ?? -1, row.Detail)));
        Assert.Equal((null, 0.25m), (rows[3].Events, rows[3].Seconds));
    }

    [Fact]
    public Task Table_OnTerminals_IsAsCommitted() =>
        TerminalText.MatchesAsync(
            "quality", terminal => database.RunAsync(terminal, "quality", "--limit", "5"));

    private static void AssertRate(ReporterRun run, decimal seconds)
    {
        string[] all = Found(run, "received", "all");
        decimal events = decimal.Parse(all[2], CultureInfo.InvariantCulture);
        Assert.True(events > 40);
        Assert.Equal(decimal.Round(events / seconds, 3), decimal.Parse(all[4], CultureInfo.InvariantCulture));
    }

    private static string[] Found(ReporterRun run, string check, string item)
    {
        Assert.Equal(ExitCode.Ok, run.Code);
        return run.Cells().Single(row => row[0] == check && row[1] == item);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
