namespace Attribution.Bench.Load;

/// <summary>
/// What one sending thread counts, from its start. Written by that thread; others may read it at any time and
/// see a moment ago.
/// </summary>
internal sealed class LoadCounts
{
    private long _accepted;
    private long _errors;

    /// <summary>Of the phase under way: replaced when one begins.</summary>
    public LatencyHistogram Latencies { get; private set; } = new();

    /// <summary>Events the engine took.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Events refused, invalid, or lost with their connection.</summary>
    public long Errors => Volatile.Read(ref _errors);

    public string FirstError { get; private set; } = "";

    public void BeginPhase() => Latencies = new LatencyHistogram();

    public void Accept(int events) => Volatile.Write(ref _accepted, _accepted + events);

    public void Fail(long events, string reason)
    {
        Volatile.Write(ref _errors, _errors + events);
        if (FirstError.Length == 0)
            FirstError = reason;
    }
}
