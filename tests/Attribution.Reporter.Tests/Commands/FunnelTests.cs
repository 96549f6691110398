using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>
/// A funnel's numbers equal the same question asked by joins over rows that name their person.
/// </summary>
public sealed class FunnelTests(PersonDatabase database) : IClassFixture<PersonDatabase>
{
    private const long Day = 86_400_000;

    /// <summary>How TSV writes that there is no value.</summary>
    private const string Nothing = "\\N";
    private const string Click = "type = 'click' AND source = 'google'";

    /// <summary>Three steps as conditions, the window, and what happens between.</summary>
    public static TheoryData<string[], string[], long, bool, string, string, string> Cases => new()
    {
        { ["visit", "signup", "purchase"], [], 0, false, "2026-10-21", "2026-11-21", "true" },
        { ["visit", "signup", "purchase"], ["--within", "7d"], 7 * Day, false, "2026-10-21",
            "2026-11-21", "true" },
        { ["visit", "visit", "visit"], ["--within", "1d"], Day, false, "2026-10-21", "2026-11-21", "true" },
        { ["visit", "signup", "purchase"], ["--within", "12h", "--from", "2026-10-10", "--to", "2026-10-20"],
            Day / 2, false, "2026-10-10", "2026-10-20", "true" },
        { ["type = click and source = google", "open", "type in (purchase, signup)"], ["--within", "20d"],
            20 * Day, false, "2026-10-21", "2026-11-21", "true" },
        { ["visit", "signup", "purchase"], ["--strict"], 0, true, "2026-10-21", "2026-11-21", "true" },
        { ["visit", "visit", "purchase"], ["--strict", "--within", "5d"], 5 * Day, true, "2026-10-21",
            "2026-11-21", "true" },
        { ["visit", "signup", "purchase"], ["--strict", "--where", "type in (visit, signup, purchase)"], 0,
            true, "2026-10-21", "2026-11-21", "type IN ('visit', 'signup', 'purchase')" },
        { ["visit", "signup", "purchase"], ["--where", "country = DE or properties.plan = pro"], 0, false,
            "2026-10-21", "2026-11-21", "country = 'DE' OR JSONExtractString(properties, 'plan') = 'pro'" },
        { ["visit", "click", "purchase"],
            ["--tz", "Europe/Berlin", "--from", "2026-10-25", "--to", "2026-10-27"], 0, false,
            "2026-10-24 22:00:00", "2026-10-26 23:00:00", "true" },
        { ["visit", "click", "purchase"],
            ["--tz", "America/New_York", "--during", "2026-11-01", "--within", "2d"], 2 * Day, false,
            "2026-11-01 04:00:00", "2026-11-02 05:00:00", "true" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Funnel_OfLinkedPersons_EqualsJoins(
        string[] steps, string[] options, long within, bool isStrict, string from, string to, string where)
    {
        ReporterRun run = await database.RunAsync(["funnel", .. steps, .. options]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        string[][] expected = await ExpectedAsync(
            new Asked([.. steps.Select(Sql)], within, isStrict, from, to, where), "'all'");
        Assert.Equal(3, run.Cells().Length);
        Assert.True(Number(run.Cells()[0][2]) > 0);
        string[] shown = [.. run.Cells().Where(cells => cells[2] != "0")
            .Select(cells => $"all {cells[0]} {cells[2]} {Seconds(cells[6])}")];
        Assert.Equal(Lines(expected), shown);
    }

    [Theory]
    [InlineData("source", "source")]
    [InlineData("country", "country")]
    [InlineData("day", "toString(toDate(timestamp))")]
    public async Task Funnel_BySegment_CountsEachPersonByTheFurthestEntry(string by, string field)
    {
        ReporterRun run = await database.RunAsync("funnel", "visit", "signup", "purchase", "--by", by,
            "--within", "9d");

        string[][] expected = await ExpectedAsync(new Asked(
            [Sql("visit"), Sql("signup"), Sql("purchase")], 9 * Day, false, "2026-10-21", "2026-11-21",
            "true"), field);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        string[] shown = [.. run.Cells().Where(cells => cells[3] != "0")
            .Select(cells => $"{cells[0]} {cells[1]} {cells[3]} {Seconds(cells[7])}")
            .Order(StringComparer.Ordinal)];
        Assert.Equal(Lines(expected), shown);
    }

    [Fact]
    public async Task Rates_OfSteps_AreOfThePreviousAndTheFirst()
    {
        ReporterRun run = await database.RunAsync("funnel", "visit", "signup", "purchase");

        string[][] cells = run.Cells();
        decimal[] persons = [.. cells.Select(line => Number(line[2]))];
        Assert.Equal([Nothing, Nothing], cells[0][3..5]);
        for (int step = 1; step < 3; step++)
        {
            Assert.Equal(decimal.Round(persons[step] / persons[step - 1], 6), Number(cells[step][3]));
            Assert.Equal(decimal.Round(persons[step] / persons[0], 6), Number(cells[step][4]));
            Assert.Equal(persons[step - 1] - persons[step], Number(cells[step - 1][5]));
        }

        Assert.Equal(Nothing, cells[2][5]);
    }

    [Fact]
    public async Task Funnel_OfOtherProject_KnowsNoLinks()
    {
        ReporterRun run = await database.RunAsync("funnel", "visit", "--project", "shop");

        // Without links each id is a person; an event without any other is of the id that says nothing.
        string[][] expected = await database.RowsAsync(
            """
            SELECT uniqExact(multiIf(user_id NOT IN ('', 'NULL'), user_id, device_id != '', device_id,
                anonymous_id != '', anonymous_id, event_id))
            FROM $db.events WHERE project = 'shop' AND type = 'visit'
                AND timestamp >= '2026-10-21' AND timestamp < '2026-11-21'
            """);
        Assert.Equal(expected[0][0], run.Cells()[0][2]);
    }

    [Fact]
    public async Task Funnel_OfEmptyRange_HasNobodyAndSaysSo()
    {
        ReporterRun run = await database.RunAsync("funnel", "visit", "signup", "--during", "2025-11");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(["0", "0"], run.Cells().Select(cells => cells[2]));
        Assert.Contains("no person came to the first step", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Funnel_OfAllSegmentsButOne_SaysSoOfOne()
    {
        ReporterRun run = await database.RunAsync("funnel", "visit", "--by", "source", "--limit", "3");

        Assert.Equal(
            "note: 1 more segment, of fewer persons; --limit 4 shows it.\n", run.Error);
    }

    /// <summary>No range has a type that is misspelled, so the range is not to blame.</summary>
    [Theory]
    [InlineData("has the type 'clik'. Did you mean 'click'?", "clik", "purchase")]
    [InlineData("has the type 'purchas'. Did you mean 'purchase'?", "visit", "purchas")]
    [InlineData("has the type 'Visit'. Did you mean 'visit'?", "Visit", "--by", "source")]
    [InlineData("has the type 'x'. There are visit, click, purchase, signup, ", "x", "purchase")]
    public async Task Funnel_OfATypeThatNoEventHas_NamesTheNearest(string message, params string[] steps)
    {
        ReporterRun run = await database.RunAsync(["funnel", .. steps]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("no event in project 'default' ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Funnel_OfAProjectWithoutEvents_NamesTheProjects()
    {
        ReporterRun run = await database.RunAsync("funnel", "clik", "purchase", "--project", "shoop");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("Projects with events: default, shop", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("funnel", "type = ", "STEP: a value was expected")]
    [InlineData("funnel", "visit", "tipe = x", "an event has no field 'tipe'. Did you mean 'type'?")]
    [InlineData("funnel", "visit", "--within", "soon", "--within: 'soon' is no time")]
    [InlineData("funnel", "visit", "--by", "contry", "--by: an event has no field 'contry'")]
    public async Task Question_WithoutSense_IsRefused(params string[] argsAndMessage)
    {
        ReporterRun run = await database.RunAsync(argsAndMessage[..^1]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(argsAndMessage[^1], run.Error, StringComparison.Ordinal);
    }

    private static string Sql(string step) => step switch
    {
        "type = click and source = google" => Click,
        "type in (purchase, signup)" => "type IN ('purchase', 'signup')",
        _ => $"type = '{step}'",
    };

    /// <summary>
    /// Segment, step, persons and median, from joins of every entry with every later event.
    /// </summary>
    private Task<string[][]> ExpectedAsync(Asked asked, string field)
    {
        string window = asked.Within == 0
            ? $"b.millis < toUnixTimestamp64Milli(toDateTime64('{asked.To}', 3, 'UTC'))"
            : $"b.millis <= a.t1 + {asked.Within}";
        string all = $"SELECT * FROM $db.flat WHERE ({asked.Where}) AND timestamp >= '{asked.From}'";
        string Next(string entries, int step, string columns) =>
            $"""
            SELECT {columns},
                minIf(b.millis, {window} AND b.millis > a.t{step - 1} AND ({asked.Steps[step - 1]})) AS found,
                minIf(b.millis, b.millis > a.t{step - 1}) AS next,
                if(a.t{step - 1} = 0 OR ({(asked.IsStrict ? 1 : 0)} AND found != next), 0, found) AS t{step}
            FROM ({entries}) AS a LEFT JOIN ({all}) AS b ON a.person = b.person
            GROUP BY {columns}
            """;
        string one = $"SELECT DISTINCT person, millis AS t1, {field} AS field FROM ({all}) "
            + $"WHERE ({asked.Steps[0]}) AND timestamp < '{asked.To}'";
        string three = Next(Next(one, 2, "person, t1, field"), 3, "person, t1, field, t2");
        return database.RowsAsync(
            $"""
            SELECT best.2, step, count(),
                quantileExactInclusive(0.5)(best.1[step] - best.1[greatest(step - 1, 1)])
            FROM
            (
                SELECT person, argMin((arrayFilter(t -> t > 0, [t1, t2, t3]), field),
                    (-(t2 > 0) - (t3 > 0), t1)) AS best
                FROM ({three}) GROUP BY person
            )
            ARRAY JOIN arrayEnumerate(best.1) AS step GROUP BY best.2, step ORDER BY step
            """);
    }

    private static string[] Lines(string[][] rows) => [.. rows
        .Select(row => $"{row[0]} {row[1]} {row[2]} {(row[1] == "1" ? "" : Seconds(Number(row[3]) / 1000))}")
        .Order(StringComparer.Ordinal)];

    private static string Seconds(string cell) => cell == Nothing ? "" : Seconds(Number(cell));

    private static string Seconds(decimal seconds) =>
        seconds.ToString("0.0000", CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Asked(
        string[] Steps, long Within, bool IsStrict, string From, string To, string Where);
}
