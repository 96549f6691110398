namespace Attribution.Bench.Load;

/// <summary>
/// When the requests of one thread ought to be sent, whatever became of those before: what is late stays due,
/// and its latency counts from when it was due. Owned by one thread.
/// </summary>
/// <param name="requestsPerSecond">More than 0.</param>
/// <param name="startTicks">When the first one is due.</param>
/// <param name="ticksPerSecond">The clock's frequency.</param>
internal sealed class OpenLoopSchedule(double requestsPerSecond, long startTicks, long ticksPerSecond)
{
    private readonly double _ticksPerRequest = ticksPerSecond / requestsPerSecond;

    /// <summary>Requests taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>When the next one is due.</summary>
    public long NextTicks => startTicks + (long)(Taken * _ticksPerRequest);

    /// <summary>Requests that were due by then, taken or not.</summary>
    public long DueBy(long ticks) =>
        ticks < startTicks ? 0 : (long)((ticks - startTicks) / _ticksPerRequest) + 1;

    /// <summary>Takes the next one.</summary>
    /// <returns>When it was due.</returns>
    public long Take()
    {
        long due = NextTicks;
        Taken++;
        return due;
    }
}
