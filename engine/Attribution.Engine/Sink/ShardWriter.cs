using Attribution.Model.Events;

namespace Attribution.Engine.Sink;

/// <summary>
/// Turns what one stage (a shard's worker, or identity) derives from events into rows of ClickHouse blocks.
/// Owned by that stage's thread alone; sealed blocks go to the senders of its <see cref="SinkPipeline"/>.
/// </summary>
/// <remarks>
/// Every sequence written is greater than the last one given to <see cref="Processed"/>. Any write may wait: with
/// <see cref="SinkOptions.MaxSealedBlocks"/> on their way the writer's thread waits for one of them to land.
/// </remarks>
public sealed class ShardWriter
{
    internal ShardWriter()
    {
    }

    public void WriteEvent(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence) =>
        throw new NotImplementedException();

    /// <summary>A <see cref="EventKind.Rejected"/> record; its reason is the Type field, its body the Properties field.</summary>
    public void WriteDeadLetter(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence) =>
        throw new NotImplementedException();

    /// <summary>A link between two ids that the record showed to be one person's.</summary>
    public void WriteIdentity(IdKind kind, ReadOnlySpan<byte> id, IdKind otherKind, ReadOnlySpan<byte> otherId,
        in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence) => throw new NotImplementedException();

    /// <summary>Begins a row in the block of the conversion's month.</summary>
    /// <param name="conversionMillis">When the converting event happened.</param>
    /// <param name="sequence">Of the event that caused this row: the conversion, or a late touch.</param>
    public AttributionRow BeginAttribution(long conversionMillis, long sequence) =>
        throw new NotImplementedException();

    /// <summary>Everything up to this sequence has been written; called once per batch.</summary>
    public void Processed(long sequence) => throw new NotImplementedException();

    /// <summary>Seals what has become too old; called when no event arrives.</summary>
    public void OnIdle() => throw new NotImplementedException();

    /// <summary>Seals everything.</summary>
    public void Flush() => throw new NotImplementedException();
}
