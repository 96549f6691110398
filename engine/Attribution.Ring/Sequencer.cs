using System.Numerics;

namespace Attribution.Ring;

/// <summary>
/// Hands out sequences to producers, never further than one lap ahead of the slowest gating sequence.
/// Claiming follows the subclass's rule for threads; everything else may be called by any thread.
/// </summary>
public abstract class Sequencer
{
    private readonly WaitStrategy _waitStrategy;
    private SequenceBarrier[] _barriers = [];
    private Sequence[] _gatingSequences = [];
    private PaddedInt _parkedCount;

    /// <param name="bufferSize">A power of two.</param>
    /// <param name="waitStrategy">How consumers wait; null for
    /// <see cref="SpinThenParkWaitStrategy"/>.</param>
    /// <param name="firstSequence">The first sequence that is handed out; not negative.</param>
    protected Sequencer(int bufferSize, WaitStrategy? waitStrategy, long firstSequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstSequence);
        if (!BitOperations.IsPow2(bufferSize))
            throw new ArgumentException("The size of a ring is a power of two.", nameof(bufferSize));

        BufferSize = bufferSize;
        FirstSequence = firstSequence;
        CursorSequence = new Sequence(firstSequence - 1);
        Room = new RoomWaiters((slots, _) => HasAvailableCapacity(slots));
        _waitStrategy = waitStrategy ?? new SpinThenParkWaitStrategy();
    }

    public int BufferSize { get; }

    public long FirstSequence { get; }

    /// <summary>Single producer: the last sequence published. Multi producer: the last one claimed.</summary>
    public long Cursor => CursorSequence.Value;

    /// <summary>
    /// Who waits for room. An owner whose room is more than slots replaces it before the first wait.
    /// </summary>
    public RoomWaiters Room { get; set; }

    protected Sequence CursorSequence { get; }

    /// <summary>
    /// Claims <paramref name="count"/> sequences, of which <paramref name="last"/> is the last; refuses when
    /// full.
    /// </summary>
    public abstract bool TryNext(int count, out long last);

    /// <summary>
    /// Publishes sequences first to last, both included; they need not have been claimed by one call.
    /// </summary>
    public abstract void Publish(long first, long last);

    /// <summary>Whether a sequence has been published.</summary>
    public abstract bool IsAvailable(long sequence);

    /// <summary>
    /// The last sequence up to <paramref name="last"/> such that it and all from <paramref name="first"/> on
    /// are published; first - 1 when there is none.
    /// </summary>
    public abstract long HighestPublishedSequence(long first, long last);

    /// <summary>Whether a claim of that many slots would be granted now.</summary>
    public abstract bool HasAvailableCapacity(long count);

    public void Publish(long sequence) => Publish(sequence, sequence);

    /// <summary>Claims, and blocks the calling thread while the ring is full.</summary>
    public long Next(int count)
    {
        var wait = new SpinWait();
        long last;
        while (!TryNext(count, out last))
            wait.SpinOnce();
        return last;
    }

    /// <summary>
    /// Completes when a claim of that many slots was possible, false on time-out; blocks no thread. The room
    /// is not reserved: the claim after it may still be refused.
    /// </summary>
    public ValueTask<bool> WaitForRoomAsync(int count, TimeSpan timeout, CancellationToken cancel)
    {
        CheckCount(count);
        return Room.WaitAsync(count, 0, timeout, cancel);
    }

    /// <summary>
    /// Keeps producers from overtaking these sequences. Each is first set to the cursor, so a consumer that
    /// comes late starts after what is already claimed; add them before their processors start.
    /// </summary>
    public void AddGatingSequences(params Sequence[] sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);

        Sequence[] current, grown;
        do
        {
            current = Volatile.Read(ref _gatingSequences);
            // Before they are seen they must not be behind: that would stop every producer at once.
            SetToCursor(sequences);
            grown = [.. current, .. sequences];
        }
        while (Interlocked.CompareExchange(ref _gatingSequences, grown, current) != current);

        // A claim granted before the exchange was bounded by a cursor no greater than the one read now, so it
        // cannot have taken a slot after this cursor; a claim granted later sees the new sequences.
        SetToCursor(sequences);
    }

    /// <returns>False when it was not there.</returns>
    public bool RemoveGatingSequence(Sequence sequence)
    {
        Sequence[] current, shrunk;
        do
        {
            current = Volatile.Read(ref _gatingSequences);
            shrunk = Array.FindAll(current, s => s != sequence);
            if (shrunk.Length == current.Length)
                return false;
        }
        while (Interlocked.CompareExchange(ref _gatingSequences, shrunk, current) != current);

        Room.Advanced();
        return true;
    }

    /// <summary>
    /// The slowest gating sequence; the cursor when nothing gates, for then nothing can be overtaken.
    /// </summary>
    public long MinimumGatingSequence() => MinimumGatingSequence(Cursor);

    /// <summary>
    /// A barrier for one consumer, behind those sequences or, without any, behind the producers.
    /// </summary>
    public SequenceBarrier NewBarrier(params Sequence[] dependsOn) => NewBarrier(_waitStrategy, dependsOn);

    /// <summary>
    /// The same, for a consumer that waits in its own way. One that parks is woken only by a sequencer whose
    /// own strategy parks.
    /// </summary>
    public SequenceBarrier NewBarrier(WaitStrategy waits, params Sequence[] dependsOn)
    {
        ArgumentNullException.ThrowIfNull(waits);
        ArgumentNullException.ThrowIfNull(dependsOn);
        var barrier = new SequenceBarrier(this, dependsOn, waits);

        SequenceBarrier[] current, grown;
        do
        {
            current = Volatile.Read(ref _barriers);
            grown = [.. current, barrier];
        }
        while (Interlocked.CompareExchange(ref _barriers, grown, current) != current);

        return barrier;
    }

    /// <summary>
    /// Called by a consumer after it set its sequence: wakes consumers behind it and producers that wait.
    /// </summary>
    public void Advanced()
    {
        // The consumer's sequence must be visible before the counts are read: whoever is about to wait counts
        // itself first and looks at the sequences second, so one of the two always sees the other.
        Interlocked.MemoryBarrier();
        if (_parkedCount.Value != 0)
            WakeReadyBarriers();
        Room.Advanced();
    }

    internal void BeginParking() => Interlocked.Increment(ref _parkedCount.Value);

    internal void EndParking() => Interlocked.Decrement(ref _parkedCount.Value);

    internal void Wake()
    {
        // As in Advanced: publish, fence, look for who is parked.
        Interlocked.MemoryBarrier();
        if (_parkedCount.Value != 0)
            WakeReadyBarriers();
    }

    protected long MinimumGatingSequence(long cursor) =>
        Sequence.Minimum(Volatile.Read(ref _gatingSequences), cursor);

    /// <summary>
    /// Called after publishing: no system call unless a consumer is parked and can now go on, and then a
    /// later one where the thread holds them back.
    /// </summary>
    protected void Signal(long events)
    {
        if (_waitStrategy.Parks && !WakeHold.TryOwe(this, events))
            Wake();
    }

    protected void CheckCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BufferSize);
    }

    private void WakeReadyBarriers()
    {
        foreach (SequenceBarrier barrier in Volatile.Read(ref _barriers))
            barrier.WakeIfReady();
    }

    private void SetToCursor(Sequence[] sequences)
    {
        long cursor = Cursor;
        foreach (Sequence sequence in sequences)
            sequence.SetValue(cursor);
    }
}
