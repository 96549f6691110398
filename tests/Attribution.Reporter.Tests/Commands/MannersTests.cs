using System.CommandLine.Parsing;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Help, empty answers and what goes to which stream.</summary>
public sealed class MannersTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    [Theory]
    [InlineData("channels")]
    [InlineData("campaigns")]
    [InlineData("models")]
    [InlineData("paths")]
    [InlineData("funnel")]
    [InlineData("cohort")]
    [InlineData("retention")]
    [InlineData("journey")]
    [InlineData("conversions")]
    [InlineData("events")]
    [InlineData("quality")]
    [InlineData("watch")]
    [InlineData("completion")]
    [InlineData("man")]
    [InlineData("export")]
    [InlineData("export", "events")]
    [InlineData("export", "attributions")]
    [InlineData("doctor")]
    [InlineData("schema")]
    [InlineData("schema", "tables")]
    [InlineData("schema", "fields")]
    [InlineData("schema", "sql")]
    [InlineData("replay")]
    [InlineData("digest")]
    [InlineData("sums")]
    [InlineData("sql")]
    [InlineData("explain")]
    [InlineData("whatif")]
    [InlineData("config")]
    [InlineData("config", "list")]
    [InlineData("config", "show")]
    [InlineData("config", "diff")]
    [InlineData("config", "validate")]
    public async Task Help_OfCommand_OpensWithTwoExamples(params string[] names)
    {
        ReporterRun run = await ReporterRun.OfAsync([.. names, "--help"]);
        string command = string.Join(' ', names);

        string[] lines = run.Out.Split('\n');
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("Examples:", lines[0].TrimEnd());
        Assert.StartsWith($"  attribution {command}", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"  attribution {command}", lines[2], StringComparison.Ordinal);
        Assert.Equal("", lines[3].TrimEnd());
    }

    [Fact]
    public async Task Examples_OfEveryCommand_Run()
    {
        string[] commands =
        [
            "channels", "campaigns", "sources", "top", "models", "trend", "paths", "funnel", "cohort",
            "retention", "report", "journey", "conversions", "events", "quality", "watch", "sql", "schema",
            "schema tables", "schema fields", "schema sql", "export events", "export attributions",
            "completion",
        ];
        foreach (string command in commands)
        {
            ReporterRun help = await ReporterRun.OfAsync([.. command.Split(' '), "--help"]);
            foreach (string line in help.Out.Split('\n')[1..3])
            {
                string[] arguments = [.. CommandLineParser.SplitCommandLine(line).Skip(1)];
                ReporterRun run = await database.RunAsync(arguments);
                Assert.True(run.Code == ExitCode.Ok, $"{line}: {run.Error}");
            }
        }
    }

    [Fact]
    public async Task Program_WithoutArguments_ShowsHelp()
    {
        ReporterRun run = await ReporterRun.OfAsync();

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("Examples:", run.Out, StringComparison.Ordinal);
        Assert.Contains("conversions", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("channels", "--format", "json")]
    [InlineData("campaigns", "--format", "json")]
    [InlineData("models", "--format", "json")]
    [InlineData("conversions", "--format", "json")]
    public async Task Report_OfEmptyRange_IsEmptyAndSaysWhereTheDataIs(params string[] args)
    {
        ReporterRun run = await database.RunAsync([.. args, "--from", "2026-12-01", "--to", "2026-12-02"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("[]\n", run.Out);
        Assert.Contains("the newest from 2026-11-06 12:00:00", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no conversions", "channels", "channel = Emial")]
    [InlineData("no conversions", "campaigns", "channel = Emial")]
    [InlineData("no conversions", "models", "channel = Emial")]
    [InlineData("no conversions", "trend", "channel = Emial")]
    [InlineData("no conversions", "conversions", "channel = Emial")]
    [InlineData("no events", "events", "type = clik")]
    [InlineData("no events", "trend events", "type = clik")]
    public async Task Report_OfAFilterThatHoldsForNothing_NamesTheFilter(
        string nothing, string command, string filter)
    {
        ReporterRun run = await database.RunAsync([.. command.Split(' '), "--where", filter]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains($"{nothing} in project 'default'", run.Error, StringComparison.Ordinal);
        Assert.Contains($"that --where '{filter}' holds for", run.Error, StringComparison.Ordinal);
        Assert.Contains("the newest from", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfUnknownProject_NamesTheProjects()
    {
        ReporterRun run = await database.RunAsync("channels", "--project", "nope");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("default, shop", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfEmptyDatabase_SaysSo()
    {
        string fresh = await database.ClickHouse.CreateDatabaseAsync();

        ReporterRun run = await ReporterRun.OfAsync(ReporterRun.At(database.ClickHouse, fresh, "campaigns"));

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("holds no conversion yet", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configs_MoreThanOne_AreNoted()
    {
        ReporterRun run = await database.RunAsync("models");

        Assert.Contains("2 configs", run.Error, StringComparison.Ordinal);
        Assert.Contains(KnownData.NewConfig[..12] + ", " + KnownData.OldConfig[..12], run.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("a1")]
    [InlineData("d1")]
    [InlineData("00F3A94C1B22E7D0")]
    public async Task Journey_FromAnyId_IsTheSame(string person)
    {
        ReporterRun run = await database.RunAsync("journey", person);
        ReporterRun other = await database.RunAsync("journey", "u1");

        Assert.Equal(other.Out, run.Out);
        IEnumerable<string> events = run.Cells().Where(row => row[0] == "event").Select(row => row[2]);
        Assert.Equal(["t1", "t2", "t3", "c1"], events);
    }

    [Theory]
    [InlineData("a1", "1")]
    [InlineData("'; DROP TABLE events; --", "0")]
    [InlineData("back\\slash\tand\ttab", "0")]
    public async Task Sql_WithParameter_TakesItAsAValue(string value, string count)
    {
        ReporterRun run = await database.RunAsync(
            "sql",
            "SELECT count() > 0 AS n, {v:String} = {w:String} AS same FROM events "
            + "WHERE anonymous_id = {v:String}",
            "--param", $"v={value}", "--param", $"w={value}");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal([count, "1"], run.Cells()[0]);
    }

    [Fact]
    public async Task Sql_WithArrayParameter_TakesEveryElement()
    {
        ReporterRun run = await database.RunAsync(
            "sql", "SELECT arrayJoin({v:Array(String)}) AS x", "--param", "v=[\"a\",\"it's\"]");

        Assert.Equal(["a", "it's"], run.Cells().Select(cells => cells[0]));
    }

    [Fact]
    public async Task Sql_WithArrayOfNumbers_TakesEveryElement()
    {
        ReporterRun run = await database.RunAsync(
            "sql", "SELECT arrayJoin({ v : Array(UInt8)}) AS x", "--param", "v=[1, 255]");

        Assert.Equal(["1", "255"], run.Cells().Select(cells => cells[0]));
    }

    [Fact]
    public async Task Sql_WithLimit_StopsThere()
    {
        ReporterRun run =
            await database.RunAsync("sql", "SELECT number FROM numbers(100000)", "--limit", "3");

        Assert.Equal("number\n0\n1\n2\n", run.Out);
    }

    [Fact]
    public async Task Sql_WithManyRows_StreamsThemAll()
    {
        ReporterRun table =
            await database.RunAsync(new Terminal(40), "sql", "SELECT number FROM numbers(2500)");
        ReporterRun json = await database.RunAsync(
            "sql", "SELECT number FROM numbers(2500)", "--format", "json");

        Assert.Equal(2502, table.Out.TrimEnd('\n').Split('\n').Length);
        using var parsed = System.Text.Json.JsonDocument.Parse(json.Out);
        Assert.Equal(2500, parsed.RootElement.GetArrayLength());
    }
}
