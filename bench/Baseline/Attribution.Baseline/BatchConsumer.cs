using System.Diagnostics;
using System.Threading.Channels;

namespace Attribution.Baseline;

/// <summary>
/// Takes events off the channel and gathers batches, which the store gets where there is one. One task.
/// </summary>
internal sealed class BatchConsumer(
    Channel<IncomingEvent> channel, EventStore store, ILogger<BatchConsumer> log) : BackgroundService
{
    private const int MaxBatch = 10_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private long _pending;

    /// <summary>Events that were answered and not stored yet; any thread may ask.</summary>
    public long Pending => channel.Reader.Count + Volatile.Read(ref _pending);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.OpenAsync(stoppingToken);
        var batch = new List<IncomingEvent>(MaxBatch);
        while (await channel.Reader.WaitToReadAsync(stoppingToken))
        {
            long first = Stopwatch.GetTimestamp();
            do
            {
                while (batch.Count < MaxBatch && channel.Reader.TryRead(out IncomingEvent? one))
                    batch.Add(one);
                Volatile.Write(ref _pending, batch.Count);
            }
            while (batch.Count < MaxBatch && await HasMoreAsync(MaxAge - Stopwatch.GetElapsedTime(first)));

            await StoreAsync(batch, stoppingToken);
            batch.Clear();
            Volatile.Write(ref _pending, 0);
        }
    }

    private async Task StoreAsync(List<IncomingEvent> batch, CancellationToken stopping)
    {
        try
        {
            await store.WriteAsync(batch, stopping);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            log.LogError(error, "A batch of {Count} events is lost", batch.Count);
        }
    }

    private async ValueTask<bool> HasMoreAsync(TimeSpan atMost)
    {
        if (atMost <= TimeSpan.Zero)
            return false;
        if (channel.Reader.Count > 0)
            return true;
        using var over = new CancellationTokenSource(atMost);
        try
        {
            return await channel.Reader.WaitToReadAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
