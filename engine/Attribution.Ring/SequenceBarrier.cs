using System.Diagnostics;

namespace Attribution.Ring;

/// <summary>
/// What one consumer waits behind: the producers, or the consumers it depends on. One thread waits on it; any
/// thread may alert it.
/// </summary>
public sealed class SequenceBarrier
{
    private const long NotParked = long.MaxValue;

    private readonly Sequencer _sequencer;
    private readonly Sequence[] _dependencies;
    private readonly WaitStrategy _waits;
    private readonly Parker _parker = new();
    private long _parkedFor = NotParked;
    private int _alerted;

    internal SequenceBarrier(Sequencer sequencer, Sequence[] dependencies, WaitStrategy waits)
    {
        _sequencer = sequencer;
        _waits = waits;
        _dependencies = dependencies;
    }

    public long FirstSequence => _sequencer.FirstSequence;

    public bool IsAlerted => Volatile.Read(ref _alerted) != 0;

    /// <summary>Whether the consumer may handle that sequence.</summary>
    public bool IsReady(long sequence)
    {
        if (_dependencies.Length == 0)
            return _sequencer.IsAvailable(sequence);

        // A dependency only passes what is published, so the producers need not be asked as well.
        return Sequence.Minimum(_dependencies, long.MaxValue) >= sequence;
    }

    /// <summary>
    /// Waits until the sequence is ready; then gives the last of at most <paramref name="maxCount"/> ready
    /// ones from it on.
    /// </summary>
    /// <returns>False on time-out or alert.</returns>
    public bool TryWaitFor(long sequence, int maxCount, TimeSpan timeout, out long available)
    {
        available = sequence - 1;
        if (!IsReady(sequence))
        {
            long deadline = Deadline(timeout);
            if (!_waits.WaitFor(this, sequence, deadline))
                return false;
        }

        long last = sequence + maxCount - 1;
        available = _dependencies.Length == 0
            ? _sequencer.HighestPublishedSequence(sequence, Math.Min(last, _sequencer.Cursor))
            : Sequence.Minimum(_dependencies, last);
        return true;
    }

    /// <summary>
    /// The last sequence published without a gap from <paramref name="first"/> on, ready or not.
    /// </summary>
    public long HighestPublishedSequence(long first) =>
        _sequencer.HighestPublishedSequence(first, _sequencer.Cursor);

    /// <summary>Ends the wait of the consumer, now or the next time it would wait.</summary>
    public void Alert()
    {
        Interlocked.Exchange(ref _alerted, 1);
        _parker.Unpark();
    }

    /// <summary>
    /// A full fence: a consumer that clears and then looks why it was alerted misses no reason.
    /// </summary>
    public void ClearAlert() => Interlocked.Exchange(ref _alerted, 0);

    /// <summary>Called by the consumer after it set its own sequence.</summary>
    public void Advanced() => _sequencer.Advanced();

    /// <summary>
    /// Sleeps until the sequence is ready, an alert or the time-out; may return early. For wait strategies.
    /// </summary>
    public void Park(long sequence, TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _parkedFor, sequence, NotParked) != NotParked)
            throw new InvalidOperationException("A barrier serves one waiting thread.");

        // Count first (a full fence), look second; see Sequencer.Advanced for the other side.
        _sequencer.BeginParking();
        try
        {
            if (!IsReady(sequence) && !IsAlerted)
                _parker.Park(timeout);
        }
        finally
        {
            Volatile.Write(ref _parkedFor, NotParked);
            _sequencer.EndParking();
        }
    }

    internal void WakeIfReady()
    {
        long sequence = Volatile.Read(ref _parkedFor);
        if (sequence == NotParked || !IsReady(sequence))
            return;

        _parker.Unpark();
    }

    private static long Deadline(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return long.MaxValue;
        return Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
    }
}
