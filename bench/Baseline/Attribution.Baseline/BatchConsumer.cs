using System.Threading.Channels;

namespace Attribution.Baseline;

/// <summary>
/// Takes events off the channel and gathers batches, which it would write somewhere; here they are let go.
/// One task.
/// </summary>
internal sealed class BatchConsumer(Channel<IncomingEvent> channel) : BackgroundService
{
    private const int MaxBatch = 10_000;

    /// <summary>Events taken since the start.</summary>
    public long Events { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<IncomingEvent>(MaxBatch);
        while (await channel.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < MaxBatch && channel.Reader.TryRead(out IncomingEvent? one))
                batch.Add(one);
            Events += batch.Count;
            batch.Clear();
        }
    }
}
