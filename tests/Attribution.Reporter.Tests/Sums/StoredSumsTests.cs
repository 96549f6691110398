using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Sums;

/// <remarks>
/// Sums that are stored answer only for days whose rows are those that were summed. So every question is
/// asked twice, with the sums and with their list hidden, which reads every row: after whatever can happen to
/// rows, in zones whose days, and whose hours, are not those of UTC. That what is read row by row is right is
/// for the tests of each command.
/// </remarks>
public sealed class StoredSumsTests : IAsyncLifetime
{
    private const string Late =
        "INSERT INTO $db.attributions SELECT * REPLACE (version + 7 AS version, "
        + "arrayMap(channel -> 'Late', channels) AS channels, toDecimal64(3, 4) AS revenue, "
        + "arrayMap(value -> toDecimal64(1, 4), credit_values) AS credit_values) FROM $db.attributions FINAL "
        + "WHERE toDate(conversion_time) = '2026-10-27' AND cityHash64(conversion_id) % 3 = 0";

    private const string LateEvent =
        "INSERT INTO $db.events SELECT * REPLACE ('late' AS type) FROM $db.events FINAL "
        + "WHERE toDate(timestamp) = '2026-10-26' LIMIT 9";

    /// <summary>Texts of several fields are stored as one.</summary>
    private const string OddTexts =
        "INSERT INTO $db.attributions SELECT * REPLACE (version + 9 AS version, "
        + "arrayMap(each -> concat(each, '\"],\\\\\\n%0A%\\n\\t\\0/ü春🎈\\xff'), campaigns) AS campaigns, "
        + "arrayMap(each -> concat('[\"', each), sources) AS sources, "
        + "arrayMap(each -> '', mediums) AS mediums) "
        + "FROM $db.attributions FINAL WHERE toDate(conversion_time) = '2026-10-28'";

    private static readonly string[] Changes =
    [
        Late,
        LateEvent,
        OddTexts,
        "INSERT INTO $db.attributions SELECT * FROM $db.attributions SETTINGS insert_deduplicate = 0",
        "INSERT INTO $db.events SELECT * FROM $db.events SETTINGS insert_deduplicate = 0",
        "ALTER TABLE $db.attributions DELETE WHERE user_id = 'u7' SETTINGS mutations_sync = 2",
        "ALTER TABLE $db.events DELETE WHERE type = 'signup' SETTINGS mutations_sync = 2",
        "ALTER TABLE $db.attributions DROP PARTITION '202611'",
        "ALTER TABLE $db.events DROP PARTITION '202610'",
        "TRUNCATE TABLE $db.attributions",
        "OPTIMIZE TABLE $db.attributions FINAL",
        "OPTIMIZE TABLE $db.events FINAL",
    ];

    /// <summary>What may happen to the sums themselves.</summary>
    private static readonly string[] Losses =
    [
        "TRUNCATE TABLE $db.credit_sums",
        "TRUNCATE TABLE $db.event_sums",
        "ALTER TABLE $db.credit_sums DELETE WHERE day = '2026-10-26' SETTINGS mutations_sync = 2",
        "ALTER TABLE $db.credit_sums DELETE WHERE cityHash64(text) % 2 = 0 SETTINGS mutations_sync = 2",
        "ALTER TABLE $db.credit_sums DELETE WHERE field = '' SETTINGS mutations_sync = 2",
        "ALTER TABLE $db.credit_sums DROP PARTITION '202610'",
        "ALTER TABLE $db.event_sums DELETE WHERE toHour(hour) = 7 SETTINGS mutations_sync = 2",
        "TRUNCATE TABLE $db.arrival_sums",
        "ALTER TABLE $db.arrival_sums DELETE WHERE field = 'source' AND day = '2026-10-26' "
            + "SETTINGS mutations_sync = 2",
        "TRUNCATE TABLE $db.summed_days",
    ];

    private static readonly string[] Span = ["--from", "2026-10-10", "--to", "2026-11-20"];

    private readonly FlatDatabase _database = new();

    public static TheoryData<int> AllChanges => [.. Enumerable.Range(0, Changes.Length)];

