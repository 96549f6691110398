namespace Attribution.Ring;

/// <summary>
/// One stage's work on what the ring carries. Every member is called on the thread of the one
/// <see cref="BatchProcessor"/> that owns the handler; an exception stops that processor.
/// </summary>
public interface IBatchHandler
{
    /// <summary>
    /// Sequences first to last, both included, are published and every dependency has passed them.
    /// </summary>
    void OnBatch(long first, long last);

    /// <summary>
    /// Nothing came for the idle interval; repeated once per interval for as long as nothing comes.
    /// </summary>
    void OnIdle();

    /// <summary>Before the first batch.</summary>
    void OnStart();

    /// <summary>After the last batch, also when a batch failed.</summary>
    void OnStop();
}
