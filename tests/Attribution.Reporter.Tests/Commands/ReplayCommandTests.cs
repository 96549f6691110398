using System.CommandLine.Parsing;
using System.Globalization;
using Attribution.Model.Configs;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>
/// What <c>replay</c> and <c>digest</c>, and <c>fit</c> over a range, do to a database of 2,000 made-up
/// events.
/// </summary>
public sealed class ReplayCommandTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const string Events =
        """
        INSERT INTO $db.events (project, event_id, type, timestamp, received_at, anonymous_id, user_id,
                                source, medium, revenue, currency, sequence)
        SELECT 'default', 'e' || toString(number), ['click', 'visit', 'purchase'][1 + number % 3],
               toDateTime64('2026-10-25 00:00:00', 3, 'UTC') + toIntervalMinute(7 * number) AS time, time,
               'a' || toString(cityHash64(number) % 200),
               if(number % 17 = 0, 'u' || toString(number % 29), ''),
               ['google', 'news', ''][1 + cityHash64(number) % 3], ['cpc', 'email', ''][1 + number % 3],
               if(number % 3 = 2, number % 997, NULL), 'EUR', number
        FROM numbers(2000)
        """;

    private static readonly string[] Range = ["--from", "2026-10-28", "--to", "2026-11-03"];

    [Fact]
    public async Task Replay_OfARange_WritesRowsAndSaysHowMany()
    {
        string database = await CreateAsync();

        ReporterRun run = await RunAsync(database, ["replay", "--config", "web", .. Range]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        string[] cells = run.Cells()[0];
        string conversions = await SqlAsync(
            database, "SELECT countIf(type = 'purchase') FROM $db.events "
            + "WHERE timestamp >= '2026-10-28' AND timestamp < '2026-11-03'");
        Assert.Equal(AttributionConfig.Web.Hash, cells[0]);
        Assert.Equal(conversions.Trim(), cells[3]);
        Assert.Equal(
            $"{conversions.Trim()}\t{cells[4]}\n",
            await SqlAsync(database, "SELECT uniqExact(conversion_id), count() FROM $db.attributions FINAL"));
    }

    [Fact]
    public async Task Digest_StoredAndReplayed_AreEqual()
    {
        string database = await CreateAsync();
        await RunAsync(database, ["replay", "--config", "web", "--chunks", "3", .. Range]);

        ReporterRun stored = await RunAsync(database, ["digest", .. Range]);
        ReporterRun named = await RunAsync(database, ["digest", "--config", "web", .. Range]);
        ReporterRun replayed = await RunAsync(database, ["digest", "--replay", "web", .. Range]);

        Assert.Equal(ExitCode.Ok, stored.Code);
        Assert.Equal(64, stored.Cells()[0][0].Length);
        Assert.Equal(stored.Out, replayed.Out);
        Assert.Equal(stored.Out, named.Out);
        ReporterRun shorter = await RunAsync(
            database, ["digest", "--replay", "web", "--from", "2026-10-29", "--to", "2026-11-03"]);
        Assert.NotEqual(stored.Out, shorter.Out);
    }

    [Fact]
    public async Task Replay_DryRun_WritesNothingAndShowsWhatChannelsGet()
    {
        string database = await CreateAsync();

        ReporterRun run = await RunAsync(
            database, ["replay", "--config", "web", "--dry-run", "--model", "linear", .. Range]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("nothing was written: ", run.Error, StringComparison.Ordinal);
        Assert.All(run.Cells(), cells => Assert.Equal("linear", cells[0]));
        Assert.Equal("0\t0\t0\n", await SqlAsync(
            database, "SELECT (SELECT count() FROM $db.attributions), (SELECT count() FROM $db.replays), "
            + "(SELECT count() FROM $db.configs)"));

        await RunAsync(database, ["replay", "--config", "web", .. Range]);
        string stored = await SqlAsync(
            database,
            "SELECT sum(arraySum(credit_values)) FROM $db.attributions FINAL WHERE model = 'linear'");
        decimal shown = run.Cells().Sum(cells => decimal.Parse(cells[4], CultureInfo.InvariantCulture));
        Assert.Equal(decimal.Parse(stored, CultureInfo.InvariantCulture), shown);
    }

    [Fact]
    public async Task Replay_DryRunWithALimit_ShowsTheFirstRows()
    {
        string database = await CreateAsync();
        string[] dry = ["replay", "--config", "web", "--dry-run", "--model", "linear", .. Range];

        string[][] all = (await RunAsync(database, dry)).Cells();
        ReporterRun two = await RunAsync(database, [.. dry, "--limit", "2"]);

        Assert.True(all.Length > 3);
        Assert.Equal(all[..2], two.Cells());
        Assert.StartsWith(
            $"note: {all.Length - 2} more rows; --limit {all.Length} shows them.\n", two.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfOneEvent_CountsOne()
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await SqlAsync(database, $"{Events} WHERE number = 701");

        ReporterRun run = await RunAsync(database, ["replay", "--config", "web", "--dry-run", .. Range]);

        Assert.StartsWith(
            "nothing was written: 1 event of 1 person, 1 conversion, 1 of them unattributed; ", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfAConfigFile_ThenOfItsHash_IsTheSame()
    {
        string database = await CreateAsync();
        string file = Path.Combine(Path.GetTempPath(), $"attribution-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, """{"name":"narrow","windows":{"click":"1d"}}""");
        try
        {
            ReporterRun first = await RunAsync(database, ["replay", "--config", file, .. Range]);
            string hash = first.Cells()[0][0];
            ReporterRun again = await RunAsync(database, ["replay", "--config", hash[..8], .. Range]);

            Assert.NotEqual(AttributionConfig.Web.Hash, hash);
            Assert.Equal(first.Cells()[0][..5], again.Cells()[0][..5]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// The whole way of a data-driven model: fitted to stored events, kept, named by a config, replayed.
    /// </summary>
    [Fact]
    public async Task Fit_OfARange_IsKeptAndReplayedByTheConfigThatNamesIt()
    {
        string database = await CreateAsync();
        ReporterRun fit = await RunAsync(
            database, ["fit", "markov", "--config", "web", "--currency", "EUR", "--save", .. Range]);
        string table = (await SqlAsync(database, "SELECT hash FROM $db.fits FINAL")).Trim();
        decimal credited = fit.Cells().Sum(cells => decimal.Parse(cells[2], CultureInfo.InvariantCulture));
        string file = Path.Combine(Path.GetTempPath(), $"attribution-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(
            file, $$"""{"models":["last","markov"],"fitted":{"markov":"{{table}}"} }""");
        try
        {
            ReporterRun run = await RunAsync(database, ["replay", "--config", file, .. Range]);

            Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
            Assert.Contains($"table {table}", fit.Error, StringComparison.Ordinal);
            string attributed = await SqlAsync(
                database,
                "SELECT countIf(touches[1] != '') FROM $db.attributions FINAL WHERE model = 'markov'");
            Assert.Equal(decimal.Parse(attributed, CultureInfo.InvariantCulture), credited);
            Assert.Equal("1000000\t1000000\n", await SqlAsync(
                database,
                "SELECT min(arraySum(credits)), max(arraySum(credits)) FROM $db.attributions FINAL"));
        }
        finally
        {
            File.Delete(file);
        }

        ReporterRun unknown = await RunAsync(
            database, ["fit", "shapley", "--config", "no-such-config", .. Range]);
        Assert.Equal(ExitCode.Failure, unknown.Code);
        Assert.Contains("no-such-config", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Resumed_GoesOnAfterTheFinishedChunks()
    {
        string database = await CreateAsync();
        await RunAsync(database, ["replay", "--config", "web", "--chunks", "4", .. Range]);
        ReporterRun whole = await RunAsync(database, ["digest", .. Range]);
        await SqlAsync(database, "TRUNCATE TABLE $db.attributions");
        await SqlAsync(database, "DELETE FROM $db.replays WHERE chunk = 2");

        ReporterRun run = await RunAsync(database, ["replay", "--config", "web", "--resume", .. Range]);

        Assert.Equal((ExitCode.Ok, "goes on after 3 of 4 chunks.\n"), (run.Code, run.Error));
        string rows = await SqlAsync(database, "SELECT count() FROM $db.attributions FINAL");
        Assert.Equal(run.Cells()[0][4], rows.Trim());
        ReporterRun part = await RunAsync(database, ["digest", .. Range]);
        Assert.NotEqual(whole.Out, part.Out);
    }

    [Theory]
    [InlineData("replay needs --config", "replay")]
    [InlineData("--memory: '1' is no size", "replay", "--config", "web", "--memory", "1")]
    [InlineData("--chunks: 0 is not 1 to", "replay", "--config", "web", "--chunks", "0")]
    [InlineData("--threads: 99 is not 1 to", "replay", "--config", "web", "--threads", "99")]
    [InlineData("nothing to --resume", "replay", "--config", "web", "--dry-run", "--resume")]
    public async Task Replay_AskedForNonsense_SaysWhatIsWrong(string message, params string[] args)
    {
        string database = await CreateAsync();

        ReporterRun run = await RunAsync(database, args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/file.json", "there is no file '/no/such/file.json'")]
    [InlineData("abc", "no stored config begins with it")]
    public async Task Replay_OfAnUnknownConfig_SaysWhereItLooked(string config, string message)
    {
        string database = await CreateAsync();

        ReporterRun run = await RunAsync(database, ["replay", "--config", config, .. Range]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_OfBothCommands_Run()
    {
        string database = await CreateAsync();
        foreach (string command in (string[])["replay", "digest"])
        {
            ReporterRun help = await ReporterRun.OfAsync(command, "--help");
            foreach (string line in help.Out.Split('\n')[1..3])
            {
                ReporterRun run =
                    await RunAsync(database, [.. CommandLineParser.SplitCommandLine(line).Skip(1)]);
                Assert.True(run.Code == ExitCode.Ok, $"{line}: {run.Error}");
            }
        }
    }

    private async Task<string> CreateAsync()
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await SqlAsync(database, Events);
        return database;
    }

    private Task<string> SqlAsync(string database, string sql) =>
        clickHouse.QueryAsync(sql.Replace("$db", database, StringComparison.Ordinal));

    private Task<ReporterRun> RunAsync(string database, string[] args) =>
        ReporterRun.OfAsync(ReporterRun.At(clickHouse, database, args));
}
