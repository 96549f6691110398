namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Tells an outage of ClickHouse from mere slowness, by when an insert landed last and how the attempts since
/// ended. Written by senders, read by any thread.
/// </summary>
/// <param name="clock">Of the pipeline.</param>
/// <param name="spillAfter"><see cref="SinkOptions.SpillAfter"/>.</param>
public sealed class InsertProgress(TimeProvider clock, TimeSpan spillAfter)
{
    /// <summary>
    /// How many times as long inserts may take that neither land nor fail: a server that hangs says nothing
    /// until the time-out of the insert, and a slow one lands something in that time.
    /// </summary>
    private const int SilenceFactor = 5;

    private int _inFlight;
    private int _hasFailed;
    private long _quietSince;

    /// <summary>Blocks that senders are working on: compressing, sending, or waiting to send again.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How long there have been inserts on their way and none has landed.</summary>
    public TimeSpan QuietFor =>
        InFlight == 0 ? TimeSpan.Zero : clock.GetElapsedTime(Volatile.Read(ref _quietSince));

    /// <summary>
    /// Nothing has landed for the time after which blocks are spilled, and attempts failed meanwhile or it is
    /// far longer still. Over with the first insert that lands.
    /// </summary>
    public bool IsOutage
    {
        get
        {
            TimeSpan quiet = QuietFor;
            return quiet >= spillAfter
                && (Volatile.Read(ref _hasFailed) == 1 || quiet >= spillAfter * SilenceFactor);
        }
    }

    internal void OnTaken()
    {
        // Before the count, so that whoever sees it does not take an idle night for an outage.
        if (InFlight == 0)
            OnLanded();
        Interlocked.Increment(ref _inFlight);
    }

    internal void OnLanded()
    {
        Volatile.Write(ref _hasFailed, 0);
        Volatile.Write(ref _quietSince, clock.GetTimestamp());
    }

    internal void OnFailed() => Volatile.Write(ref _hasFailed, 1);

    internal void OnDone() => Interlocked.Decrement(ref _inFlight);
}
