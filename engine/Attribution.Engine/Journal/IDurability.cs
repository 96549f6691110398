namespace Attribution.Engine.Journal;

/// <summary>
/// Tells a request when its events are as durable as was promised. Safe for use by any thread.
/// </summary>
public interface IDurability
{
    /// <summary>False while no more events should be accepted, as the disk would not take them.</summary>
    bool TakesMore { get; }

    /// <summary>Completes once the event of this sequence, and so every earlier one, is durable.</summary>
    /// <exception cref="JournalException">The journal cannot write; the request must be refused.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up; the event may become durable
    /// yet.</exception>
    ValueTask WaitAsync(long sequence, CancellationToken cancel);
}
