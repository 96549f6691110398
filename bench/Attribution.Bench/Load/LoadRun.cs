using System.Diagnostics;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Load;

/// <summary>
/// Puts a load on the engine for a time and measures it from outside. Its counts may be read by any thread
/// while it runs.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private static readonly TimeSpan MaxSettling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LagPoll = TimeSpan.FromMilliseconds(20);

    private readonly LoadSettings _settings;
    private readonly LoadConnection[] _connections;
    private readonly HttpClient _client;
    private readonly EventCounter _counter;
    private readonly List<long> _lagEvents = [];
    private long? _visibleBefore;

    public LoadRun(LoadSettings settings)
    {
        _settings = settings;
        _client = EventSender.NewClient(settings.Engine, 1, settings.Key);
        _counter = new EventCounter(settings.ClickHouse, settings.Database);

        // The second names the run, ten bits the connection, 32 bits its event: no id comes twice for weeks.
        ulong run = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 42;
        _connections =
        [
            .. from i in Enumerable.Range(0, settings.Connections)
               select new LoadConnection(settings, run + ((ulong)i << 32)),
        ];
    }

    public long Accepted => _connections.Sum(c => c.Accepted);
    public long Errors => _connections.Sum(c => c.Errors);
    public LatencyHistogram Latencies => LatencyHistogram.Sum(_connections.Select(c => c.Latencies));

    /// <summary>The last lag sampled, for showing; null where ClickHouse does not answer.</summary>
    public long? LagEvents { get; private set; }

    public async Task<LoadResult> RunAsync(CancellationToken cancel)
    {
        await EventSender.RequireEngineAsync(_client, cancel);
        _visibleBefore = await VisibleAsync(cancel);
        EngineMetrics before = await EngineMetrics.ReadAsync(_client, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        long started = Stopwatch.GetTimestamp();
        stop.CancelAfter(TimeSpan.FromSeconds(_settings.Seconds));
        giveUp.CancelAfter(TimeSpan.FromSeconds(_settings.Seconds) + MaxSettling);
        Task sampling = SampleLagAsync(stop.Token);
        await Task.WhenAll(
            _connections.Select(c => Task.Run(() => c.RunAsync(stop.Token, giveUp.Token), cancel)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await sampling;
        TimeSpan? lagAtEnd = await WaitVisibleAsync(cancel);

        // Read once everything has arrived, so that the whole way of an event is in its cost.
        EngineMetrics after = await EngineMetrics.ReadAsync(_client, cancel);
        return Result(elapsed, lagAtEnd, before, after);
    }

    public void Dispose()
    {
        _client.Dispose();
        _counter.Dispose();
    }

    private LoadResult Result(TimeSpan elapsed, TimeSpan? lagAtEnd, EngineMetrics before, EngineMetrics after)
    {
        LatencyHistogram latencies = Latencies;
        double events = Math.Max(1, Accepted);
        return new LoadResult
        {
            Seconds = elapsed.TotalSeconds,
            Events = Accepted,
            Errors = Errors,
            FirstError = _connections.Select(c => c.FirstError).FirstOrDefault(e => e.Length > 0) ?? "",
            EventsPerSecond = Accepted / elapsed.TotalSeconds,
            AnswerP50Millis = latencies.Millis(0.5),
            AnswerP99Millis = latencies.Millis(0.99),
            AnswerP999Millis = latencies.Millis(0.999),
            AnswerMaxMillis = latencies.MaxMicros / 1_000.0,
            EngineCpuMicrosPerEvent = (after.CpuSeconds - before.CpuSeconds) * 1_000_000 / events,
            EngineAllocatedBytesPerEvent = (after.AllocatedBytes - before.AllocatedBytes) / events,
            LagEvents = _lagEvents,
            LagAtEndSeconds = lagAtEnd?.TotalSeconds,
        };
    }

    private async Task SampleLagAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // Accepted first: what is counted as lag was surely answered before ClickHouse was asked.
                long accepted = Accepted;
                LagEvents = accepted - (await VisibleAsync(stop) - _visibleBefore);
                if (LagEvents is { } lag)
                    _lagEvents.Add(Math.Max(0, lag));
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }

    private async Task<TimeSpan?> WaitVisibleAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < MaxLag)
        {
            long? visible = await VisibleAsync(cancel) - _visibleBefore;
            if (visible is null)
                return null;
            if (visible >= Accepted)
                return Stopwatch.GetElapsedTime(started);
            await Task.Delay(LagPoll, cancel);
        }

        return null;
    }

    private async Task<long?> VisibleAsync(CancellationToken cancel)
    {
        try
        {
            return await _counter.EventsAsync(cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
