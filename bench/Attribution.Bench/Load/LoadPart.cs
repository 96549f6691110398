using System.Diagnostics;

namespace Attribution.Bench.Load;

/// <summary>
/// One phase of a load run: sends, watches, waits until everything is visible, and says what it came to. Used
/// once, by the run.
/// </summary>
internal sealed class LoadPart(
    LoadSettings settings, LoadGenerator generator, LagWatch lag, HttpClient engine)
{
    private static readonly double[] Shares =
    [
        0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 1,
    ];

    private readonly List<LoadSecond> _course = [];

    /// <summary>From the last answer until all was visible; null where that is not known.</summary>
    public TimeSpan? LagAtEnd { get; private set; }

    public async Task<LoadStep> RunAsync(double rate, CancellationToken cancel)
    {
        long acceptedBefore = generator.Accepted;
        long errorsBefore = generator.Errors;
        CostSample before = await CostSample.TakeAsync(engine, generator, cancel);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        long started = Stopwatch.GetTimestamp();
        Task running = generator.RunAsync(TimeSpan.FromSeconds(settings.Seconds), rate, cancel);
        Task watching = WatchAsync(started, over.Token);
        await running;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await over.CancelAsync();
        await watching;
        LagAtEnd = await lag.WaitVisibleAsync(cancel);

        // Read once everything has arrived, so that the whole way of an event is in its cost.
        CostSample after = await CostSample.TakeAsync(engine, generator, cancel);
        long events = generator.Accepted - acceptedBefore;
        LatencyHistogram latencies = generator.Latencies;
        return new LoadStep
        {
            Rate = rate,
            Seconds = elapsed.TotalSeconds,
            Events = events,
            Errors = generator.Errors - errorsBefore,
            EventsPerSecond = events / elapsed.TotalSeconds,
            RequestsPerSecond = latencies.Count / elapsed.TotalSeconds,
            AnsweredShare = Math.Min(1, latencies.Count / Math.Max(1.0, generator.DueRequests)),
            AnswerP50Millis = latencies.Millis(0.5),
            AnswerP90Millis = latencies.Millis(0.9),
            AnswerP99Millis = latencies.Millis(0.99),
            AnswerP999Millis = latencies.Millis(0.999),
            AnswerMaxMillis = latencies.MaxMicros / 1_000.0,
            Costs = LoadCosts.Between(before, after, events),
            Curve = [.. Shares.Select(share => new LatencyPoint(share, latencies.Millis(share)))],
            Course = _course,
        };
    }

    private async Task WatchAsync(long started, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            long accepted = generator.Accepted;
            LatencyHistogram seen = generator.Latencies;
            double at = Stopwatch.GetElapsedTime(started).TotalSeconds;
            while (await timer.WaitForNextTickAsync(over))
            {
                long? behind = await lag.SampleAsync(over);
                double now = Stopwatch.GetElapsedTime(started).TotalSeconds;
                long acceptedNow = generator.Accepted;
                LatencyHistogram seenNow = generator.Latencies;
                LatencyHistogram second = seenNow.Since(seen);
                _course.Add(new LoadSecond(
                    now, (acceptedNow - accepted) / (now - at), second.Millis(0.5), second.Millis(0.99),
                    behind));
                (accepted, seen, at) = (acceptedNow, seenNow, now);
            }
        }
        catch (OperationCanceledException)
        {
            // The phase is over.
        }
    }
}