    public static TheoryData<int> AllLosses => [.. Enumerable.Range(0, Losses.Length)];

    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"];

    private static readonly string[] Ranges =
        ["2026-10-24T07:30|2026-11-09T13:15:00.250", "2026-10-20|2026-11-10"];

    private static IEnumerable<string[]> Questions(string[] zones, string[] ranges) =>
        from range in ranges
        from zone in zones
        from words in (string[])
        [
            "channels --model linear", "campaigns --model last", "sources --compare previous", "top medium",
            "models", "trend conversions --every day", "trend value --every week --by channel --model linear",
            "trend credit --every month --by campaign", "trend events --every day",
            "trend events --every hour --by type", "top country --by currency", "top country --model linear",
            "trend conversions --every month --by source,medium",
            "quality --limit 3",
        ]
        let times = range.Split('|')
        select (string[])
            [.. words.Split(' '), "--tz", zone, "--from", times[0], "--to", times[1], "--format", "csv"];

    public Task InitializeAsync() => _database.InitializeAsync();

    public Task DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Answers_FromSums_AreThoseOfEveryRow()
    {
        ReporterRun run = await _database.RunAsync(["sums", .. Span]);

        Assert.Equal(0, run.Code);
        Assert.Equal(
            ["attributions", "attributions,events", "events", "arrivals"],
            run.Cells().Select(cells => cells[0]));
        Assert.All(run.Cells(), cells => Assert.Equal(cells[1], cells[2]));
        Assert.True(await UsesAsync("credit_sums", "channels"));
        Assert.True(await UsesAsync("credit_sums", "campaigns"));
        Assert.True(await UsesAsync("credit_sums", "sources", "--by", "currency"));
        Assert.True(await UsesAsync("credit_sums", "top", "country"));
        Assert.True(await UsesAsync("event_sums", "trend", "events"));
        Assert.False(await UsesAsync("event_sums", "trend", "events", "--tz", "Asia/Kolkata"));
        Assert.False(await UsesAsync("credit_sums", "trend", "conversions", "--tz", "Europe/Berlin"));
        Assert.False(await UsesAsync("credit_sums", "top", "channel", "--by", "source"));
        Assert.False(await UsesAsync("credit_sums", "channels", "--where", "channel = Email"));
        Assert.True(await UsesAsync("arrival_sums", "quality", "--tz", "Asia/Kolkata"));
        Assert.False(await UsesAsync("arrival_sums", "quality", "--by", "country"));
        Assert.False(await UsesAsync("arrival_sums", "quality", "--where", "country = DE"));
        await AssertAgreeAsync(Zones, Ranges);
    }

    [Theory]
    [MemberData(nameof(AllChanges))]
    public async Task Answers_AfterAChange_AreThoseOfEveryRow(int change)
    {
        await _database.RunAsync(["sums", .. Span]);
        foreach (string table in (string[])["attributions", "events"])
            await _database.SqlAsync($"SYSTEM START MERGES $db.{table}");

        await _database.SqlAsync(Changes[change]);

        await AssertAgreeAsync(Zones[..1], Ranges[..1]);
        await _database.RunAsync(["sums", .. Span]);
        await AssertAgreeAsync(Zones[..1], Ranges[..1]);
    }

    /// <summary>A day of which sums are missing is read row by row, and summed again.</summary>
    [Theory]
    [MemberData(nameof(AllLosses))]
    public async Task Answers_AfterSumsAreLost_AreThoseOfEveryRow(int loss)
    {
        await _database.RunAsync(["sums", .. Span]);

        await _database.SqlAsync(Losses[loss]);

        await AssertAgreeAsync(Zones[..1], Ranges[..1]);
        ReporterRun again = await _database.RunAsync(["sums", .. Span]);
        Assert.Contains(again.Cells(), cells => cells[2] != "0");
        Assert.All(again.Cells(), cells => Assert.Equal(cells[1], cells[2]));
        await AssertAgreeAsync(Zones[..1], Ranges[..1]);
        ReporterRun none = await _database.RunAsync(["sums", .. Span]);
        Assert.All(none.Cells(), cells => Assert.Equal("0", cells[1]));
    }

