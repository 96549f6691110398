namespace Attribution.Engine.Ingest;

/// <summary>
/// How many events one key may send: so many per second, and what a second brings at once. Lock-free and
/// without allocations; taken from by all requests at once.
/// </summary>
/// <remarks>
/// The generic cell rate algorithm (ITU-T I.371, annex A): one number says until when all events taken so
/// far are paid for, and it may lie one second ahead of now. A body of more events than a second brings is
/// taken when nothing is owed, and paid for afterwards: otherwise no retry could ever send it. So within any
/// t seconds at most rate × t, and a second's worth or one body's events, are taken.
/// </remarks>
public sealed class EventQuota
{
    /// <summary>Finer than a nanosecond, and 64 bits last for 18 years.</summary>
    private const long MaxUnitsPerSecond = 16_000_000_000;

    private readonly TimeProvider _clock;

    // Time is counted in parts of a second of which each event costs a whole number: nothing is rounded.
    private readonly long _unitsPerEvent;
    private readonly long _unitsPerSecond;
    private readonly long _started;
    private long _paidUntil;

    /// <param name="eventsPerSecond">1 to 1,000,000,000.</param>
    /// <param name="clock">Its timestamps are used, which no change of the time of day moves.</param>
    public EventQuota(int eventsPerSecond, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(eventsPerSecond, 1);
        ArgumentNullException.ThrowIfNull(clock);
        EventsPerSecond = eventsPerSecond;
        _clock = clock;
        _unitsPerEvent = Math.Max(1, MaxUnitsPerSecond / eventsPerSecond);
        _unitsPerSecond = _unitsPerEvent * eventsPerSecond;
        _started = clock.GetTimestamp();
    }

    public int EventsPerSecond { get; }

    /// <param name="events">1 to <see cref="EventBatch.MaxEvents"/>; all or none are taken.</param>
    /// <param name="retryAfterSeconds">When refused: after how many whole seconds they may come, at least
    /// 1.</param>
    public bool TryTake(int events, out int retryAfterSeconds)
    {
        retryAfterSeconds = 0;
        long now = Now();
        long cost = events * _unitsPerEvent;
        while (true)
        {
            long paidUntil = Volatile.Read(ref _paidUntil);
            long owed = Math.Max(0, paidUntil - now);
            if (owed > 0 && owed + cost > _unitsPerSecond)
            {
                long wait = Math.Min(owed, owed + cost - _unitsPerSecond);
                retryAfterSeconds = (int)Math.Max(1, (wait + _unitsPerSecond - 1) / _unitsPerSecond);
                return false;
            }

            if (Interlocked.CompareExchange(ref _paidUntil, now + owed + cost, paidUntil) == paidUntil)
                return true;
        }
    }

    /// <summary>Gives back what was taken for a body of which then nothing was kept.</summary>
    public void Return(int events) => Interlocked.Add(ref _paidUntil, -(events * _unitsPerEvent));

    private long Now() =>
        (long)((Int128)(_clock.GetTimestamp() - _started) * _unitsPerSecond / _clock.TimestampFrequency);
}
