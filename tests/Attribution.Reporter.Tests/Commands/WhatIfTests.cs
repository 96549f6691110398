using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What another config would change, letter by letter, and against two replays.</summary>
/// <remarks>
/// The files were checked by hand against <see cref="WhatIfDatabase"/>; hashes are left out of them, which
/// change when the config's document gets a new setting.
/// </remarks>
public sealed class WhatIfTests(WhatIfDatabase database) : IClassFixture<WhatIfDatabase>
{
    [Theory]
    [InlineData("whatif.table.txt", 120)]
    [InlineData("whatif.list.table.txt", 120, "--list")]
    [InlineData("whatif.first.table.txt", 80, "--model", "first", "--list", "--limit", "1")]
    public async Task Comparison_OnTerminal_IsAsCommitted(string file, int width, params string[] more)
    {
        ReporterRun run = await database.RunAsync(new Terminal(width), [.. WhatIf(), .. more]);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out);
    }

    [Theory]
    [InlineData("whatif.tsv")]
    [InlineData("whatif.csv", "--model", "linear", "--format", "csv")]
    [InlineData("whatif.list.csv", "--list", "--format", "csv")]
    [InlineData("whatif.json", "--list", "--format", "json")]
    public async Task Comparison_InPipe_IsAsCommitted(string file, params string[] more)
    {
        ReporterRun run = await database.RunAsync([.. WhatIf(), .. more]);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out
            .Replace(AttributionConfig.Web.Hash, "<web>", StringComparison.Ordinal)
            .Replace(WhatIfDatabase.Narrow.Hash, "<narrow>", StringComparison.Ordinal));
    }

    /// <summary>Each sort of rows by itself; the counts per model are no list to shorten.</summary>
    [Fact]
    public async Task Limit_InAPipe_ShortensChannelsFlowsAndRules()
    {
        ReporterRun whole = await database.RunAsync(WhatIf());
        ReporterRun two = await database.RunAsync([.. WhatIf(), "--limit", "2"]);
        ReporterRun json = await database.RunAsync([.. WhatIf(), "--limit", "2", "--format", "json"]);

        Assert.Equal(
            whole.Cells().GroupBy(cells => cells[0])
                .SelectMany(sort => sort.Key == "conversions" ? sort : sort.Take(2)).Select(Line),
            two.Cells().Select(Line));
        foreach (string noun in (string[])["channels; --limit 7", "flows; --limit ", "rule; --limit 3"])
            Assert.Contains($" more {noun}", two.Error, StringComparison.Ordinal);
        Assert.Equal(two.Error, json.Error);
        using JsonDocument document = JsonDocument.Parse(json.Out);
        foreach (string array in (string[])["channels", "flows", "rules"])
            Assert.Equal(2, document.RootElement.GetProperty(array).GetArrayLength());
    }

    [Fact]
    public async Task Comparison_WithItself_ChangesNothing()
    {
        ReporterRun table = await database.RunAsync(
            new Terminal(100), "whatif", "--config", "web", "--against", "web", "--list");
        ReporterRun list = await database.RunAsync("whatif", "--config", "web", "--against", "web", "--list");

        Assert.Contains("no conversion's channels change", table.Out, StringComparison.Ordinal);
        Assert.Single(list.Out.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Comparison_WritesNothing()
    {
        await database.RunAsync(WhatIf());

        foreach (string table in (string[])["attributions", "configs", "replays"])
            Assert.Equal(
                "0\n",
                await database.ClickHouse.QueryAsync($"SELECT count() FROM {database.Name}.{table}"));
    }

    /// <summary>The mobile profile knows persons by other ids too: its histories are not the same.</summary>
    [Theory]
    [InlineData("last", false)]
    [InlineData("linear", false)]
    [InlineData("first", true)]
    [InlineData("time_decay", true)]
    public async Task Channels_OfManyConversions_EqualTwoReplays(string model, bool isMobile)
    {
        AttributionConfig latter = isMobile ? AttributionConfig.Mmp : WhatIfDatabase.Narrow;
        ReporterRun run = await database.RunAsync(
        [
            "whatif", "--against", "web", "--config", isMobile ? "mmp" : database.NarrowFile,
            "--project", "many", "--model", model, "--format", "json", "--chunks", "3",
        ]);

        using JsonDocument document = JsonDocument.Parse(run.Out);
        JsonElement[] channels = [.. document.RootElement.GetProperty("channels").EnumerateArray()];
        Assert.Equal(await TotalsAsync(AttributionConfig.Web, model), Totals(channels, "before"));
        Assert.Equal(await TotalsAsync(latter, model), Totals(channels, "after"));
        Assert.True(channels.Length > 8, "Too little data to show a mistake.");
    }

    /// <summary>What replays under both configs stored, joined by other means.</summary>
    [Theory]
    [InlineData("narrow")]
    [InlineData("mmp")]
    public async Task Changes_OfManyConversions_EqualStoredRowsJoined(string name)
    {
        var own = new WhatIfDatabase();
        await own.InitializeAsync();
        try
        {
            string config = name == "mmp" ? name : own.NarrowFile;
            foreach (string each in (string[])["web", config])
                await own.RunAsync("replay", "--config", each, "--project", "many");
            string expected = await own.ClickHouse.QueryAsync(
                $"""
                SELECT countIf(was != '' AND now != '' AND was != now), countIf(was = '' AND now != ''),
                       countIf(was != '' AND now = '')
                FROM (SELECT anyIf(channels[1], config = '{AttributionConfig.Web.Hash}') AS was,
                             anyIf(channels[1], config != '{AttributionConfig.Web.Hash}') AS now
                      FROM {own.Name}.attributions FINAL
                      WHERE model = 'last' GROUP BY conversion_time, conversion_id)
                """);

            ReporterRun run = await own.RunAsync(
                "whatif", "--config", config, "--against", "web", "--project", "many");
            ReporterRun unnamed = await own.RunAsync("whatif", "--config", config, "--project", "many");

            string[] counts = [.. run.Cells()
                .Where(cells => cells[1] == "last" && (cells[2] is "moved" or "appeared" or "vanished"))
                .Select(cells => cells[7])];
            Assert.Equal(expected.Trim().Split('\t'), counts);
            Assert.True(
                counts.Sum(count => int.Parse(count, CultureInfo.InvariantCulture)) > 20, "Too few changes.");
            Assert.Contains("2 configs attributed", unnamed.Error, StringComparison.Ordinal);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(ExitCode.Usage, "whatif needs --config")]
    [InlineData(ExitCode.Failure, "to compare with: --against web", "--config", "web")]
    [InlineData(ExitCode.Failure, "do not both have the model 'mmp'", "--config", "web", "--against", "web",
        "--model", "mmp")]
    public async Task Comparison_ThatCannotBe_SaysWhy(int code, string message, params string[] args)
    {
        ReporterRun run = await database.RunAsync(["whatif", .. args]);

        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task Examples_OfHelp_Run()
    {
        ReporterRun help = await ReporterRun.OfAsync("whatif", "--help");
        foreach (string line in help.Out.Split('\n')[1..3])
        {
            ReporterRun run = await database.RunAsync([.. CommandLineParser.SplitCommandLine(line).Skip(1)]);
            Assert.True(run.Code == ExitCode.Ok, $"{line}: {run.Error}");
        }
    }

    [Fact]
    public async Task Comparison_OfAnEmptyRange_SaysSo()
    {
        ReporterRun run = await database.RunAsync(
            [.. WhatIf(), "--from", "2025-01-01", "--to", "2025-01-02", "--list", "--format", "csv"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("is a conversion under either config", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Out.TrimEnd('\n').Split('\n'));
    }

    private static string Line(string[] cells) => string.Join('\t', cells);

    private string[] WhatIf() => ["whatif", "--config", database.NarrowFile, "--against", "web"];

    private async Task<string[]> TotalsAsync(AttributionConfig config, string model)
    {
        await using ClickHouse.Http.ClickHouseClient client = database.NewClient();
        var sink = new TotalsSink();
        await new Replayer(client, new ReplayOptions
        {
            Config = config,
            Project = "many",
            From = FixedClock.Now.Date.AddDays(-30),
            To = FixedClock.Now.Date.AddDays(1),
        }).RunAsync(sink, null, CancellationToken.None);
        return
        [
            .. sink.Channels().Where(total => total.Model == model)
                .Select(total => Line(total.Channel, total.Currency, total.Credit, total.Value))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A channel that only the other side has is none of this one's.</summary>
    private static string[] Totals(JsonElement[] channels, string side) =>
    [
        .. channels.Where(channel => channel.GetProperty($"credit_{side}").GetDecimal() != 0)
            .Select(channel => Line(
                channel.GetProperty("channel").GetString()!, channel.GetProperty("currency").GetString()!,
                channel.GetProperty($"credit_{side}").GetDecimal(),
                channel.GetProperty($"value_{side}").GetDecimal()))
            .Order(StringComparer.Ordinal),
    ];

    private static string Line(string channel, string currency, decimal credit, decimal value) =>
        string.Create(CultureInfo.InvariantCulture, $"{channel} {currency} {credit:0.000000} {value:0.0000}");
}
