using Attribution.ClickHouse.Http;
using Attribution.Replay.Configs;
using Attribution.Model.Configs;

namespace Attribution.Replay.Sinks;

/// <summary>
/// Writes what a replay attributes into <c>attributions</c> while it goes on, its configs into <c>configs</c>
/// and each finished chunk into <c>replays</c>. Used by one replay; the client is the caller's.
/// </summary>
/// <remarks>
/// Writing the same again changes nothing: rows have the same keys, versions and values. In memory: per
/// thread and lane at most 64 MiB of open rows, and two inserts of 16 MiB.
/// </remarks>
public sealed class AttributionsSink : IReplaySink, IAsyncDisposable
{
    private readonly ClickHouseClient _client;
    private readonly ReplayOptions _plan;
    private readonly CancellationTokenSource _stop;
    private readonly List<LaneWriter> _lanes = [];

    private AttributionsSink(ClickHouseClient client, ReplayOptions plan, CancellationToken cancel)
    {
        _client = client;
        _plan = plan;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    /// <summary>Makes a sink; first of all the configs are stored that its rows will name.</summary>
    /// <param name="plan">The options of the replay, as <see cref="Replayer.PlanAsync"/> gives them.</param>
    /// <param name="cancel">Gives up opening, and inserting later.</param>
    public static async Task<AttributionsSink> OpenAsync(
        ClickHouseClient client, ReplayOptions plan, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Through is null || plan.Chunks is null)
            throw new ArgumentException(
                "The options are no plan: Through and Chunks are open.", nameof(plan));
        foreach (AttributionConfig config in plan.Lanes)
            await ConfigDocuments.SaveAsync(client, config, cancel).ConfigureAwait(false);
        return new AttributionsSink(client, plan, cancel);
    }

    /// <inheritdoc/>
    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        if (lane == _lanes.Count)
            _lanes.Add(new LaneWriter(_client, config, _stop.Token));
        return _lanes[lane].NewLane();
    }

    /// <inheritdoc/>
    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) =>
        ChunkDoneAsync(new ChunkTotals(chunk, 0, 0, 0), cancel);

    /// <inheritdoc/>
    public async ValueTask ChunkDoneAsync(ChunkTotals totals, CancellationToken cancel)
    {
        foreach (LaneWriter lane in _lanes)
        {
            await lane.WaitAsync().ConfigureAwait(false);
            await ReplayLog.WriteAsync(_client, _plan, lane.Config.Hash, totals, cancel)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Gives up what is still being inserted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (LaneWriter lane in _lanes)
        {
            await lane.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lane.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>What the threads of one lane share. Thread-safe.</summary>
    private sealed class LaneWriter : IDisposable
    {
        private readonly RowsBlocks _free = new();
        private readonly RowsInserter _inserter;

        public LaneWriter(ClickHouseClient client, AttributionConfig config, CancellationToken cancel)
        {
            Config = config;
            _inserter = new RowsInserter(client, _free.Return, cancel);
        }

        public AttributionConfig Config { get; }

        public AttributionsLane NewLane() => new(Config, _inserter, _free);

        public Task WaitAsync() => _inserter.WaitAsync();

        public void Dispose() => _inserter.Dispose();
    }
}
