using System.CommandLine;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <remarks>
/// What a caller writes is a value, never a part of SQL: whatever it is, the answer is a report or a message
/// of the reporter's own. The command tree says what there is to write, so a new option is tested too.
/// </remarks>
public sealed class HostileArgumentTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    private static readonly int[] Documented = [ExitCode.Ok, ExitCode.Failure, ExitCode.Usage];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, HostileTexts.Arguments.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Arguments_OfHostileText_AreValuesOnly(int number)
    {
        string text = HostileTexts.Arguments[number];
        string before = await StateAsync();

        foreach (string[] arguments in Runs(text))
            AssertOwnAnswer(arguments, await ReporterRun.OfAsync(new Terminal(100), arguments));

        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public void Runs_CoverEveryOptionOfEveryCommand()
    {
        string[] commands = [.. Leaves().Select(leaf => string.Join(' ', leaf.Names))];

        Assert.Equal(
            [
                "channels", "campaigns", "sources", "top", "models", "trend", "paths", "funnel", "cohort",
                "retention", "report", "journey", "conversions", "events", "quality", "watch", "explain",
                "whatif", "config list", "config show", "config diff", "config validate", "fit", "replay",
                "digest", "sums", "sql", "schema tables", "schema fields", "schema sql",
                "export events", "export attributions", "doctor", "completion", "man", "complete",
            ],
            commands);
        Assert.All(Leaves(), leaf => Assert.Contains("--project", Options(leaf.Command).Select(o => o.Name)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Sql_HostileParameter_GoesRoundByteExact(int number)
    {
        string text = HostileTexts.Arguments[number];
        if (text.Length > 20_000 || text.Contains('\ud800', StringComparison.Ordinal))
            return;
        string[] query = ["sql", "SELECT {x:String} AS x, length({x:String}) AS n", "--param", $"x={text}"];

        ReporterRun json = await database.RunAsync([.. query, "--format", "json"]);
        ReporterRun tsv = await database.RunAsync([.. query, "--format", "tsv"]);

        int bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal(text, document.RootElement[0].GetProperty("x").GetString());
        Assert.Equal(bytes, document.RootElement[0].GetProperty("n").GetInt32());
        string[] cells = tsv.Out.Split('\n')[1].Split('\t');
        Assert.Equal((text, $"{bytes}"), (CsvText.Unescaped(cells[0]), cells[1]));
    }

    [Theory]
    [InlineData("INSERT INTO events (project) VALUES ('x')")]
    [InlineData("INSERT INTO FUNCTION file('reporter.csv', 'CSV', 'x Int8') SELECT 1")]
    [InlineData("INSERT INTO FUNCTION null('x Int8') SELECT 1")]
    [InlineData("SELECT 1 INTO OUTFILE 'reporter.csv'")]
    [InlineData("DROP TABLE events")]
    [InlineData("DROP DATABASE default")]
    [InlineData("TRUNCATE TABLE events")]
    [InlineData("DETACH TABLE events")]
    [InlineData("RENAME TABLE events TO e")]
    [InlineData("EXCHANGE TABLES events AND attributions")]
    [InlineData("SET readonly = 0")]
    [InlineData("SELECT 1 SETTINGS readonly = 0")]
    [InlineData("DROP TABLE events SETTINGS readonly = 0")]
    [InlineData("ALTER TABLE events DELETE WHERE 1")]
    [InlineData("ALTER TABLE events DROP PARTITION ID '202611'")]
    [InlineData("DELETE FROM events WHERE 1")]
    [InlineData("UPDATE events SET project = '' WHERE 1")]
    [InlineData("CREATE TABLE x (y Int8) ENGINE = Memory")]
    [InlineData("CREATE FUNCTION f AS (x) -> x")]
    [InlineData("CREATE USER u")]
    [InlineData("OPTIMIZE TABLE events FINAL")]
    [InlineData("SYSTEM STOP MERGES")]
    [InlineData("KILL QUERY WHERE 1 SYNC")]
    [InlineData("BACKUP TABLE events TO Memory('x')")]
    [InlineData("SELECT 1; DROP TABLE events")]
    [InlineData("SELECT 1 PARALLEL WITH SYSTEM STOP MERGES")]
    [InlineData("SELECT 1 SETTINGS max_threads = 1")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 'line String')")]
    [InlineData("SELECT * FROM file('*', 'LineAsString', 'line String')")]
    [InlineData("WITH 1 AS x INSERT INTO FUNCTION null('x Int8') SELECT x")]
    [InlineData("WITH 1 AS x INSERT INTO FUNCTION null('x Int8') SELECT x PARALLEL WITH SYSTEM STOP MERGES")]
    [InlineData("EXPLAIN SYSTEM STOP MERGES")]
    [InlineData("/* SELECT */ SYSTEM STOP MERGES")]
    [InlineData("-- SELECT\nSYSTEM STOP MERGES")]
    [InlineData("")]
    public async Task Sql_ThatChangesSomething_IsRefused(string sql)
    {
        string before = await StateAsync();

        ReporterRun run = await database.RunAsync("sql", sql);

        Assert.True(run.Code is ExitCode.Failure or ExitCode.NoAccess, $"{run.Code} {run.Out}{run.Error}");
        Assert.Equal(before, await StateAsync());
    }

    /// <summary>A read-only client says so with every statement, whoever asks through it.</summary>
    [Fact]
    public async Task Client_OfASession_CannotWrite()
    {
        var options = database.ClickHouse.OptionsFor(database.Name) with { IsReadOnly = true };
        await using var client = new Attribution.ClickHouse.Http.ClickHouseClient(options);

        await Assert.ThrowsAsync<Attribution.ClickHouse.Http.ClickHouseException>(
            () => client.ExecuteAsync("INSERT INTO configs SELECT 'h', 'n', 'd', now64(3)"));
        Assert.Equal("1", await client.ScalarAsync<string>("SELECT toString(getSetting('readonly'))"));
        Assert.Equal("1\n", await client.QueryTextAsync("SELECT toString(getSetting('readonly'))"));
    }

    [Theory]
    [InlineData("v=[\"a\",null]")]
    [InlineData("v=[[\"a\"]]")]
    [InlineData("v=[1,\"a\"]")]
    [InlineData("v={}")]
    [InlineData("v=")]
    public async Task Sql_ArrayThatIsNone_IsAUsageError(string parameter)
    {
        ReporterRun run = await database.RunAsync("sql", "SELECT {v:Array(String)}", "--param", parameter);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("wants an array", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Each string argument and option with a value, one at a time.</summary>
    private IEnumerable<string[]> Runs(string text)
    {
        foreach ((string[] names, Command command) in Leaves())
        {
            string[] place =
                ["--clickhouse", database.ClickHouse.Endpoint.ToString(), "--database", database.Name];
            string[] needed = Needed(names);
            foreach (Option option in Options(command))
            {
                string[] where = option.Name is "--clickhouse" ? []
                    : option.Name is "--database" ? place[..2] : place;
                // Files that are written go where there is no folder.
                string value = option.Name is "--output" or "--output-file"
                    ? $"/no/such/folder/{text}"
                    : text;
                // What is no folder cannot have one within it.
                value = option.Name == "--to-folder" ? $"/dev/null/{text}" : value;
                value = option.Name == "--param" ? $"x={text}" : value;
                string[] config = option.Name == "--config" ? [] : ConfigFor(names);
                yield return [.. names, .. needed, .. config, .. where, $"{option.Name}={value}"];
            }

            for (int at = 0; at < command.Arguments.Count; at++)
            {
                string[] arguments = [.. needed];
                arguments[at] = text;
                yield return [.. names, .. ConfigFor(names), .. place, "--", .. arguments];
            }
        }
    }

    private static string[] ConfigFor(string[] names) => names[0] switch
    {
        "whatif" => ["--config", "mmp", "--against", "web"],
        "replay" => ["--config", "web", "--dry-run"],
        "report" => ["--no-charts"],
        _ => [],
    };

    private static string[] Needed(string[] names) => string.Join(' ', names) switch
    {
        "top" => ["channel"],
        "trend" => ["credit"],
        "funnel" => ["visit"],
        "journey" => ["u1"],
        "explain" => ["c1"],
        "config show" => ["web"],
        "config diff" => ["web", "mmp"],
        "config validate" => ["/no/such/file"],
        "fit" => ["markov"],
        "sums" => ["--dry-run"],
        "sql" => ["SELECT 1"],
        "schema tables" or "schema sql" => ["events"],
        "watch" => ["--once"],
        "completion" => ["bash"],
        "complete" => ["ch"],
        _ => [],
    };

    private static IEnumerable<(string[] Names, Command Command)> Leaves()
    {
        using var console = new ReportConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        foreach (Command command in ReporterCommand.Create(console).Subcommands)
        {
            if (command.Subcommands.Count == 0)
                yield return ([command.Name], command);
            foreach (Command inner in command.Subcommands)
                yield return ([command.Name, inner.Name], inner);
        }
    }

    /// <summary>A command's own and those of its parents, without the switches.</summary>
    private static IEnumerable<Option> Options(Command command)
    {
        IEnumerable<Option> own = command.Options;
        foreach (Command parent in command.Parents.OfType<Command>())
            own = own.Concat(Options(parent).Where(option => option.Recursive));
        return own.Where(
            option => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0);
    }

    private static void AssertOwnAnswer(string[] arguments, ReporterRun run)
    {
        string shown = $"{string.Join(' ', arguments)[..Math.Min(200, string.Join(' ', arguments).Length)]}\n"
            + $"{run.Code}: {run.Error}";
        bool isPlace = arguments[^1].StartsWith("--clickhouse", StringComparison.Ordinal)
            || arguments[^1].StartsWith("--database", StringComparison.Ordinal)
            || arguments[^1].StartsWith("--user", StringComparison.Ordinal);
        Assert.True(
            Documented.Contains(run.Code) || (isPlace && run.Code == ExitCode.NoAccess), shown);
        Assert.True(run.Code == ExitCode.Ok || run.Error.Length > 0, shown);
        Assert.False(run.Error.Any(HostileTexts.IsObeyed), shown);
        Assert.False(run.Out.Any(HostileTexts.IsObeyed), shown);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        // Only whoever writes SQL is told what ClickHouse thinks of it.
        if (arguments[0] != "sql")
            Assert.False(run.Error.Contains("DB::Exception", StringComparison.Ordinal), shown);
        Assert.DoesNotContain(
            "Exception:", run.Error.Replace("DB::Exception:", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    private async Task<string> StateAsync()
    {
        string state = await database.SqlAsync(
            "SELECT name, total_rows FROM system.tables WHERE database = '$db' ORDER BY name");
        foreach (string table in (string[])["events", "attributions", "identities", "configs"])
            state += await database.SqlAsync($"SELECT sum(cityHash64(*)) FROM $db.{table}");
        return state;
    }
}
