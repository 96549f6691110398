using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Many generated conversions, reported and asked for again in other SQL.</summary>
/// <remarks>
/// The other SQL takes the newest version by argMax instead of FINAL and sums whole rows with array functions
/// instead of ARRAY JOIN, so that a mistake in either shows as a difference. A third of the rows is written
/// twice, and a third is replaced by a newer version with other credits.
/// </remarks>
public sealed class IndependentSqlTests(GeneratedDatabase database) : IClassFixture<GeneratedDatabase>
{
    private const string Newest =
        """
        SELECT conversion_id, conversion_time, argMax(currency, version) AS currency,
               argMax(revenue, version) AS revenue, argMax(channels, version) AS channels,
               argMax(campaigns, version) AS campaigns,
               argMax(credits, version) AS credits, argMax(credit_values, version) AS credit_values
        FROM $db.attributions WHERE project = 'default' AND model = 'linear'
        AND conversion_time >= '2026-10-21' AND conversion_time < '2026-11-21'
        GROUP BY conversion_id, conversion_time
        """;

    [Fact]
    public async Task Channels_UnderOneModel_EqualNewestRowsSummed()
    {
        string expected = await database.SqlAsync(
            $"""
            SELECT c, countIf(has(channels, c)),
                   sum(arraySum((x, n) -> if(n = c, x, 0), credits, channels)) / 1000000,
                   sum(arraySum((x, n) -> if(n = c AND currency = 'EUR', x, 0), credit_values, channels)),
                   sum(arraySum((x, n) -> if(n = c AND currency = 'USD', x, 0), credit_values, channels))
            FROM ({Newest}) AS newest
            CROSS JOIN (SELECT arrayJoin(['Paid Search', 'Email', 'Direct', 'Display']) AS c) AS wanted
            GROUP BY c ORDER BY c
            """);

        ReporterRun run = await database.RunAsync("channels", "--model", "linear");

        Assert.Equal(ExitCode.Ok, run.Code);
        string[][] shown = [.. run.Cells().OrderBy(cells => cells[0], StringComparer.Ordinal)];
        string[][] wanted = [.. expected.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(4, shown.Length);
        for (int line = 0; line < wanted.Length; line++)
        {
            Assert.Equal(wanted[line][0], shown[line][0]);
            // The share, at 3, is not in the other query.
            foreach ((int ours, int theirs) in ((int, int)[])[(1, 1), (2, 2), (4, 3), (5, 4)])
                Assert.Equal(Number(wanted[line][theirs]), Number(shown[line][ours]));
        }
    }

    [Fact]
    public async Task Credits_OfEveryModel_SumToTheConversions()
    {
        decimal conversions = Number(await database.SqlAsync($"SELECT count() FROM ({Newest})"));
        decimal revenue = Number(
            await database.SqlAsync($"SELECT sumIf(revenue, currency = 'USD') FROM ({Newest})"));

        ReporterRun models = await database.RunAsync("models");
        ReporterRun values = await database.RunAsync("models", "--measure", "value");

        Assert.Equal(conversions, models.Cells().Sum(cells => Number(cells[1])));
        Assert.Equal(conversions, models.Cells().Sum(cells => Number(cells[2])));
        Assert.Equal(
            revenue,
            values.Cells().Where(cells => cells[1] == "USD").Sum(cells => Number(cells[3])));
        Assert.True(conversions > 1_000);
    }

    [Fact]
    public async Task Campaigns_UnderOneModel_EqualNewestRowsSummed()
    {
        string expected = await database.SqlAsync(
            $"""
            SELECT arrayJoin(arrayDistinct(campaigns)) AS c, count(),
                   sum(arraySum((x, n) -> if(n = c, x, 0), credits, campaigns)) / 1000000
            FROM ({Newest}) GROUP BY c
            """);

        ReporterRun run = await database.RunAsync("campaigns", "--model", "linear");

        // The generated campaigns each have one channel, source and medium.
        Dictionary<string, (decimal, decimal)> shown = run.Cells()
            .ToDictionary(cells => cells[0], cells => (Number(cells[4]), Number(cells[5])));
        Dictionary<string, (decimal, decimal)> wanted = expected.TrimEnd('\n').Split('\n')
            .Select(line => line.Split('\t'))
            .ToDictionary(cells => cells[0], cells => (Number(cells[1]), Number(cells[2])));
        Assert.Equal(wanted, shown);
    }

    [Fact]
    public async Task Data_BeforeMerges_HoldsDoubledAndReplacedRows()
    {
        decimal stored = Number(await database.SqlAsync("SELECT count() FROM $db.attributions"));
        decimal final = Number(await database.SqlAsync("SELECT count() FROM $db.attributions FINAL"));

        Assert.True(stored > final, "The data would not show a report that reads without FINAL.");
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