    /// <summary>Any other list of fields, or another meaning of one, makes other sums.</summary>
    [Fact]
    public async Task Sums_OfAnotherVersion_AreNotUsed()
    {
        await _database.RunAsync(["sums", .. Span]);

        await _database.SqlAsync("ALTER TABLE $db.summed_days DROP COLUMN lines");

        Assert.False(await UsesAsync("credit_sums", "channels"));
    }

    [Fact]
    public async Task LateTouch_OfOneDay_LeavesTheSumsOfTheOthers()
    {
        await _database.RunAsync(["sums", .. Span]);
        await _database.SqlAsync(Late);

        ReporterRun days = await _database.RunAsync(["sums", "--dry-run", .. Span]);

        Assert.Equal("1", days.Cells()[0][1]);
        Assert.True(await UsesAsync("credit_sums", "channels"));
        Assert.Contains("Late", (await AnswerAsync(["channels", .. Span])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SumsAgain_OfTheSameRows_StoreNothing()
    {
        await _database.RunAsync(["sums", .. Span]);

        ReporterRun again = await _database.RunAsync(["sums", .. Span]);

        Assert.All(again.Cells(), cells => Assert.Equal(("0", "0"), (cells[1], cells[2])));
    }

    [Fact]
    public async Task OldSums_WithNewerOnes_AreDeleted()
    {
        await _database.SqlAsync(
            "INSERT INTO $db.summed_days (source, day, parts, summed_at) "
            + "VALUES ('attributions', '2026-10-21', 'old', now() - 7200)");
        await _database.SqlAsync(
            "INSERT INTO $db.credit_sums (project, day, parts, config, model, conversions) "
            + "VALUES ('default', '2026-10-21', 'old', 'abc123', 'last', 1000)");

        await _database.RunAsync(["sums", .. Span]);

        Assert.Equal("0\n", await _database.SqlAsync(
            "SELECT count() FROM $db.credit_sums WHERE parts = 'old'"));
        Assert.Equal("0\n", await _database.SqlAsync(
            "SELECT count() FROM $db.summed_days WHERE parts = 'old'"));
        Assert.True(await UsesAsync("credit_sums", "channels"));
    }

    /// <summary>The day that is not over, and days that the range cuts, are read row by row.</summary>
    [Fact]
    public async Task Today_IsNotSummed()
    {
        await _database.RunAsync("sums", "--from", "2026-11-15", "--to", "2026-11-25");

        Assert.Equal("2026-11-19\n", await _database.SqlAsync("SELECT max(day) FROM $db.summed_days"));
    }

    private async Task AssertAgreeAsync(string[] zones, string[] ranges)
    {
        List<string[]> questions = [.. Questions(zones, ranges)];
        List<string> summed = await AnswersAsync(questions);
        await _database.SqlAsync("RENAME TABLE $db.summed_days TO $db.hidden");
        List<string> raw = await AnswersAsync(questions);
        await _database.SqlAsync("RENAME TABLE $db.hidden TO $db.summed_days");

        Assert.Equal(raw, summed);
    }

    private async Task<List<string>> AnswersAsync(List<string[]> questions)
    {
        var answers = new List<string>();
        foreach (string[] question in questions)
            answers.Add(string.Join(' ', question) + '\n' + await AnswerAsync(question));
        return answers;
    }

    private async Task<string> AnswerAsync(params string[] question)
    {
        ReporterRun run = await _database.RunAsync(question);
        return $"{run.Code} {run.Error} {run.Out}";
    }

    private async Task<bool> UsesAsync(string table, params string[] question)
    {
        ReporterRun run = await _database.RunAsync(["--explain", .. question, .. Span]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        string answer = table switch
        {
            "credit_sums" => "AS day_credit",
            "event_sums" => "AS hour_events",
            _ => "behind, skews\nFROM arrival_sums",
        };
        return run.Out.Contains(answer, StringComparison.Ordinal);
    }
}
