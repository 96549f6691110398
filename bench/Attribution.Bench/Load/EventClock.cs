namespace Attribution.Bench.Load;

/// <summary>
/// What time a load's events carry. Immutable; any thread may ask.
/// </summary>
/// <remarks>
/// A million persons meet an engine at its top rate every few seconds, as no person does. So event time runs
/// faster than the clock, as in a stream of last month's events: it begins in the past and ends about now,
/// two hours pass in a second, and a person's touches lie hours and days apart.
/// </remarks>
internal sealed class EventClock
{
    private const double MaxSpeed = 2 * 60 * 60;

    /// <summary>Within what an engine remembers of a person, and in two months at most.</summary>
    private static readonly TimeSpan MaxSpan = TimeSpan.FromDays(28);

    private readonly long _startMillis;
    private readonly long _originMillis;

    private EventClock(long startMillis, long originMillis, double speed)
    {
        _startMillis = startMillis;
        _originMillis = originMillis;
        Speed = speed;
    }

    /// <summary>Events carry the time at which they are sent.</summary>
    public static EventClock Wall { get; } = new(0, 0, 1);

    /// <summary>Seconds of event time per second.</summary>
    public double Speed { get; }

    /// <param name="length">How long the load will go on; event time stops at the clock's afterwards.</param>
    /// <param name="nowMillis">When the load begins.</param>
    public static EventClock Over(TimeSpan length, long nowMillis)
    {
        double speed = Math.Clamp(MaxSpan / length, 1, MaxSpeed);
        return new EventClock(nowMillis, nowMillis - (long)(length.TotalMilliseconds * (speed - 1)), speed);
    }

    /// <summary>The event time at a time of the clock; never ahead of it.</summary>
    public long At(long nowMillis) =>
        Math.Min(nowMillis, _originMillis + (long)((nowMillis - _startMillis) * Speed));
}
