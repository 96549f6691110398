using System.Diagnostics;

namespace Attribution.Ring;

/// <summary>
/// How a consumer waits for its barrier. Stateless between calls, so one instance may serve several rings and
/// threads.
/// </summary>
public abstract class WaitStrategy
{
    // Bounds every sleep, so that even a consumer advanced by foreign code without a signal is noticed.
    private static readonly TimeSpan MaxPark = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether waiting threads sleep and so have to be signalled.</summary>
    public abstract bool Parks { get; }

    /// <summary>
    /// Waits until the sequence is ready; the deadline is in <see cref="Stopwatch"/> ticks, the largest
    /// number for none.
    /// </summary>
    /// <returns>False at the deadline or when the barrier is alerted.</returns>
    public abstract bool WaitFor(SequenceBarrier barrier, long sequence, long deadlineTimestamp);

    /// <summary>Whether to give up: alerted, or past the deadline.</summary>
    protected static bool IsOver(SequenceBarrier barrier, long deadlineTimestamp) =>
        barrier.IsAlerted || Stopwatch.GetTimestamp() >= deadlineTimestamp;

    protected static bool ParkUntilReady(SequenceBarrier barrier, long sequence, long deadlineTimestamp)
    {
        while (!barrier.IsReady(sequence))
        {
            if (barrier.IsAlerted)
                return false;

            TimeSpan remaining = Remaining(deadlineTimestamp);
            if (remaining <= TimeSpan.Zero)
                return false;

            barrier.Park(sequence, remaining);
        }

        return true;
    }

    private static TimeSpan Remaining(long deadlineTimestamp)
    {
        if (deadlineTimestamp == long.MaxValue)
            return MaxPark;

        TimeSpan remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadlineTimestamp);
        if (remaining > MaxPark)
            return MaxPark;

        // Sleeps are counted in whole milliseconds; a remainder below one must not become no sleep at all.
        return remaining > TimeSpan.Zero && remaining < TimeSpan.FromMilliseconds(1)
            ? TimeSpan.FromMilliseconds(1)
            : remaining;
    }
}
