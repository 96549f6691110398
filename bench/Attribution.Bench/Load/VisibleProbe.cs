using System.Diagnostics;
using System.Globalization;
using System.Text;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Load;

/// <summary>
/// Marks an event now and then while a load goes on and looks for it in ClickHouse: from its answer until it
/// can be queried. One task.
/// </summary>
/// <remarks>
/// Marked events are dated hours ago, each at a millisecond of its own. The tables are ordered by time, so a
/// look for them reads one granule of each new part, and costs ClickHouse next to nothing beside the load.
/// </remarks>
internal sealed class VisibleProbe : IDisposable
{
    private const int MaxOutstanding = 40;
    private static readonly TimeSpan Age = TimeSpan.FromHours(6);
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly HttpClient _engine;
    private readonly EventCounter _counter;
    private readonly LatencyHistogram _latencies = new();
    private readonly List<Mark> _outstanding = [];
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _nextMillis = (DateTimeOffset.UtcNow - Age).ToUnixTimeMilliseconds();
    private int _sent;
    private int _neverVisible;
    private int _answered;

    public VisibleProbe(LoadSettings settings)
    {
        _engine = EventSender.NewClient(settings.Engine, 1, settings.Key);
        _counter = new EventCounter(settings.ClickHouse, settings.Database);
    }

    /// <summary>Events the engine took from it; any thread may ask.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            long lastSent = 0;
            while (true)
            {
                if (Stopwatch.GetElapsedTime(lastSent) > SendEvery && _outstanding.Count < MaxOutstanding)
                {
                    lastSent = Stopwatch.GetTimestamp();
                    await SendAsync(stop);
                }

                await LookAsync(stop);
                await Task.Delay(Poll, stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // The load is over, or the engine or ClickHouse refuses: what was seen until then counts.
        }
    }

    public VisibleResult Result() => new(
        (int)_latencies.Count,
        _neverVisible,
        _latencies.Millis(0.5),
        _latencies.Millis(0.9),
        _latencies.Millis(0.99),
        _latencies.Millis(0.999),
        _latencies.MaxMicros / 1_000.0);

    public void Dispose()
    {
        _engine.Dispose();
        _counter.Dispose();
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        long millis = _nextMillis++;
        string id = $"{_run}-{_sent++}";
        string json = $"{{\"type\":\"visit\",\"event_id\":\"{id}\",\"anonymous_id\":\"{_run}\","
            + $"\"timestamp\":{millis.ToString(CultureInfo.InvariantCulture)}}}";
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _engine.PostAsync("/v1/events", content, cancel);
        if (!response.IsSuccessStatusCode)
            return;
        _outstanding.Add(new Mark(millis, Stopwatch.GetTimestamp()));
        Volatile.Write(ref _answered, _answered + 1);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        if (_outstanding.Count == 0)
            return;
        long first = _outstanding.Min(mark => mark.Millis);
        long last = _outstanding.Max(mark => mark.Millis);
        HashSet<long> visible = await _counter.MarksAsync(_run, first, last, cancel);
        long now = Stopwatch.GetTimestamp();
        foreach (Mark mark in _outstanding.Where(mark => visible.Contains(mark.Millis)))
            _latencies.Record(Stopwatch.GetElapsedTime(mark.AnsweredTicks, now));
        _outstanding.RemoveAll(mark => visible.Contains(mark.Millis));
        _neverVisible += _outstanding.RemoveAll(
            mark => Stopwatch.GetElapsedTime(mark.AnsweredTicks, now) > MaxWait);
    }

    private readonly record struct Mark(long Millis, long AnsweredTicks);
}
