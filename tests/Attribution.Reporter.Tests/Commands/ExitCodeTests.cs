using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What a shell sees of runs that cannot answer.</summary>
public sealed class ExitCodeTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    [Theory]
    [InlineData("there is no command 'chanels'. Did you mean 'channels'?", "chanels")]
    [InlineData("channels has no option '--fromat'. Did you mean '--format'?", "channels", "--fromat=csv")]
    [InlineData("paths has no option '--by'.", "paths", "--by", "campaign")]
    [InlineData("funnel has no option '--strickt'. Did you mean '--strict'?", "funnel", "a", "--strickt")]
    [InlineData("has no option '--withn'. Did you mean '--within'?", "report", "--funnel", "a", "--withn")]
    [InlineData("stands behind --", "journey", "--weird")]
    [InlineData("'wek' is none of hour, day, week, month. Did you mean 'week'?", "trend", "--every", "wek")]
    [InlineData("'evens' is none of conversions, credit, value, events. Did", "trend", "evens")]
    [InlineData("export needs one of its commands: events, attributions.", "export")]
    [InlineData("Did you mean 'events'? export has: events, attributions.", "export", "evnts")]
    [InlineData("export writes all there is", "export", "events", "--limit", "5")]
    [InlineData("not before the end of today (2026-11-21)", "channels", "--from", "2027-01-01")]
    [InlineData("no '(' that this ')' could end.\n  a = b)\n       ^", "events", "--where", "a = b)")]
    [InlineData("Did you mean 'linear'", "channels", "--model", "liner")]
    [InlineData("Did you mean 'ndjson'", "channels", "--format", "ndjsn")]
    [InlineData("none of auto", "channels", "--color", "maybe")]
    [InlineData("neither previous nor year", "channels", "--compare", "month")]
    [InlineData("--from: 'soon' is no time", "channels", "--from", "soon")]
    [InlineData("must be before --to", "channels", "--from", "2026-11-02", "--to", "2026-11-02")]
    [InlineData("none of first, last", "channels", "--model", "lst")]
    [InlineData("none of table, json", "channels", "--format", "xml")]
    [InlineData("not above 0", "channels", "--limit", "0")]
    [InlineData("--limit: 'many' is no whole number", "channels", "--limit", "many")]
    [InlineData("no hash", "channels", "--config", "a'b")]
    [InlineData("http://host:8123", "channels", "--clickhouse", "localhost")]
    [InlineData("ATTRIBUTION_CLICKHOUSE_PASSWORD", "channels", "--clickhouse", "http://u:p@127.0.0.1:1")]
    [InlineData("PERSON is empty", "journey", "")]
    [InlineData("Required argument", "journey")]
    [InlineData("channels --model", "models", "--model", "last")]
    [InlineData("'money' is none of credit, share, value.", "models", "--measure", "money")]
    [InlineData("NAME=VALUE", "sql", "SELECT 1", "--param", "x")]
    [InlineData("not a name", "sql", "SELECT 1", "--param", "a b=1")]
    [InlineData("wants an array", "sql", "SELECT {x:Array(String)}", "--param", "x=['a']")]
    [InlineData("channels has no place for 'nonsense'", "channels", "nonsense")]
    public async Task Arguments_ThatMakeNoSense_AreUsageErrors(string message, params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("", run.Out);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Who asks for a model, or for less, would take the same answer for that.</summary>
    [Theory]
    [InlineData("--model: funnel has no use for it, since persons", "funnel", "click", "--model", "last")]
    [InlineData("--model: cohort has no use", "cohort", "--model", "last")]
    [InlineData("--model: retention has no use", "retention", "--model", "last")]
    [InlineData("--model: events has no use", "events", "--model", "last")]
    [InlineData("--model: quality has no use", "quality", "--model", "last")]
    [InlineData("--model: export events has no use", "export", "events", "--model", "last")]
    [InlineData("--model: config list has no use", "config", "list", "--model", "last")]
    [InlineData("--model: config show has no use", "config", "show", "web", "--model", "last")]
    [InlineData("--model: config diff has no use", "config", "diff", "web", "mmp", "--model", "last")]
    [InlineData("--model: config validate has no use", "config", "validate", "web", "--model", "last")]
    [InlineData("--model: fit has no use for it, since MODEL", "fit", "markov", "--model", "last")]
    [InlineData("--model: digest has no use", "digest", "--model", "last")]
    [InlineData("--model: digest has no use", "digest", "--replay", "web", "--model", "last")]
    [InlineData("--model: sums has no use", "sums", "--model", "last")]
    [InlineData("--model: sql has no use", "sql", "SELECT 1", "--model", "last")]
    [InlineData("--model: schema tables has no use", "schema", "tables", "--model", "last")]
    [InlineData("--model: schema fields has no use", "schema", "fields", "--model", "last")]
    [InlineData("--model: schema sql has no use", "schema", "sql", "events", "--model", "last")]
    [InlineData("--model: events are as they were sent", "trend", "events", "--model", "last")]
    [InlineData("--model: journeys that end in nothing", "paths", "--ending", "none", "--model", "last")]
    [InlineData("--limit: lengths are shown whole", "paths", "--show", "lengths", "--limit", "5")]
    [InlineData("--model: replay stores every model", "replay", "--config", "web", "--model", "last")]
    [InlineData("--limit: replay stores all", "replay", "--config", "web", "--limit", "5")]
    [InlineData("--limit: explain has no use", "explain", "c1", "--limit", "5")]
    [InlineData("--limit: config show has no use", "config", "show", "web", "--limit", "5")]
    [InlineData("--limit: config diff has no use", "config", "diff", "web", "mmp", "--limit", "5")]
    [InlineData("--limit: config validate has no use", "config", "validate", "web", "--limit", "5")]
    [InlineData("--limit: digest has no use", "digest", "--limit", "5")]
    [InlineData("--limit: sums has no use", "sums", "--limit", "5")]
    [InlineData("--limit: schema tables has no use", "schema", "tables", "--limit", "5")]
    [InlineData("--limit: schema fields has no use", "schema", "fields", "--limit", "5")]
    [InlineData("--limit: schema sql has no use", "schema", "sql", "events", "--limit", "5")]
    [InlineData("--limit: doctor has no use", "doctor", "--limit", "5")]
    [InlineData("--limit: watch has no use", "watch", "--once", "--limit", "5")]
    public Task Options_ThatWouldChangeNothing_AreUsageErrors(string message, params string[] args) =>
        Arguments_ThatMakeNoSense_AreUsageErrors(message, args);

    /// <summary>What a file or the environment says is for the commands that can use it.</summary>
    [Fact]
    public async Task Model_OfTheEnvironment_IsForWhomItConcerns()
    {
        var terminal = new Terminal(Environment: new Dictionary<string, string>
        {
            ["ATTRIBUTION_MODEL"] = "linear",
        });

        ReporterRun run = await database.RunAsync(terminal, "funnel", "click");

        Assert.Equal(ExitCode.Ok, run.Code);
    }

    /// <summary>Steps and ids may begin as options do, where they say that they are none.</summary>
    [Theory]
    [InlineData("funnel", "--", "--strickt", "purchase")]
    [InlineData("journey", "--", "--weird")]
    public async Task Arguments_BehindTheDashes_AreTakenAsTheyAre(params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(
            ["--clickhouse", database.ClickHouse.Endpoint.ToString(), "--database", database.Name, .. args]);

        Assert.Equal(ExitCode.Ok, run.Code);
    }

    [Theory]
    [InlineData("report", "--no-charts")]
    [InlineData("schema", "sql", "events")]
    public async Task Threshold_OfAnAnswerWithoutRows_IsRefused(params string[] args)
    {
        ReporterRun run = await database.RunAsync([.. args, "--fail-if", "conversions < 5"]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--fail-if looks at rows", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_InNoFolder_IsSaidOfTheFileThatWasNamed()
    {
        ReporterRun run = await database.RunAsync("channels", "-o", "/no-such-folder/x.csv");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal("error: -o /no-such-folder/x.csv: there is no folder '/no-such-folder'.\n", run.Error);
        ReporterRun taken = await database.RunAsync("channels", "-o", "/dev/null/x.csv");
        Assert.Contains("error: -o /dev/null/x.csv: ", taken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_NotThere_IsNoAccess()
    {
        ReporterRun run = await ReporterRun.OfAsync("channels", "--clickhouse", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.NoAccess, run.Code);
        Assert.Contains("Is the engine running?", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task User_WithWrongPassword_IsNoAccess()
    {
        var terminal = new Terminal(Environment: new Dictionary<string, string>
        {
            ["ATTRIBUTION_CLICKHOUSE_USER"] = "nobody",
            ["ATTRIBUTION_CLICKHOUSE_PASSWORD"] = "secret-word",
        });

        ReporterRun run = await database.RunAsync(terminal, "channels");

        Assert.Equal(ExitCode.NoAccess, run.Code);
        Assert.Contains("'nobody'", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_NotThere_IsNoAccess()
    {
        ReporterRun run = await ReporterRun.OfAsync(
            ReporterRun.At(database.ClickHouse, "no_such_database", "channels"));

        Assert.Equal(ExitCode.NoAccess, run.Code);
        Assert.Contains("--database", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_WithoutTables_IsFailure()
    {
        string empty = await database.ClickHouse.CreateEmptyDatabaseAsync();

        ReporterRun run = await ReporterRun.OfAsync(ReporterRun.At(database.ClickHouse, empty, "channels"));

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("The engine makes its tables", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELEKT 1")]
    [InlineData("SELECT no_such_column FROM events")]
    [InlineData("SELECT throwIf(number = 3) FROM numbers(10)")]
    [InlineData("INSERT INTO configs SELECT 'h', 'n', 'd', now64(3)")]
    [InlineData("DROP TABLE configs")]
    [InlineData("TRUNCATE TABLE configs SETTINGS readonly = 0")]
    [InlineData("SET readonly = 0")]
    [InlineData("SELECT 1 FORMAT CSV")]
    public async Task Sql_ThatFailsOrWrites_IsFailure(string sql)
    {
        string before = await database.SqlAsync("SELECT count() FROM $db.configs");

        ReporterRun run = await database.RunAsync("sql", sql);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, await database.SqlAsync("SELECT count() FROM $db.configs"));
    }

    [Fact]
    public async Task Config_Unknown_IsFailureThatNamesTheKnown()
    {
        ReporterRun run = await database.RunAsync("channels", "--config", "777");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(KnownData.NewConfig[..12], run.Error, StringComparison.Ordinal);
        Assert.Contains(KnownData.OldConfig[..12], run.Error, StringComparison.Ordinal);
        Assert.Contains("`config list` has the hash", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_IsInterrupted()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        ReporterRun run = await ReporterRun.OfAsync(
            new Terminal(),
            ReporterRun.At(
                database.ClickHouse, database.Name, "sql", "SELECT sleepEachRow(3) FROM numbers(9)"),
            cancel.Token);

        Assert.Equal(ExitCode.Interrupted, run.Code);
    }

    [Fact]
    public async Task Run_InterruptedWhileAsking_CancelsTheQueryOnTheServer()
    {
        string marker = $"interrupted {Guid.NewGuid():N}";
        string running = "SELECT count() FROM system.processes "
            + $"WHERE query LIKE '%{marker}%' AND query NOT LIKE '%system.processes%'";
        using var cancel = new CancellationTokenSource();
        Task<ReporterRun> run = ReporterRun.OfAsync(
            new Terminal(),
            ReporterRun.At(database.ClickHouse, database.Name, "sql",
                $"SELECT count() FROM system.numbers WHERE number != 1 AND '{marker}' != ''"),
            cancel.Token);
        while (await database.SqlAsync(running) == "0\n")
            Assert.False(run.IsCompleted, "The query ended before it could be interrupted.");

        await cancel.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, (await run).Code);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await database.SqlAsync(running) != "0\n")
            patience.Token.ThrowIfCancellationRequested();
    }
}
