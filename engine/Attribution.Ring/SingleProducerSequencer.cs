using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Attribution.Ring;

/// <summary>
/// The sequencer for a ring that one thread fills. Claiming and publishing belong to that thread alone.
/// </summary>
public sealed class SingleProducerSequencer : Sequencer
{
    private ProducerState _producer;

    /// <inheritdoc/>
    public SingleProducerSequencer(int bufferSize, WaitStrategy? waitStrategy = null, long firstSequence = 0)
        : base(bufferSize, waitStrategy, firstSequence)
    {
        _producer.Claimed = firstSequence - 1;
        _producer.CachedGating = firstSequence - 1;
    }

    /// <inheritdoc/>
    public override bool TryNext(int count, out long last)
    {
        CheckCount(count);
        last = _producer.Claimed + count;
        if (last - BufferSize > _producer.CachedGating && !RefreshGating(last))
        {
            last = _producer.Claimed;
            return false;
        }

        _producer.Claimed = last;
        return true;
    }

    /// <inheritdoc/>
    public override void Publish(long first, long last)
    {
        Debug.Assert(first == Cursor + 1 && last <= _producer.Claimed, "One producer publishes in order.");
        CursorSequence.SetValue(last);
        Signal(last - first + 1);
    }

    /// <inheritdoc/>
    public override bool IsAvailable(long sequence) => sequence <= Cursor;

    /// <inheritdoc/>
    public override long HighestPublishedSequence(long first, long last) => Math.Min(last, Cursor);

    /// <summary>
    /// As the base says; without counting claims that are not published yet, when another thread asks.
    /// </summary>
    public override bool HasAvailableCapacity(long count) =>
        Volatile.Read(ref _producer.Claimed) + count - BufferSize <= MinimumGatingSequence();

    private bool RefreshGating(long last)
    {
        // The cursor published before must be visible before the gating sequences are read, or a consumer
        // added meanwhile could start at an older cursor while this claim does not see it yet.
        Interlocked.MemoryBarrier();
        _producer.CachedGating = MinimumGatingSequence();
        return last - BufferSize <= _producer.CachedGating;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct ProducerState
    {
        [FieldOffset(120)]
        public long Claimed;

        [FieldOffset(128)]
        public long CachedGating;
    }
}
