namespace Attribution.Faults.Processes;

/// <summary>
/// A request body, the ids of its events, and what became of it. Owned by the client that sends it, then by
/// the audit.
/// </summary>
public sealed class CrashBatch(ReadOnlyMemory<byte> body, string[] ids)
{
    /// <summary>Dropped once it was acknowledged.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    /// <summary>A repeated event's id occurs twice in a run, at times in one batch.</summary>
    public string[] Ids { get; } = ids;

    /// <summary>Ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0 until it was acknowledged.</summary>
    public long AcknowledgedAt { get; private set; }

    public bool IsAcknowledged => AcknowledgedAt != 0;

    public void Acknowledge(long now)
    {
        AcknowledgedAt = now;
        Body = default;
    }
}
