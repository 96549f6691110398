namespace Attribution.Ring;

/// <summary>How a batch processor cuts its work. Immutable.</summary>
public sealed record BatchProcessorOptions
{
    public static BatchProcessorOptions Default { get; } = new();

    /// <summary>
    /// Most events handed over at once. Default 4,096: the sequence moves only between batches, so one huge
    /// batch would keep the ring looking full while it is handled.
    /// </summary>
    public int MaxBatchEvents { get; init; } = 4_096;

    /// <summary>How long nothing must come before the handler hears of it. Default 20 ms.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Told on the processor's thread, after it stopped, that a handler threw.</summary>
    public Action<BatchProcessor, Exception>? Faulted { get; init; }
}
