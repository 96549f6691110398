using System.Net;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Keys.Support;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// A read key binds the reporter to its project, and ClickHouse is who enforces it: what is asked here with
/// the key comes from a hostile client, not from the reporter.
/// </remarks>
public class ReadKeyTests
{
    private const int Attempts = 240;

    /// <summary>Each tries to see, count or change what is another project's.</summary>
    private static readonly string[] Hostile =
    [
        "SELECT * FROM attribution.events", "SELECT * FROM attribution.events FINAL",
        "SELECT * FROM {OTHER}.events", "SELECT count() FROM {OTHER}.own_project",
        "SELECT * FROM events WHERE project = 'b'", "SELECT * FROM events WHERE 1 OR project = 'b'",
        "SELECT * FROM events WHERE throwIf(startsWith(campaign, 'of-b'), 'of-b')",
        "SELECT * FROM events PREWHERE throwIf(startsWith(campaign, 'of-b'), 'of-b')",
        "SELECT * FROM events SETTINGS additional_table_filters = "
            + "{'attribution.events': 'throwIf(startsWith(campaign, \\'of-b\\'), \\'of-b\\')'}",
        "SELECT * FROM mergeTreeIndex('attribution', 'events')",
        "SELECT * FROM mergeTreeIndex('attribution', 'identities', with_marks = true)",
        "SELECT * FROM merge('attribution', '.*')", "SELECT * FROM merge(REGEXP('.*'), '^events$')",
        "SELECT * FROM remote('127.0.0.1', 'attribution', 'events')",
        "SELECT * FROM loop('attribution', 'events') LIMIT 10",
        "SELECT * FROM url('http://127.0.0.1/', 'LineAsString', 'line String')",
        "SELECT * FROM file('**', 'LineAsString', 'line String')",
        "SELECT * FROM executable('cat', 'LineAsString', 'line String')",
        "SELECT * FROM system.users", "SELECT * FROM system.processes", "SELECT * FROM system.parts",
        "SELECT * FROM system.parts_columns", "SELECT * FROM system.row_policies",
        "SELECT * FROM system.tables WHERE database = 'attribution'",
        "SELECT * FROM system.columns WHERE database = 'attribution'",
        "SELECT * FROM system.databases WHERE name = 'attribution'",
        "SET readonly = 0", "SELECT 1 SETTINGS readonly = 0",
        "INSERT INTO attribution.events (project, event_id) VALUES ('b', 'of-b-forged')",
        "INSERT INTO events (project, event_id) VALUES ('b', 'of-b-forged')",
        "DROP TABLE attribution.events", "DROP VIEW events", "TRUNCATE TABLE attribution.events",
        "ALTER TABLE attribution.events DELETE WHERE 1", "OPTIMIZE TABLE attribution.events",
        "CREATE VIEW v AS SELECT * FROM attribution.events", "CREATE TEMPORARY TABLE t (x Int8)",
        "CREATE OR REPLACE VIEW events AS SELECT * FROM attribution.events",
        "CREATE USER other", "GRANT SELECT ON attribution.* TO CURRENT_USER",
        "BACKUP TABLE attribution.events TO File('x')", "KILL QUERY WHERE 1 SYNC", "SYSTEM SHUTDOWN",
        "SHOW CREATE TABLE attribution.events", "DESCRIBE TABLE attribution.events",
    ];

    /// <summary>Each command that only reads, its words parted by bars.</summary>
    private static readonly string[] Commands =
    [
        "channels", "campaigns", "sources", "top|touch.campaign", "models", "models|--sweep|window=1h..7d",
        "trend|conversions", "trend|events", "paths", "paths|--ending|none", "funnel|click|purchase",
        "cohort|--measure|ltv", "retention", "report|--no-charts", "journey|u", "conversions", "events",
        "quality", "watch|--once", "explain|of-a-2", "whatif|--config|mmp|--against|web", "config|list",
        "config|show|{CONFIG}", "config|diff|{CONFIG}|mmp", "fit|markov", "replay|--config|web|--dry-run",
        "digest", "sql|SELECT * FROM events", "schema|tables", "schema|fields", "schema|sql|events",
        "export|events|--format|ndjson", "export|attributions|--format|csv", "doctor", "completion|bash",
        "man",
    ];

    [Fact]
    public async Task Reporter_WithAKey_SeesItsProjectAndServerEnforcesIt()
    {
        using var folder = new TemporaryFolder();
        string sendA = await KeyRun.CreateAsync(folder.Path, "a");
        string sendB = await KeyRun.CreateAsync(folder.Path, "b");
        string readA = await KeyRun.CreateAsync(folder.Path, "a", "--scope", "read");
        await using EngineRun engine = await EngineRun.StartAsync(folder.Path);
        await SendAsync(engine, "a", sendA);
        await SendAsync(engine, "b", sendB);
        await UntilAsync(async () => await engine.QueryAsync(
            "SELECT uniq(conversion_id) FROM attributions") == "2\n");

        // This one comes while the engine runs.
        string readB = await KeyRun.CreateAsync(folder.Path, "b", "--scope", "read");
        await UntilAsync(async () => (await ReportAsync(engine, readB, "conversions")).Code == 0);
        await UntilAsync(async () => (await ReportAsync(engine, readA, "conversions")).Code == 0);

        await AssertSeesAsync(engine, readA, own: "of-a", other: "of-b");
        await AssertSeesAsync(engine, readB, own: "of-b", other: "of-a");
        (int code, _, string error) = await ReportAsync(engine, readA, "channels", "--project", "b");
        Assert.Equal(2, code);
        Assert.Contains("--project", error);

        await AssertEveryCommandSeesAsync(engine, readA, other: "of-b");
        await AssertMayOnlyReadAsync(engine, readA);
        string before = await engine.QueryAsync("SELECT count(), sum(sequence) FROM events");
        foreach (string sql in Hostile)
        {
            string asked = sql.Replace("{OTHER}", User(readB), StringComparison.Ordinal);
            string answer = await AskAsync(engine, readA, asked);
            Assert.True(
                !answer.Replace(asked, "", StringComparison.Ordinal)
                    .Contains("of-b-", StringComparison.Ordinal)
                    && !answer.Contains("FUNCTION_THROW_IF", StringComparison.Ordinal),
                $"{asked}\n{answer}");
        }

        Assert.Equal(before, await engine.QueryAsync("SELECT count(), sum(sequence) FROM events"));
        Assert.Contains("of-a-", await AskAsync(engine, readA, "SELECT * FROM events"));

        await KeyRun.RunAsync(folder.Path, "revoke", readA);
        await UntilAsync(async () => (await ReportAsync(engine, readA, "conversions")).Code == 4);
        await UntilAsync(async () => (await ReportAsync(engine, readB, "conversions")).Code == 0);
        Assert.Equal(HttpStatusCode.OK, await engine.PostAsync(Body("a"), sendA));
    }

