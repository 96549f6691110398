using System.Diagnostics;
using Attribution.Bench.Schema;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Simulator;

namespace Attribution.Bench.Replays;

/// <summary>What one way of attributing the whole range cost. A value.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="CpuSeconds">Of the server and of this process together.</param>
internal sealed record ReplayCost(long Rows, double WallSeconds, double CpuSeconds, double ServerCpuSeconds);

/// <summary>
/// <c>bench replay</c>: a replay from raw events to written rows, beside the same rules as SQL inside
/// ClickHouse, in alternating rounds over the same events. Owned by one command.
/// </summary>
internal sealed class ReplayComparison(SimulatedDatabase database, DateTime from, DateTime to)
{
    private const string BaselineTable = "sql_attributions";

    public List<ReplayCost> Replays { get; } = [];

    public List<ReplayCost> Baselines { get; } = [];

    public long Events { get; private set; }

    public async Task RunAsync(int rounds, int threads, CancellationToken cancel)
    {
        await CreateBaselineTableAsync(cancel);
        Events = (long)await database.Client.ScalarAsync<ulong>("SELECT count() FROM events", null, cancel);
        for (int round = 0; round < rounds; round++)
        {
            Console.Error.WriteLine($"replay: round {round + 1} of {rounds}");
            Replays.Add(await CostAsync(() => ReplayAsync(threads, cancel)));
            Baselines.Add(await CostAsync(() => BaselineAsync(threads, cancel)));
        }
    }

    /// <summary>A world that is as large as the range is long.</summary>
    public static SimulatorOptions World(long events, ulong seed, DateTimeOffset end) =>
        new() { Events = events, Seed = seed, End = end };

    private async Task<long> ReplayAsync(int threads, CancellationToken cancel)
    {
        // A name of its own, so that the rows are new and not replaced by equal ones.
        AttributionConfig config = AttributionConfig.Parse(
            System.Text.Encoding.UTF8.GetBytes($$"""{"name":"replay-{{Replays.Count}}"}"""));
        var options = new ReplayOptions
        {
            Config = config,
            Project = "default",
            From = from,
            To = to,
            Threads = threads,
        };
        ReplayOptions plan = await Replayer.PlanAsync(database.Client, options, cancel);
        await using AttributionsSink sink = await AttributionsSink.OpenAsync(database.Client, plan, cancel);
        ReplayReport report = await new Replayer(database.Client, plan).RunAsync(sink, null, cancel);
        return report.Rows;
    }

    private async Task<long> BaselineAsync(int threads, CancellationToken cancel)
    {
        await database.Client.ExecuteAsync($"TRUNCATE TABLE {BaselineTable}", null, cancel);
        string sql = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Replays", "attribution.sql"), cancel);
        await database.Client.ExecuteAsync($"{sql}\nSETTINGS max_threads = {threads}", null, cancel);
        return (long)await database.Client.ScalarAsync<ulong>(
            $"SELECT count() FROM {BaselineTable}", null, cancel);
    }

    private Task CreateBaselineTableAsync(CancellationToken cancel) => database.Client.ExecuteAsync(
        $"""
        CREATE TABLE {BaselineTable}
        (
            project LowCardinality(String), conversion_id String, conversion_type LowCardinality(String),
            conversion_time DateTime64(3, 'UTC'), model LowCardinality(String), person String,
            revenue Decimal64(4), currency LowCardinality(String), touches Array(String),
            touch_times Array(DateTime64(3, 'UTC')), touch_types Array(LowCardinality(String)),
            channels Array(LowCardinality(String)), sources Array(LowCardinality(String)),
            mediums Array(LowCardinality(String)), campaigns Array(LowCardinality(String)),
            credits Array(Float64), credit_values Array(Float64)
        )
        ENGINE = MergeTree PARTITION BY toYYYYMM(conversion_time)
        ORDER BY (project, conversion_time, conversion_id, model)
        """,
        null,
        cancel);

    private async Task<ReplayCost> CostAsync(Func<Task<long>> work)
    {
        TimeSpan server = ServerCpu.Of(database.Server.ProcessId);
        TimeSpan own = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        long rows = await work();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double serverCpu = (ServerCpu.Of(database.Server.ProcessId) - server).TotalSeconds;
        double ownCpu = (Environment.CpuUsage.TotalTime - own).TotalSeconds;
        return new ReplayCost(rows, wall, serverCpu + ownCpu, serverCpu);
    }
}
