using System.Text;
using Attribution.Engine;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Faults.Simulation;

/// <summary>An event as it was put into a ring. Immutable.</summary>
internal sealed record PublishedEvent(EventRecord Record, byte[] Bytes)
{
    public EventKind Kind => Record.Header.Kind;

    public string Id => Encoding.UTF8.GetString(Record.Field(EventField.EventId, Bytes));

    /// <summary>Puts it into a ring once more.</summary>
    /// <exception cref="InvalidOperationException">The ring is too small for the simulation.</exception>
    public void PublishTo(EventRing ring)
    {
        if (!ring.TryClaim(1, Bytes.Length, out EventClaim claim))
            throw new InvalidOperationException("the ring has no room for what was stored");
        Bytes.CopyTo(ring.ClaimBytes(claim));
        ref EventRecord slot = ref ring[claim.First];
        slot = Record;
        slot.ArenaOffset = claim.ArenaOffset;
        ring.Publish(claim);
    }
}

/// <summary>
/// Everything that was ever put into a ring, by its sequence and id: a sequence that was never made durable
/// is given out again after a crash. Used by one thread.
/// </summary>
internal sealed class PublishedEvents
{
    private readonly Dictionary<(long Sequence, string Id), PublishedEvent> _byId = [];

    /// <summary>Takes down what an ingestor has just put into the ring.</summary>
    public void Add(EventBatch batch, long firstSequence, long lastSequence)
    {
        int offset = 0;
        for (int at = 0; firstSequence + at <= lastSequence; at++)
        {
            EventRecord record = batch.Records[at];
            byte[] bytes = batch.Text.Slice(offset, record.Header.BytesLength).ToArray();
            offset += bytes.Length;
            var published = new PublishedEvent(record, bytes);
            if (published.Kind == EventKind.Event)
                _byId[(firstSequence + at, published.Id)] = published;
        }
    }

    public PublishedEvent? At(long sequence, string id) => _byId.GetValueOrDefault((sequence, id));
}