    /// <summary>
    /// Every command of the manual works with a key, those of an own text and those without;
    /// none shows anything of the other project, whatever it writes where.
    /// </summary>
    private static async Task AssertEveryCommandSeesAsync(EngineRun engine, string key, string other)
    {
        (_, string config, _) = await ReportAsync(
            engine, key, "config", "list", "--fields", "hash", "--no-header");
        string[] commands = [.. Commands.Select(
            each => each.Replace("{CONFIG}", config.Split('\n')[0], StringComparison.Ordinal))];
        foreach (string command in commands)
        {
            (int code, string output, string error) = await ReportAsync(engine, key, command.Split('|'));
            Assert.True(code == 0, $"{command}: {code} {error}");
            Assert.True(output.Length > 0, command);
            Assert.DoesNotContain(other, output + error);
        }

        (int unknown, string found, string said) = await ReportAsync(engine, key, "explain", $"{other}-2");
        Assert.Equal((1, ""), (unknown, found));
        Assert.DoesNotContain($"{other}-c", said);

        const string Storing = "sums";
        (int refused, string nothing, string why) = await ReportAsync(engine, key, Storing);
        Assert.Equal((2, ""), (refused, nothing));
        Assert.Contains("stores something", why);

        const string Heading = ".SS \"";
        (_, string manual, _) = await ReportAsync(engine, key, "man");
        IEnumerable<string> known = manual.Split('\n')
            .Where(line => line.StartsWith(Heading, StringComparison.Ordinal))
            .Select(line => line[Heading.Length..^1].Split(' ')[0]);
        IEnumerable<string> run = commands.Append(Storing)
            .Select(command => command.Split('|')[0]);
        Assert.Equal(known.Distinct().Order(), run.Distinct().Order());
    }

    private static async Task AssertSeesAsync(EngineRun engine, string key, string own, string other)
    {
        string[][] reports =
        [
            ["conversions"], ["campaigns"], ["sql", "SELECT * FROM events FINAL"],
            ["sql", "SELECT * FROM attributions"], ["sql", "SELECT * FROM dead_letters FINAL"],
        ];
        foreach (string[] report in reports)
        {
            (int code, string output, string error) = await ReportAsync(engine, key, report);
            Assert.True(code == 0, $"{report[0]}: {error}");
            Assert.Contains(own, output);
            Assert.DoesNotContain(other, output);
        }
    }

    /// <summary>What replays and writes nothing works with a key; what stores something does not.</summary>
    private static async Task AssertMayOnlyReadAsync(EngineRun engine, string key)
    {
        string[][] reading =
        [
            ["digest"], ["replay", "--config", "web", "--dry-run"],
            ["whatif", "--config", "mmp", "--against", "web"], ["config", "list"],
        ];
        foreach (string[] command in reading)
        {
            (int code, _, string error) = await ReportAsync(engine, key, command);
            Assert.True(code == 0, $"{command[0]}: {error}");
        }

        string before = await engine.QueryAsync("SELECT count() FROM replays");
        Assert.Equal(4, (await ReportAsync(engine, key, "replay", "--config", "web")).Code);
        Assert.Equal(before, await engine.QueryAsync("SELECT count() FROM replays"));
    }

    private static async Task SendAsync(EngineRun engine, string project, string key)
    {
        Assert.Equal(HttpStatusCode.OK, await engine.PostAsync(Body(project), key));
    }

    private static string Body(string project) => $$"""
        {"type":"click","user_id":"u","event_id":"of-{{project}}-1","campaign":"of-{{project}}-c"}
        {"type":"purchase","user_id":"u","event_id":"of-{{project}}-2","revenue":1,"currency":"EUR"}
        {"type":3,"user_id":"of-{{project}}-x"}
        """;

    private static string User(string key) => $"attribution_{key[5..15]}";

    private static Task<(int Code, string Output, string Errors)> ReportAsync(
        EngineRun engine, string key, params string[] arguments) =>
        ReporterProcess.RunAsync(engine.ClickHouse, key, arguments);

    private static async Task<string> AskAsync(EngineRun engine, string key, string sql)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(engine.ClickHouse, $"?database={User(key)}"))
        {
            Content = new StringContent(sql),
        };
        request.Headers.Add("X-ClickHouse-User", User(key));
        request.Headers.Add("X-ClickHouse-Key", key);
        using HttpResponseMessage answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Bounded by attempts, not by a clock: the machine may be busy.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (int i = 0; i < Attempts; i++)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (HttpRequestException)
            {
                // ClickHouse is starting again.
            }

            await Task.Delay(250);
        }

        Assert.Fail("It did not come to be.");
    }
}
