using System.Diagnostics;
using System.Text;

namespace Attribution.Bench.Load;

/// <summary>What a visibility run found; the names are those of its JSON file. Immutable.</summary>
internal sealed record VisibleResult(
    int Samples, int NeverVisible, double P50Millis, double P90Millis, double P99Millis,
    double P999Millis, double MaxMillis);

/// <summary>
/// Measures how long after its 200 an event can be queried: one event at a time, looked for every few
/// milliseconds. One task.
/// </summary>
internal sealed class VisibleRun(HttpClient engine, EventCounter counter)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly LatencyHistogram _latencies = new();

    public int Done { get; private set; }

    public int NeverVisible { get; private set; }

    public LatencyHistogram Latencies => _latencies;

    public async Task<VisibleResult> RunAsync(int samples, CancellationToken cancel)
    {
        for (; Done < samples; Done++)
        {
            // An uneven pause, so that samples do not fall into step with the engine's flushes.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(0, 50)), cancel);
            await SampleAsync(cancel);
        }

        return new VisibleResult(
            samples,
            NeverVisible,
            _latencies.Millis(0.5),
            _latencies.Millis(0.9),
            _latencies.Millis(0.99),
            _latencies.Millis(0.999),
            _latencies.MaxMicros / 1_000.0);
    }

    private async Task SampleAsync(CancellationToken cancel)
    {
        string id = Guid.CreateVersion7().ToString();
        string json = $"{{\"type\":\"visit\",\"event_id\":\"{id}\",\"anonymous_id\":\"visible-{Done}\"}}";
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await engine.PostAsync("/v1/events", content, cancel);
        response.EnsureSuccessStatusCode();
        long answered = Stopwatch.GetTimestamp();
        while (await counter.EventAsync(id, cancel) == 0)
        {
            if (Stopwatch.GetElapsedTime(answered) > MaxWait)
            {
                NeverVisible++;
                return;
            }

            await Task.Delay(Poll, cancel);
        }

        _latencies.Record(Stopwatch.GetElapsedTime(answered));
    }
}
