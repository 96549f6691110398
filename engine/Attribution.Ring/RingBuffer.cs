namespace Attribution.Ring;

/// <summary>
/// A ring of value slots and the sequencer that hands them out. A slot belongs to the producer that claimed
/// it until it is published, then to the consumers in their order.
/// </summary>
public sealed class RingBuffer<T>
    where T : unmanaged
{
    // Keeps the first and last slots off the cache lines of neighbouring objects.
    private const int PaddingBytes = 128;

    private readonly T[] _slots;
    private readonly int _padding;
    private readonly int _mask;

    public RingBuffer(Sequencer sequencer)
    {
        ArgumentNullException.ThrowIfNull(sequencer);
        Sequencer = sequencer;
        int slotBytes = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        _padding = (PaddingBytes + slotBytes - 1) / slotBytes;
        _mask = sequencer.BufferSize - 1;

        // Pinned: large, alive as long as the process, and never worth moving.
        _slots = GC.AllocateArray<T>(sequencer.BufferSize + (2 * _padding), pinned: true);
    }

    public Sequencer Sequencer { get; }

    public int BufferSize => Sequencer.BufferSize;

    public long Cursor => Sequencer.Cursor;

    /// <summary>
    /// The slot of a sequence that the caller has claimed, or that its barrier has given it.
    /// </summary>
    public ref T this[long sequence] => ref _slots[_padding + (int)(sequence & _mask)];

    /// <inheritdoc cref="Sequencer.TryNext"/>
    public bool TryNext(int count, out long last) => Sequencer.TryNext(count, out last);

    /// <inheritdoc cref="Sequencer.Next"/>
    public long Next(int count) => Sequencer.Next(count);

    /// <inheritdoc cref="Sequencer.Publish(long, long)"/>
    public void Publish(long first, long last) => Sequencer.Publish(first, last);

    /// <inheritdoc cref="Sequencer.WaitForRoomAsync"/>
    public ValueTask<bool> WaitForRoomAsync(int count, TimeSpan timeout, CancellationToken cancel) =>
        Sequencer.WaitForRoomAsync(count, timeout, cancel);

    /// <inheritdoc cref="Sequencer.NewBarrier(Sequence[])"/>
    public SequenceBarrier NewBarrier(params Sequence[] dependsOn) => Sequencer.NewBarrier(dependsOn);

    /// <inheritdoc cref="Sequencer.AddGatingSequences"/>
    public void AddGatingSequences(params Sequence[] sequences) => Sequencer.AddGatingSequences(sequences);
}
