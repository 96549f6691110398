using System.Globalization;
using System.Text.RegularExpressions;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Doctor;

/// <summary>What is found where all is well, and where one thing each is not.</summary>
public sealed partial class DoctorCommandTests(ClickHouseFixture clickHouse)
    : IClassFixture<ClickHouseFixture>
{
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["ATTRIBUTION_CLICKHOUSE_PASSWORD"] = "",
        ["ATTRIBUTION_PROJECT"] = "default",
    };

    [Fact]
    public async Task Doctor_WhereAllIsWell_FindsNothingWrong()
    {
        string database = await FreshDataAsync(conversionMinutes: 10);

        ReporterRun run = await RunAsync(database, "doctor", "--tz", "Europe/Berlin");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Dictionary<string, string[]> found = run.Cells().ToDictionary(row => row[0]);
        Assert.All(found.Values, row => Assert.NotEqual("wrong", row[1]));
        Assert.Equal("version 8", found["schema"][2]);
        Assert.Equal("reads events, attributions, identities, dead_letters, configs", found["access"][2]);
        Assert.Equal("Europe/Berlin (from --tz)", found["setting tz"][2]);
        Assert.Equal("default (from ATTRIBUTION_PROJECT)", found["setting project"][2]);
        Assert.Equal("none, each command decides (default)", found["setting model"][2]);
        Assert.Contains("2026-11-20 12:50:00", found["events"][2], StringComparison.Ordinal);
        Assert.Equal("ok", found["events"][1]);
        Assert.Equal("ok", found["attributions"][1]);
        Assert.Equal("abc", found["config"][2]);
    }

    [Fact]
    public async Task Clock_IsComparedWithTheServers()
    {
        string database = await FreshDataAsync(conversionMinutes: 10);

        ReporterRun run = await RunAsync(database, "doctor");

        string[] clock = run.Cells().Single(row => row[0] == "clock");
        string server = await clickHouse.QueryAsync("SELECT toUnixTimestamp64Milli(now64(3))");
        double seconds = (double.Parse(server, CultureInfo.InvariantCulture) / 1_000)
            - new DateTimeOffset(FixedClock.Now).ToUnixTimeSeconds();
        double shown = double.Parse(clock[2].Split(' ')[3], CultureInfo.InvariantCulture);
        Assert.Equal(Math.Abs(seconds) > 5 ? "look" : "ok", clock[1]);
        Assert.InRange(shown, Math.Abs(seconds) - 60, Math.Abs(seconds) + 60);
    }

    [Fact]
    public async Task Attributions_FarBehindEvents_AreWrong()
    {
        string database = await FreshDataAsync(conversionMinutes: 16);

        ReporterRun run = await RunAsync(database, "doctor");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("1 of ", run.Error, StringComparison.Ordinal);
        string[] found = run.Cells().Single(row => row[0] == "attributions");
        Assert.Equal("wrong", found[1]);
        Assert.Contains("00:06:00 behind", found[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_WithoutEvents_IsWrong()
    {
        string database = await FreshDataAsync(conversionMinutes: 10);

        ReporterRun run = await RunAsync(database, "doctor", "--project", "nope");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal("wrong", run.Cells().Single(row => row[0] == "events")[1]);
    }

    [Theory]
    [InlineData("DROP TABLE $db.dead_letters", "access", "cannot read dead_letters")]
    [InlineData("INSERT INTO $db.schema_migrations (version, name, checksum) VALUES (99, 'x', 'y')", "schema",
        "does not fit")]
    [InlineData("ALTER TABLE $db.schema_migrations DELETE WHERE version = 8 SETTINGS mutations_sync = 2",
        "schema", "version 7, this program knows 8")]
    public async Task Database_ThatIsNotWhole_IsWrong(string sql, string check, string message)
    {
        string database = await FreshDataAsync(conversionMinutes: 10);
        await clickHouse.QueryAsync(sql.Replace("$db", database, StringComparison.Ordinal));

        ReporterRun run = await RunAsync(database, "doctor");

        Assert.Equal(ExitCode.Failure, run.Code);
        string[] found = run.Cells().Single(row => row[0] == check);
        Assert.Equal(("wrong", message), (found[1], found[2]));
        Assert.NotEqual("", found[3]);
    }

    /// <remarks>It lies behind more events than are looked through for a first guess.</remarks>
    [Fact]
    public async Task Arrival_OfAnEventThatHappenedLongAgo_IsTheNewest()
    {
        string database = await FreshDataAsync(conversionMinutes: 10);
        await clickHouse.QueryAsync(
            $"INSERT INTO {database}.events (project, event_id, type, timestamp, received_at) SELECT "
            + "'default', concat('more-', toString(number)), 'visit', "
            + "toDateTime64('2026-11-20 11:50:00', 3, 'UTC') - INTERVAL number SECOND AS t, t "
            + "FROM numbers(3000) UNION ALL SELECT 'default', 'late', 'visit', "
            + "toDateTime64('2026-08-02 00:00:00', 3, 'UTC'), toDateTime64('2026-11-20 11:58:00', 3, 'UTC')");

        ReporterRun run = await RunAsync(database, "doctor");

        string[] found = run.Cells().Single(row => row[0] == "events");
        Assert.Equal(
            ("ok", "the newest was received 2026-11-20 11:58:00, 00:02:00 ago"), (found[1], found[2]));
    }

    [Fact]
    public async Task Server_ThatIsNone_IsWrong()
    {
        ReporterRun run = await ReporterRun.OfAsync("doctor", "--clickhouse", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.NoAccess, run.Code);
        string[] found = run.Cells().Single(row => row[0] == "connection");
        Assert.Equal("wrong", found[1]);
        Assert.Contains("Is the engine running?", found[3], StringComparison.Ordinal);
    }

    /// <summary>Addresses, versions and how long it took are taken out, the latter by whole lines.</summary>
    [Theory]
    [InlineData("doctor", 10)]
    [InlineData("doctor.behind", 16)]
    public async Task Table_OnTerminals_IsAsCommitted(string name, int conversionMinutes)
    {
        string database = await FreshDataAsync(conversionMinutes);

        await TerminalText.MatchesAsync(
            name,
            terminal => ReporterRun.OfAsync(
                terminal with { Environment = Secrets }, ReporterRun.At(clickHouse, database, "doctor")),
            Masked);
    }

    [Fact]
    public async Task Password_IsNeverShown()
    {
        string database = await FreshDataAsync(conversionMinutes: 10);
        var terminal = new Terminal(Environment: new Dictionary<string, string>
        {
            ["ATTRIBUTION_CLICKHOUSE_PASSWORD"] = "hunter2",
        });

        ReporterRun run = await ReporterRun.OfAsync(terminal, ReporterRun.At(clickHouse, database, "doctor"));

        Assert.DoesNotContain("hunter2", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains("a password from ATTRIBUTION_CLICKHOUSE_PASSWORD", run.Out, StringComparison.Ordinal);
    }

    private Task<ReporterRun> RunAsync(string database, params string[] args) => ReporterRun.OfAsync(
        new Terminal(Environment: Secrets), ReporterRun.At(clickHouse, database, args));

    /// <summary>Texts that differ from run to run become others of the same width.</summary>
    private string Masked(string text)
    {
        string port = clickHouse.Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        return Varying().Replace(text, "$1\n")
            .Replace(port, new string('#', port.Length), StringComparison.Ordinal);
    }

    // With the lines in which their texts go on.
    [GeneratedRegex("(?<=\n)(reporter|connection|server|clock|setting database) .*(\n .*)*\n")]
    private static partial Regex Varying();

    /// <summary>The newest event is of ten minutes ago; the newest conversion of as many as it
    /// says.</summary>
    private async Task<string> FreshDataAsync(int conversionMinutes)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await clickHouse.QueryAsync(
            $"INSERT INTO {database}.events (project, event_id, type, timestamp, received_at) SELECT "
            + "'default', toString(number), 'purchase', toDateTime64('2026-11-20 11:50:00', 3, 'UTC') - "
            + "INTERVAL number HOUR AS t, t FROM numbers(20)");
        await clickHouse.QueryAsync(
            $"INSERT INTO {database}.attributions (project, conversion_id, conversion_type, "
            + "conversion_time, model, config) SELECT 'default', toString(number), 'purchase', "
            + $"toDateTime64('2026-11-20 12:00:00', 3, 'UTC') - INTERVAL {conversionMinutes} MINUTE - "
            + "INTERVAL number HOUR, 'last', 'abc' FROM numbers(20)");
        return database;
    }
}
