using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay.Sinks;
using Attribution.Testing;

namespace Attribution.Replay.Tests.Support;

/// <summary>A database of events, and the replays a test runs over it. Owned by one test.</summary>
public sealed class ReplayDatabase : IAsyncDisposable
{
    private ReplayDatabase(ClickHouseFixture clickHouse, string name)
    {
        ClickHouse = clickHouse;
        Name = name;
        Client = new ClickHouseClient(clickHouse.OptionsFor(name));
    }

    public ClickHouseFixture ClickHouse { get; }

    public string Name { get; }

    public ClickHouseClient Client { get; }

    public static async Task<ReplayDatabase> CreateAsync(ClickHouseFixture clickHouse)
    {
        var database = new ReplayDatabase(clickHouse, await clickHouse.CreateDatabaseAsync());
        await database.SqlAsync("SYSTEM STOP MERGES $db.events");
        return database;
    }

    /// <summary>Runs one statement; <c>$db</c> stands for the database.</summary>
    public Task<string> SqlAsync(string sql) =>
        ClickHouse.QueryAsync(sql.Replace("$db", Name, StringComparison.Ordinal));

    /// <summary>Writes events as one part.</summary>
    public async Task WriteAsync(params IEnumerable<TestEvent> events)
    {
        string rows = string.Join('\n', events.Select(each => each.ToRow()));
        if (rows.Length > 0)
            await ClickHouse.QueryAsync($"INSERT INTO {Name}.events FORMAT JSONEachRow {rows}");
    }

    /// <summary>What a replay of the range would write.</summary>
    public async Task<string> DigestAsync(ReplayOptions options)
    {
        var sink = new DigestSink();
        await new Replayer(Client, options).RunAsync(sink, null, CancellationToken.None);
        return sink.Digest();
    }

    public async Task<ReplayReport> WriteAttributionsAsync(ReplayOptions options)
    {
        ReplayOptions plan = await Replayer.PlanAsync(Client, options, CancellationToken.None);
        await using AttributionsSink sink =
            await AttributionsSink.OpenAsync(Client, plan, CancellationToken.None);
        return await new Replayer(Client, plan).RunAsync(sink, null, CancellationToken.None);
    }

    public Task<string> StoredDigestAsync(ReplayOptions options) => StoredDigest.ComputeAsync(
        Client, options.Project, options.From, options.To, options.Config.Hash, CancellationToken.None);

    public async Task<TotalsSink> TotalsAsync(ReplayOptions options)
    {
        var sink = new TotalsSink();
        await new Replayer(Client, options).RunAsync(sink, null, CancellationToken.None);
        return sink;
    }

    public static ReplayOptions Options(
        DateTime from, DateTime to, AttributionConfig? config = null, string project = "default") => new()
        {
            Config = config ?? AttributionConfig.Web,
            Project = project,
            From = from,
            To = to,
        };

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
