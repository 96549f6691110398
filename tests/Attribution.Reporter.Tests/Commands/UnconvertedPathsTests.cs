using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>
/// Journeys to none equal the same question in plain SQL, in which the channels of the few origins that the
/// database has are written down.
/// </summary>
public sealed class UnconvertedPathsTests(PersonDatabase database) : IClassFixture<PersonDatabase>
{
    // GA4's rules for these, worked out by hand; only a visit can be direct.
    private const string Channel =
        """
        multiIf(
            medium = 'cpc' AND source IN ('google', 'bing'), 'Paid Search',
            medium = 'cpc', 'Paid Other',
            source IN ('google', 'bing'), 'Organic Search',
            medium = 'email', 'Email',
            source = '' AND medium = '' AND campaign = '' AND type = 'visit', 'Direct',
            'Unassigned')
        """;

    private const string IsTouch =
        "(type IN ('click', 'impression', 'visit') OR (type = 'open' AND (source != '' OR campaign != '')))";

    [Theory]
    [InlineData(Channel, "true", "steps")]
    [InlineData("source", "true", "steps", "--step", "source")]
    [InlineData("campaign", "true", "steps", "--step", "campaign")]
    [InlineData("type", "true", "arrayCompact(steps)", "--step", "type", "--collapse")]
    [InlineData(Channel, "country = 'DE'", "steps", "--where", "country = DE")]
    [InlineData(Channel, "true", "if(length(steps) > 2, ['…', steps[-2], steps[-1]], steps)",
        "--max-length", "2")]
    public async Task Paths_ToNone_EqualPlainSql(
        string step, string where, string path, params string[] options)
    {
        ReporterRun run = await database.RunAsync(["paths", "--ending", "none", .. options]);

        string[][] expected = await database.RowsAsync(
            $"""
            SELECT toJSONString({path}) AS path, count(), quantileExactInclusive(0.5)(millis) / 1000
            FROM
            (
                SELECT person,
                    arraySort(groupArrayIf((timestamp, event_id, toString({step})), {IsTouch} AND {where}))
                        AS touches,
                    arrayMap(each -> each.3, touches) AS steps,
                    dateDiff('millisecond', touches[1].1, touches[-1].1) AS millis
                FROM $db.flat WHERE timestamp >= '2026-10-21' AND timestamp < '2026-11-21'
                GROUP BY person
                HAVING countIf(type IN ('install', 'purchase', 'signup', 'subscribe')) = 0
                    AND notEmpty(touches)
            )
            GROUP BY path
            """);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.NotEmpty(expected);
        Assert.Equal(
            [.. expected.Select(row => $"{row[0]} {row[1]} {Number(row[2]):0.####}")
                .Order(StringComparer.Ordinal)],
            [.. run.Cells().Select(cells => $"{cells[0]} {cells[2]} {Number(cells[4]):0.####}")
                .Order(StringComparer.Ordinal)]);
    }

    /// <summary>Between two journeys a percentile has two decimals, of milliseconds too.</summary>
    [Theory]
    [InlineData("2026-10-21")]
    [InlineData("2026-10-25")]
    [InlineData("2026-11-01")]
    public async Task Quantiles_BetweenTwoJourneys_HaveNoNoiseOfBinaryFractions(string from)
    {
        ReporterRun run =
            await database.RunAsync("paths", "--ending", "none", "--show", "quantiles", "--from", from);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(7, run.Cells().Length);
        Assert.All(run.Cells(), cells => Assert.Matches("^[0-9]+([.][0-9]{1,5})?$", cells[1]));
        Assert.All(run.Cells(), cells => Assert.Matches("^[0-9]+([.][0-9]{1,2})?$", cells[2]));
        Assert.Contains(run.Cells(), cells => cells[1].Split('.') is [_, { Length: > 3 }]);
    }

    [Fact]
    public async Task Paths_OfEmptyRange_SaySo()
    {
        ReporterRun run = await database.RunAsync("paths", "--ending", "none", "--during", "2025-11");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("had a touch and no conversion", run.Error, StringComparison.Ordinal);
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
