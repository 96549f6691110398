using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>
/// Cohorts and retention equal the same question in plain SQL over rows that name their person.
/// </summary>
public sealed class CohortTests(PersonDatabase database) : IClassFixture<PersonDatabase>
{
    private const string Touch = "type IN ('click', 'impression', 'visit')";

    /// <summary>Options, and for the SQL: zone, begin of the range, period, first event and filter.</summary>
    public static TheoryData<string[], string[]> Cases => new()
    {
        { [], ["UTC", "2026-10-19", "week", Touch, "true"] },
        { ["--every", "day"], ["UTC", "2026-10-21", "day", Touch, "true"] },
        // More than the 64 periods that are kept as bits.
        { ["--every", "day", "--from", "2026-08-01"], ["UTC", "2026-08-01", "day", Touch, "true"] },
        { ["--every", "month", "--from", "2026-10"], ["UTC", "2026-10-01", "month", Touch, "true"] },
        { ["--every", "day", "--tz", "Europe/Berlin", "--from", "2026-10-24"],
            ["Europe/Berlin", "2026-10-23 22:00:00", "day", Touch, "true"] },
        { ["--every", "week", "--tz", "America/New_York", "--from", "2026-10-26"],
            ["America/New_York", "2026-10-26 04:00:00", "week", Touch, "true"] },
        { ["--of", "signup"], ["UTC", "2026-10-19", "week", "type = 'signup'", "true"] },
        { ["--of", "install", "--every", "day"], ["UTC", "2026-10-21", "day", "type = 'install'", "true"] },
        { ["--of", "type = visit and source = google", "--where", "country != DE"],
            ["UTC", "2026-10-19", "week", "type = 'visit' AND source = 'google'", "country != 'DE'"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Persons_OfCohorts_EqualPlainSql(string[] options, string[] sql)
    {
        ReporterRun run = await database.RunAsync(["cohort", .. options]);

        string[][] expected = await ExpectedAsync(sql, "true", "'' AS currency, uniqExact(person) AS amount");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(expected);
        Assert.Equal(
            [.. expected.Select(row => $"{row[0]} {row[1]} {row[2]} {row[4]}")],
            [.. run.Cells().Where(cells => cells[3] != "0").Select(cells => string.Join(' ', cells[..4]))]);
    }

    [Theory]
    [InlineData("conversions")]
    [InlineData("revenue")]
    [InlineData("ltv")]
    public async Task Money_OfCohorts_EqualsPlainSql(string measure)
    {
        ReporterRun run = await database.RunAsync("cohort", "--measure", measure, "--every", "week");

        string amount = measure == "conversions" ? "'' AS currency, count() AS amount"
            : "currency, sum(revenue) AS amount";
        string[][] expected = await ExpectedAsync(
            ["UTC", "2026-10-19", "week", Touch, "true"],
            "type IN ('signup', 'purchase', 'install', 'subscribe')"
                + (measure == "conversions" ? "" : " AND revenue IS NOT NULL"),
            amount);
        int at = measure == "conversions" ? 2 : 3;
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Dictionary<string, decimal> wanted = [];
        foreach (string[] row in expected)
            wanted[$"{row[0]} {row[3]} {row[2]}"] = Number(row[4]);
        foreach (string[] cells in run.Cells())
        {
            string currency = at == 2 ? "" : cells[2];
            int index = int.Parse(cells[at], CultureInfo.InvariantCulture);
            decimal sum = measure == "ltv"
                ? decimal.Round(
                    Enumerable.Range(0, index + 1)
                        .Sum(each => wanted.GetValueOrDefault($"{cells[0]} {currency} {each}"))
                    / Number(cells[1]),
                    4)
                : wanted.GetValueOrDefault($"{cells[0]} {currency} {index}");
            Assert.Equal(sum, Number(cells[at + 1]));
        }

        Assert.Equal(
            wanted.Keys.Select(key => key.Split(' ')[1]).Distinct().Order(StringComparer.Ordinal),
            run.Cells().Select(cells => at == 2 ? "" : cells[2]).Distinct());
    }

    [Theory]
    [InlineData("day", "UTC", "2026-10-21")]
    [InlineData("day", "Europe/Berlin", "2026-10-20 22:00:00")]
    [InlineData("week", "UTC", "2026-10-19")]
    public async Task Retention_OfWhatIsOver_EqualsPlainSql(string every, string zone, string begin)
    {
        ReporterRun run = await database.RunAsync("retention", "--every", every, "--tz", zone);

        string[][] cohorts = await ExpectedAsync(
            [zone, begin, every, Touch, "true"], "true", "'' AS currency, uniqExact(person) AS amount");
        // The clock stands at noon of the 20th: that day is not over, and its week only on the 23rd.
        DateOnly end = every == "day" ? new DateOnly(2026, 11, 20) : new DateOnly(2026, 11, 16);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(run.Cells());
        foreach (string[] cells in run.Cells())
        {
            int index = int.Parse(cells[0], CultureInfo.InvariantCulture);
            string[][] over = [.. cohorts.Where(row => DateOnly.Parse(row[0], CultureInfo.InvariantCulture)
                .AddDays((index + 1) * (every == "day" ? 1 : 7)) <= end)];
            decimal size = over.DistinctBy(row => row[0]).Sum(row => Number(row[1]));
            decimal came = over.Where(row => row[2] == cells[0]).Sum(row => Number(row[4]));
            Assert.Equal((size, came), (Number(cells[1]), Number(cells[2])));
            Assert.Equal(decimal.Round(came / size, 6), Number(cells[3]));
        }
    }

    [Fact]
    public async Task Persons_OfTheirOwnPeriod_AreAllOfThem()
    {
        ReporterRun run = await database.RunAsync("cohort");

        Assert.All(run.Cells().Where(cells => cells[2] == "0"), cells => Assert.Equal(cells[1], cells[3]));
        Assert.Contains(run.Cells(), cells => cells[^1] == "false");
        Assert.Contains(run.Cells(), cells => cells[^1] == "true");
    }

    [Theory]
    [InlineData("cohort")]
    [InlineData("retention")]
    public async Task Report_OfNobody_IsEmptyAndSaysSo(string command)
    {
        ReporterRun run = await database.RunAsync(command, "--of", "never", "--format", "json");

        Assert.Equal((ExitCode.Ok, "[]\n"), (run.Code, run.Out));
        Assert.Contains("nobody began with 'never'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cohort", "--of", "tipe = x", "an event has no field 'tipe'")]
    [InlineData("retention", "--where", "type", "how 'type' is compared")]
    public async Task Question_WithoutSense_IsRefused(params string[] argsAndMessage)
    {
        ReporterRun run = await database.RunAsync(argsAndMessage[..^1]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(argsAndMessage[^1], run.Error, StringComparison.Ordinal);
    }

    /// <summary>Cohort, size, index, currency, amount: by joins and dates, period by period.</summary>
    private Task<string[][]> ExpectedAsync(string[] sql, string fact, string amount)
    {
        (string zone, string begin, string period, string first, string where) =
            (sql[0], sql[1], sql[2], sql[3], sql[4]);
        string end = End(zone);
        string start = $"toDate(date_trunc('{period}', toTimeZone(timestamp, '{zone}')))";
        return database.RowsAsync(
            $"""
            WITH cohorts AS
            (
                SELECT person, argMin({start}, timestamp) AS cohort, min(timestamp) AS began
                FROM $db.flat WHERE {first} AND timestamp < '{end}' GROUP BY person
                HAVING began >= '{begin}'
            )
            SELECT cohort, size, age('{period}', toDateTime(cohort), toDateTime(each)) AS period_index,
                currency, amount
            FROM
            (
                SELECT cohort, {start} AS each, {amount}
                FROM $db.flat INNER JOIN cohorts USING person
                WHERE each >= cohort AND ({fact}) AND ({where}) AND timestamp < '{end}'
                GROUP BY cohort, each, currency
            ) AS facts
            INNER JOIN (SELECT cohort, count() AS size FROM cohorts GROUP BY cohort) AS sizes USING cohort
            ORDER BY cohort, currency, period_index
            """);
    }

    /// <summary>When the day ends on the zone's clocks at whose noon, in UTC, the clock stands.</summary>
    private static string End(string zone) => zone switch
    {
        "Europe/Berlin" => "2026-11-20 23:00:00",
        "America/New_York" => "2026-11-21 05:00:00",
        _ => "2026-11-21 00:00:00",
    };

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
