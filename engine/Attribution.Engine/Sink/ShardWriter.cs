using System.Diagnostics;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Inserts;
using Attribution.Model.Events;

namespace Attribution.Engine.Sink;

/// <summary>What rows say of the rules they were made under, in UTF-8. Immutable.</summary>
internal sealed record RowMarks(byte[] ConfigHash, byte[] IdentityRules);

/// <summary>
/// Turns what one stage (a shard's worker, or identity) derives from events into rows of ClickHouse
/// blocks. Owned by that stage's thread alone; sealed blocks go to the senders of its
/// <see cref="SinkPipeline"/>.
/// </summary>
/// <remarks>
/// Every sequence written is greater than the last one given to <see cref="Processed"/>. Any write may
/// wait: with <see cref="SinkOptions.MaxSealedBlocks"/> on their way the writer's thread waits for one of
/// them to land.
/// </remarks>
public sealed class ShardWriter
{
    private readonly BlockSet<EventsBlock> _events;
    private readonly BlockSet<AttributionsBlock> _attributions;
    private readonly BlockSet<IdentitiesBlock> _identities;
    private readonly BlockSet<DeadLettersBlock> _deadLetters;
    private readonly TimeProvider _clock;
    private readonly InsertProgress _inserts;
    private readonly int _maxInFlight;
    private long _lastReceivedMillis = long.MaxValue;
    private long _processed;

    internal ShardWriter(int index, RowMarks marks, long processed, BlockSetContext context)
    {
        _clock = context.Setup.Clock;
        _inserts = context.Stats.Inserts;
        _maxInFlight = context.Options.MaxInFlight;
        _processed = processed;
        _events = new(context, isPartitioned: true, () => new EventsBlock { WriterIndex = index });
        _attributions = new(context, isPartitioned: true,
            () => new AttributionsBlock(marks.ConfigHash) { WriterIndex = index });
        _identities = new(context, isPartitioned: false,
            () => new IdentitiesBlock(marks.IdentityRules) { WriterIndex = index });
        _deadLetters = new(context, isPartitioned: true, () => new DeadLettersBlock { WriterIndex = index });
    }

    public void WriteEvent(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        AssertAhead(sequence);
        EventsBlock block = _events.For(record.Header.TimestampMillis);
        block.Add(in record, eventBytes, sequence);
        _lastReceivedMillis = record.Header.ReceivedMillis;
        _events.SealIfFull(block);
    }

    /// <summary>
    /// A <see cref="EventKind.Rejected"/> record; its reason is the Type field, its body the Properties
    /// field.
    /// </summary>
    public void WriteDeadLetter(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        AssertAhead(sequence);
        DeadLettersBlock block = _deadLetters.For(record.Header.ReceivedMillis);
        block.Add(in record, eventBytes, sequence);
        _deadLetters.SealIfFull(block);
    }

    /// <summary>A link between two ids that the record showed to be one person's.</summary>
    public void WriteIdentity(
        IdKind kind, ReadOnlySpan<byte> id, IdKind otherKind, ReadOnlySpan<byte> otherId,
        in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        AssertAhead(sequence);
        IdentitiesBlock block = _identities.For(record.Header.TimestampMillis);
        block.Add(new LinkedId(kind, id), new LinkedId(otherKind, otherId), in record, eventBytes, sequence);
        _identities.SealIfFull(block);
    }

    /// <summary>Begins a row in the block of the conversion's month.</summary>
    /// <param name="conversionMillis">When the converting event happened.</param>
    /// <param name="sequence">Of the event that caused this row: the conversion, or a late touch.</param>
    public AttributionRow BeginAttribution(long conversionMillis, long sequence)
    {
        AssertAhead(sequence);
        return new AttributionRow(this, _attributions.For(conversionMillis), sequence);
    }

    /// <summary>Everything up to this sequence has been written; called once per batch.</summary>
    public void Processed(long sequence)
    {
        // After the rows' own sequences, so whoever sees this number sees the blocks that hold rows up to it.
        Volatile.Write(ref _processed, sequence);
        OnIdle();
    }

    /// <summary>Seals what has become too old; called when no event arrives.</summary>
    public void OnIdle()
    {
        long now = _clock.GetTimestamp();
        bool areSendersBusy = _inserts.InFlight >= _maxInFlight;
        _events.SealDue(now, areSendersBusy);
        _attributions.SealDue(now, areSendersBusy);
        _identities.SealDue(now, areSendersBusy);
        _deadLetters.SealDue(now, areSendersBusy);
    }

    /// <summary>Seals everything.</summary>
    public void Flush()
    {
        _events.SealAll();
        _attributions.SealAll();
        _identities.SealAll();
        _deadLetters.SealAll();
    }

    /// <summary>
    /// The last sequence of which everything this writer made is durable. Called by any thread.
    /// </summary>
    internal long DurableSequence()
    {
        // Read before the blocks: rows up to here are in blocks whose sequences are visible, or are durable.
        long processed = Volatile.Read(ref _processed);
        long oldestHeld = Math.Min(
            Math.Min(OldestIn(_events.All), OldestIn(_attributions.All)),
            Math.Min(OldestIn(_identities.All), OldestIn(_deadLetters.All)));
        return Math.Min(processed, oldestHeld - 1);
    }

    /// <summary>
    /// When the oldest event with a row not yet durable was received. Called by any thread.
    /// </summary>
    internal long OldestReceivedMillis() => Math.Min(
        Math.Min(OldestReceivedIn(_events.All), OldestReceivedIn(_attributions.All)),
        Math.Min(OldestReceivedIn(_identities.All), OldestReceivedIn(_deadLetters.All)));

    internal void EndAttribution(AttributionsBlock block, ReadOnlySpan<byte> evidenceUtf8, long sequence)
    {
        block.EndRow(evidenceUtf8, sequence, _lastReceivedMillis);
        _attributions.SealIfFull(block);
    }

    private static long OldestIn<TBlock>(ReadOnlySpan<TBlock> blocks)
        where TBlock : SinkBlock
    {
        long oldest = long.MaxValue;
        foreach (TBlock block in blocks)
            oldest = Math.Min(oldest, block.FirstSequence);
        return oldest;
    }

    private static long OldestReceivedIn<TBlock>(ReadOnlySpan<TBlock> blocks)
        where TBlock : SinkBlock
    {
        long oldest = long.MaxValue;
        foreach (TBlock block in blocks)
            oldest = Math.Min(oldest, block.OldestReceivedMillis);
        return oldest;
    }

    [Conditional("DEBUG")]
    private void AssertAhead(long sequence) =>
        Debug.Assert(sequence > _processed, "The watermark may have passed this sequence already.");
}
