using System.Numerics;

namespace Attribution.Ring;

/// <summary>
/// The sequencer for a ring that several threads fill: each claims its range by one compare-and-set and
/// publishes it in any order; a flag per slot tells consumers how far all ranges are published. Safe for any
/// thread.
/// </summary>
public sealed class MultiProducerSequencer : Sequencer
{
    // The lap in which the slot was last published. Laps are compared for equality only, so the cut to 32
    // bits is harmless: a consumer would have to sleep through 2^32 laps that its own gating sequence
    // forbids.
    private readonly int[] _publishedLaps;
    private readonly Sequence _cachedGating;
    private readonly int _mask;
    private readonly int _lapShift;

    /// <inheritdoc/>
    public MultiProducerSequencer(int bufferSize, WaitStrategy? waitStrategy = null, long firstSequence = 0)
        : base(bufferSize, waitStrategy, firstSequence)
    {
        _mask = bufferSize - 1;
        _lapShift = BitOperations.Log2((uint)bufferSize);
        _cachedGating = new Sequence(firstSequence - 1);
        _publishedLaps = new int[bufferSize];

        // The lap before the one in which a slot is first used: sequences before the first count as
        // published.
        for (int i = 0; i < bufferSize; i++)
            _publishedLaps[(firstSequence + i) & _mask] = Lap(firstSequence + i) - 1;
    }

    /// <inheritdoc/>
    public override bool TryNext(int count, out long last)
    {
        CheckCount(count);
        while (true)
        {
            long current = CursorSequence.Value;
            last = current + count;
            if (last - BufferSize > _cachedGating.Value && !RefreshGating(current, last))
            {
                last = current;
                return false;
            }

            if (CursorSequence.CompareAndSet(current, last))
                return true;
        }
    }

    /// <inheritdoc/>
    public override void Publish(long first, long last)
    {
        // A release: a consumer that sees a flag also sees the slot's content. Flags written side by side may
        // become visible in any order, and even byte by byte: the lap before and this one differ, so a flag
        // equals this lap only once all of it is there.
        Volatile.WriteBarrier();
        if (first == last)
        {
            _publishedLaps[first & _mask] = Lap(first);
        }
        else
        {
            int start = (int)(first & _mask);
            int untilWrap = (int)Math.Min(last - first + 1, BufferSize - start);
            _publishedLaps.AsSpan(start, untilWrap).Fill(Lap(first));
            _publishedLaps.AsSpan(0, (int)(last - first + 1) - untilWrap).Fill(Lap(last));
        }

        Signal(last - first + 1);
    }

    /// <inheritdoc/>
    public override bool IsAvailable(long sequence) =>
        Volatile.Read(ref _publishedLaps[sequence & _mask]) == Lap(sequence);

    /// <inheritdoc/>
    public override long HighestPublishedSequence(long first, long last)
    {
        long sequence = first;
        while (sequence <= last)
        {
            // To the end of the ring or of the question. Flags in vectors, here and in Publish, made one
            // producer with batches of 100 faster by 1.3 (RingProducersBenchmarks).
            int start = (int)(sequence & _mask);
            int count = (int)Math.Min(last - sequence + 1, BufferSize - start);
            int missing = _publishedLaps.AsSpan(start, count).IndexOfAnyExcept(Lap(sequence));
            sequence += missing < 0 ? count : missing;
            if (missing >= 0)
                break;
        }

        // An acquire: what the producers wrote before their flags is visible from here on.
        Volatile.ReadBarrier();
        return sequence - 1;
    }

    /// <inheritdoc/>
    public override bool HasAvailableCapacity(long count)
    {
        long cursor = Cursor;
        return cursor + count - BufferSize <= MinimumGatingSequence(cursor);
    }

    // The cursor is the last sequence claimed, and every claim is a full fence, so late gating needs none
    // here.
    private bool RefreshGating(long current, long last)
    {
        long gating = MinimumGatingSequence(current);
        // Two producers may store an older minimum after a newer one; too small a cache only costs a refresh.
        _cachedGating.SetValue(gating);
        return last - BufferSize <= gating;
    }

    private int Lap(long sequence) => (int)(sequence >>> _lapShift);
}
