using System.Diagnostics;

namespace Attribution.Bench.Load;

/// <summary>
/// How many events the engine has accepted that ClickHouse does not show yet. Used by one task at a time.
/// </summary>
/// <param name="clickHouse">Where it answers HTTP.</param>
/// <param name="database">Its database.</param>
/// <param name="accepted">Events accepted since the load began.</param>
internal sealed class LagWatch(Uri clickHouse, string database, Func<long> accepted) : IDisposable
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly EventCounter _counter = new(clickHouse, database);
    private long? _before;

    /// <summary>The last sample.</summary>
    public long? Last { get; private set; }

    public async Task BeginAsync(CancellationToken cancel) => _before = await VisibleAsync(cancel);

    /// <returns>Null where ClickHouse does not answer.</returns>
    public async Task<long?> SampleAsync(CancellationToken cancel)
    {
        // Accepted first: what is counted as lag was surely answered before ClickHouse was asked.
        long sent = accepted();
        long? behind = sent - (await VisibleAsync(cancel) - _before);
        Last = behind is { } events ? Math.Max(0, events) : null;
        return Last;
    }

    /// <returns>How long it took; null where it is not known.</returns>
    public async Task<TimeSpan?> WaitVisibleAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < MaxLag)
        {
            if (await SampleAsync(cancel) is not { } behind)
                return null;
            if (behind == 0)
                return Stopwatch.GetElapsedTime(started);
            await Task.Delay(Poll, cancel);
        }

        return null;
    }

    public void Dispose() => _counter.Dispose();

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
