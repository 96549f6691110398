namespace Attribution.Engine.Sink.Spill;

/// <summary>
/// What waits on the disk for ClickHouse to come back. Written by the spill, read by any thread.
/// </summary>
public sealed class SpillStats
{
    private long _bytes;
    private long _blocks;
    private long _total;
    private long _failures;

    /// <summary>Bytes of the files there are now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Blocks that are spilled and not yet durable in ClickHouse.</summary>
    public long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Blocks spilled since the start.</summary>
    public long TotalBlocks => Volatile.Read(ref _total);

    /// <summary>Blocks that the disk did not take; their writers waited instead.</summary>
    public long Failures => Volatile.Read(ref _failures);

    internal void OnSpilled(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _blocks);
        Interlocked.Increment(ref _total);
    }

    internal void OnFinished(long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Decrement(ref _blocks);
    }

    internal void OnFailed() => Interlocked.Increment(ref _failures);
}
