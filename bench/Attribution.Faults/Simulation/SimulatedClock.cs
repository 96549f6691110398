namespace Attribution.Faults.Simulation;

/// <summary>
/// Time that stands still until it is advanced, and a wall clock that can be set wrong. Timers fire on the
/// thread that advances it. Timers may be made and disposed by any thread.
/// </summary>
public sealed class SimulatedClock : TimeProvider
{
    /// <summary>An hour before a month ends: late and early events fall into two partitions.</summary>
    private static readonly DateTimeOffset Start = new(2026, 10, 31, 23, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<SimulatedTimer> _timers = [];
    private TimeSpan _elapsed;
    private TimeSpan _wallError;
    private long _madeTimers;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => _elapsed;

    public long NowMillis => GetUtcNow().ToUnixTimeMilliseconds();

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + _elapsed + _wallError;

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves on and fires what falls due on the way, in the order of its time; a repeating timer once, as
    /// nobody has taken its tick meanwhile.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan until = _elapsed + by;
        while (TakeDue(until) is { } timer)
            timer.Fire();
        _elapsed = until;
    }

    /// <summary>How long until the next timer fires; null where none is set.</summary>
    public TimeSpan? UntilNextTimer()
    {
        using (_gate.EnterScope())
            return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due) - _elapsed;
    }

    /// <summary>Mostly what is usual; now and then seconds, or an hour.</summary>
    public static TimeSpan SomeTime(Random random, TimeSpan usual) => random.Next(12) switch
    {
        0 => TimeSpan.FromMinutes(random.Next(1, 90)),
        1 => TimeSpan.FromSeconds(random.Next(1, 40)),
        _ => usual,
    };

    /// <summary>Somebody sets the wall clock; elapsed time goes on as before.</summary>
    public void JumpWall(TimeSpan by) => _wallError += by;

    /// <summary>The process whose timers these are is gone.</summary>
    public void ForgetTimers()
    {
        using (_gate.EnterScope())
            _timers.Clear();
    }

    private SimulatedTimer? TakeDue(TimeSpan until)
    {
        using (_gate.EnterScope())
        {
            SimulatedTimer? first = null;
            foreach (SimulatedTimer timer in _timers)
            {
                if (timer.Due <= until && (first is null || timer.IsBefore(first)))
                    first = timer;
            }

            if (first is null)
                return null;
            _elapsed = first.Due > _elapsed ? first.Due : _elapsed;
            if (first.Period > TimeSpan.Zero)
                first.Due = until + first.Period;
            else
                _timers.Remove(first);
            return first;
        }
    }

    /// <summary>One timer of the clock. Changed under the clock's lock.</summary>
    private sealed class SimulatedTimer(SimulatedClock clock, Action callback) : ITimer
    {
        private long _number;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool IsBefore(SimulatedTimer other) =>
            Due < other.Due || (Due == other.Due && _number < other._number);

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            using (clock._gate.EnterScope())
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._elapsed + dueTime;
                Period = period;
                _number = clock._madeTimers++;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            using (clock._gate.EnterScope())
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
