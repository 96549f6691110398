using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine;

/// <summary>
/// The ring every event passes through: slots and, beside them, the bytes of their text. Many producers claim
/// and publish; consumers read behind their barriers. Safe for any thread.
/// </summary>
/// <remarks>
/// One claim takes its slots and its bytes under one short lock, so both lie in the same order and the
/// slowest consumer's sequence alone says how many bytes are free. Filling and publishing happen outside the
/// lock, in any order.
/// </remarks>
public sealed class EventRing
{
    private readonly MultiProducerSequencer _sequencer;
    private readonly RingBuffer<EventRecord> _records;
    private readonly ByteArena _arena;

    // Per slot: the arena is free up to here once every consumer has passed the slot.
    private readonly long[] _freedOffsets;
    private readonly int _mask;
    private ShortLock _claiming;
    private long _reclaimedSequence;

    public EventRing(EventRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sequencer = new MultiProducerSequencer(options.Slots, options.WaitStrategy, options.FirstSequence);
        _records = new RingBuffer<EventRecord>(_sequencer);
        _arena = new ByteArena(options.ArenaBytes);
        _freedOffsets = new long[options.Slots];
        _mask = options.Slots - 1;
        _reclaimedSequence = options.FirstSequence - 1;
        _sequencer.Room = new RoomWaiters(HasRoom);
    }

    public int Slots => _sequencer.BufferSize;

    public int ArenaBytes => _arena.CapacityBytes;

    public long FirstSequence => _sequencer.FirstSequence;

    /// <summary>The last sequence claimed; it may not be published yet.</summary>
    public long Cursor => _sequencer.Cursor;

    /// <summary>How full the ring is, 0 to 1: the slots or the bytes, whichever is fuller.</summary>
    public double Fill
    {
        get
        {
            _claiming.Enter();
            try
            {
                Reclaim();
                double slots = (Cursor - _reclaimedSequence) / (double)Slots;
                return Math.Clamp(Math.Max(slots, _arena.Fill), 0, 1);
            }
            finally
            {
                _claiming.Exit();
            }
        }
    }

    /// <summary>
    /// The record of a sequence that the caller has claimed, or that its barrier has given it.
    /// </summary>
    public ref EventRecord this[long sequence] => ref _records[sequence];

    /// <summary>
    /// Claims slots, and bytes that are contiguous in the arena; refuses when either is full. The producer
    /// fills every record, its <see cref="EventRecord.ArenaOffset"/> included, and publishes the claim
    /// whatever happens.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No event, or more than the whole ring or arena can
    /// hold.</exception>
    public bool TryClaim(int events, int bytes, out EventClaim claim)
    {
        CheckSize(events, bytes);
        claim = default;

        _claiming.Enter();
        try
        {
            if (!Fits(events, bytes))
            {
                Reclaim();
                if (!Fits(events, bytes))
                    return false;
            }

            claim = Claim(events, bytes);
            return true;
        }
        finally
        {
            _claiming.Exit();
        }
    }

    /// <summary>
    /// Completes when such a claim was possible, false on time-out or when too many wait already; blocks no
    /// thread. The room is not reserved: the claim after it may still be refused.
    /// </summary>
    public ValueTask<bool> WaitForRoomAsync(int events, int bytes, TimeSpan timeout, CancellationToken cancel)
    {
        CheckSize(events, bytes);
        return _sequencer.Room.WaitAsync(events, bytes, timeout, cancel);
    }

    /// <summary>The claim's bytes, for the producer to fill.</summary>
    public Span<byte> ClaimBytes(in EventClaim claim) => _arena.Bytes(claim.ArenaOffset, claim.Bytes);

    /// <summary>
    /// A record's bytes; valid until the consumer that gates the ring has passed the record.
    /// </summary>
    public ReadOnlySpan<byte> Bytes(in EventRecord record) =>
        _arena.Bytes(record.ArenaOffset, record.Header.BytesLength);

    public void Publish(in EventClaim claim) => _sequencer.Publish(claim.First, claim.Last);

    /// <inheritdoc cref="Sequencer.NewBarrier(Sequence[])"/>
    public SequenceBarrier NewBarrier(params Sequence[] dependsOn) => _sequencer.NewBarrier(dependsOn);

    /// <inheritdoc cref="Sequencer.NewBarrier(WaitStrategy, Sequence[])"/>
    public SequenceBarrier NewBarrier(WaitStrategy waits, params Sequence[] dependsOn) =>
        _sequencer.NewBarrier(waits, dependsOn);

    /// <inheritdoc cref="Sequencer.AddGatingSequences"/>
    public void AddGatingSequences(params Sequence[] sequences) => _sequencer.AddGatingSequences(sequences);

    /// <inheritdoc cref="Sequencer.RemoveGatingSequence"/>
    public bool RemoveGatingSequence(Sequence sequence) => _sequencer.RemoveGatingSequence(sequence);

    private void CheckSize(int events, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(events, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, Slots);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, ArenaBytes);
    }

    private bool HasRoom(long events, long bytes)
    {
        _claiming.Enter();
        try
        {
            Reclaim();
            return Fits(events, bytes);
        }
        finally
        {
            _claiming.Exit();
        }
    }

    // Measured against the sequence reclaimed so far, not the newest one: a slot's freed offset must be read
    // before the slot is claimed again and the offset overwritten.
    private bool Fits(long events, long bytes) =>
        Cursor + events - Slots <= _reclaimedSequence && _arena.HasRoom(bytes);

    private void Reclaim()
    {
        long slowest = _sequencer.MinimumGatingSequence();
        if (slowest <= _reclaimedSequence)
            return;

        _reclaimedSequence = slowest;
        _arena.Reclaim(_freedOffsets[slowest & _mask]);
    }

    private EventClaim Claim(int events, int bytes)
    {
        long before = _arena.Position;
        bool granted = _arena.TryClaim(bytes, out long offset) & _sequencer.TryNext(events, out long last);
        if (!granted)
            throw new InvalidOperationException("A claim that fits was refused.");

        // A consumer may stop in the middle of the claim; then none of the claim's bytes are free yet.
        long first = last - events + 1;
        int start = (int)(first & _mask);
        int untilWrap = Math.Min(events, Slots - start);
        _freedOffsets.AsSpan(start, untilWrap).Fill(before);
        _freedOffsets.AsSpan(0, events - untilWrap).Fill(before);
        _freedOffsets[last & _mask] = _arena.Position;

        return new EventClaim(first, events, offset, bytes);
    }
}
