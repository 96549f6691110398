namespace Attribution.Engine.Ingest;

/// <summary>
/// Keeps batches for reuse, up to a bound; beyond it they are made anew and left to the garbage collector.
/// Called by all requests at once.
/// </summary>
public sealed class EventBatchPool(int capacity = 64)
{
    private readonly EventBatch?[] _kept = new EventBatch?[capacity];

    public EventBatch Rent()
    {
        foreach (ref EventBatch? place in _kept.AsSpan())
        {
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } batch)
                return batch;
        }

        return new EventBatch();
    }

    public void Return(EventBatch batch)
    {
        batch.Clear();
        batch.Trim();
        foreach (ref EventBatch? place in _kept.AsSpan())
        {
            if (Volatile.Read(ref place) is null
                && Interlocked.CompareExchange(ref place, batch, null) is null)
                return;
        }
    }
}
