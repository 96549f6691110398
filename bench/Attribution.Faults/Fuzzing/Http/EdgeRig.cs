using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Attribution.Engine;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Telemetry;
using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Faults.Fuzzing.Http;

/// <summary>
/// The engine's edge alone, on its real server: from the socket to the ring. Behind it events are only
/// counted by their id, and are durable then. Owned by one test or bench; its server calls it from many
/// threads.
/// </summary>
public sealed class EdgeRig : IDurability, IAsyncDisposable
{
    private readonly Meter _meter = new("EdgeRig." + Guid.NewGuid());
    private readonly MetricsText _metrics;
    private readonly EventRing _ring;
    private readonly Sequence _consumed = new(-1);
    private readonly SequenceBarrier _barrier;
    private readonly Lock _consuming = new();
    private readonly RequestMetrics _requests;
    private EngineServer? _server;

    private EdgeRig()
    {
        _ring = new EventRing(new EventRingOptions { Slots = 65_536, ArenaBytes = 1 << 24 });
        _ring.AddGatingSequences(_consumed);
        _barrier = _ring.NewBarrier();
        _metrics = new MetricsText(_meter);
        _requests = new RequestMetrics(_meter);
    }

    /// <summary>How often each event id was stored.</summary>
    public ConcurrentDictionary<string, int> Stored { get; } = new();

    /// <summary>Events of any kind that were stored, the rejected ones among them.</summary>
    public long StoredCount { get; private set; }

    public int Port => _server!.Url.Port;

    /// <inheritdoc/>
    public bool TakesMore => true;

    /// <summary>What its server answered, and in which lane.</summary>
    public RequestMetrics Requests => _requests;

    /// <param name="edge">Its limits.</param>
    /// <param name="hasFastLane">False leaves everything to the stock lane.</param>
    public static Task<EdgeRig> StartAsync(EdgeOptions edge, bool hasFastLane = true) =>
        StartAsync(new EngineOptions { Url = new Uri("http://127.0.0.1:0"), Edge = edge }, hasFastLane);

    /// <inheritdoc cref="StartAsync(EdgeOptions, bool)"/>
    public static async Task<EdgeRig> StartAsync(EngineOptions options, bool hasFastLane = true)
    {
        EdgeOptions edge = options.Edge;
        var rig = new EdgeRig();
        var ingestor = new Ingestor(
            rig._ring, rig, new IngestMetrics(rig._meter, () => rig._ring.Fill), new IngestOptions(),
            TimeProvider.System);
        var services = new ApiServices
        {
            Ingestor = ingestor,
            Projects = new OpenProjectResolver(),
            Readiness = new Readiness(new ReadinessSources
            {
                RingFill = () => rig._ring.Fill,
                IsJournalWriting = () => true,
                IsSinkHealthy = () => true,
            })
            {
                State = EngineState.Running,
            },
            Metrics = rig._metrics,
            Requests = rig._requests,
            HasFastLane = hasFastLane,
            Edge = edge,
            Bodies = new BodyBudget(edge.MaxBodiesBytes, rig._meter),
        };
        rig._server = await EngineServer.StartAsync(options, services, CancellationToken.None)
            .ConfigureAwait(false);
        return rig;
    }

    /// <inheritdoc/>
    public ValueTask WaitAsync(long sequence, CancellationToken cancel)
    {
        lock (_consuming)
        {
            long last = _barrier.HighestPublishedSequence(_consumed.Value + 1);
            for (long next = _consumed.Value + 1; next <= last; next++)
                Count(_ring[next]);
            _consumed.SetValueVolatile(last);
            _barrier.Advanced();
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        _meter.Dispose();
    }

    private void Count(in EventRecord record)
    {
        StoredCount++;
        if (record.Header.Kind != EventKind.Event)
            return;

        string id = Encoding.UTF8.GetString(record.Field(EventField.EventId, _ring.Bytes(record)));
        Stored.AddOrUpdate(id, 1, (_, count) => count + 1);
    }
}
