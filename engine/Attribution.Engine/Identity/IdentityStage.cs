using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Ring;

namespace Attribution.Engine.Identity;

/// <summary>
/// The consumer between journal and workers: drops repeated event ids and says which person each event
/// belongs to, and which persons it showed to be one. Runs on one processor thread.
/// </summary>
internal sealed class IdentityStage(
    EventRing ring, IdentityConfig rules, IdentityOptions options, ShardWriter? writer)
    : IBatchHandler, IDisposable
{
    private readonly EventIdSet _seen = new(options.EventIds);
    private readonly IdentityGraph _graph = new(options.MaxLinkedIds, rules.MaxIdsPerPerson);

    /// <summary>Events whose id was seen before.</summary>
    public long DuplicateCount { get; private set; }

    /// <summary>Links that made two persons one.</summary>
    public long MergeCount { get; private set; }

    /// <summary>Links refused because a bound was reached.</summary>
    public long RefusedLinkCount { get; private set; }

    public int LinkedIdCount => _graph.Count;

    public void OnStart()
    {
    }

    public void OnStop() => writer?.Flush();

    public void OnBatch(long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
        {
            ref EventRecord record = ref ring[sequence];
            if (record.Header.Kind == EventKind.Event)
                Resolve(ref record, ring.Bytes(record), sequence);
        }

        writer?.Processed(last);
    }

    public void OnIdle() => writer?.OnIdle();

    /// <summary>
    /// Fills in the stage's part of a record: whether it is a repetition, whose it is, what it merges.
    /// </summary>
    public void Resolve(ref EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        record.MergedA = 0;
        record.MergedB = 0;
        record.IsDuplicate = !_seen.TryAdd(record.EventIdHash);
        if (record.IsDuplicate)
        {
            DuplicateCount++;
            record.Person = 0;
            return;
        }

        ulong strongest = Strongest(record);
        int ids = Count(record.UserIdHash) + Count(record.AnonymousIdHash) + Count(record.DeviceIdHash);
        if (ids > 1)
            LinkAll(ref record, eventBytes, sequence);
        record.Person = _graph.Find(strongest);
        Forget(ref record);
    }

    /// <summary>Takes in a link known from earlier runs; nothing is written.</summary>
    public void RestoreLink(ulong id, ulong otherId) => _graph.Link(id, otherId);

    /// <summary>
    /// Takes in an event known from earlier runs and says whose it is; all links must be in already.
    /// </summary>
    /// <returns>False when the event was taken in before.</returns>
    public bool Restore(ref EventRecord record)
    {
        record.Person = _graph.Find(Strongest(record));
        return _seen.TryAdd(record.EventIdHash);
    }

    public void Dispose()
    {
        _seen.Dispose();
        _graph.Dispose();
    }

    private static int Count(ulong hash) => hash == 0 ? 0 : 1;

    private static ulong Strongest(in EventRecord record)
    {
        if (record.UserIdHash != 0)
            return record.UserIdHash;
        return record.DeviceIdHash != 0 ? record.DeviceIdHash : record.AnonymousIdHash;
    }

    private void LinkAll(ref EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        if (record.UserIdHash != 0 && record.AnonymousIdHash != 0)
            Link(ref record, IdKind.User, IdKind.Anonymous, eventBytes, sequence);
        if (record.UserIdHash != 0 && record.DeviceIdHash != 0)
            Link(ref record, IdKind.User, IdKind.Device, eventBytes, sequence);
        if (record.UserIdHash == 0 && record.AnonymousIdHash != 0 && record.DeviceIdHash != 0)
            Link(ref record, IdKind.Device, IdKind.Anonymous, eventBytes, sequence);
    }

    private void Link(
        ref EventRecord record, IdKind kind, IdKind otherKind, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ulong id = HashOf(record, kind);
        ulong otherId = HashOf(record, otherKind);
        ulong person = _graph.Find(id);
        ulong other = _graph.Find(otherId);
        LinkOutcome outcome = _graph.Link(id, otherId);
        if (outcome == LinkOutcome.Known)
            return;
        if (outcome != LinkOutcome.Merged)
        {
            RefusedLinkCount++;
            return;
        }

        MergeCount++;
        ulong gone = Math.Max(person, other);
        if (record.MergedA == 0)
            record.MergedA = gone;
        else
            record.MergedB = gone;
        writer?.WriteIdentity(
            kind, record.Field(FieldOf(kind), eventBytes),
            otherKind, record.Field(FieldOf(otherKind), eventBytes),
            record, eventBytes, sequence);
    }

    /// <summary>A merge of three can name a person that was gone already by the second link.</summary>
    private static void Forget(ref EventRecord record)
    {
        if (record.MergedA == record.Person)
            record.MergedA = 0;
        if (record.MergedB == record.Person)
            record.MergedB = 0;
    }

    private static ulong HashOf(in EventRecord record, IdKind kind) => kind switch
    {
        IdKind.User => record.UserIdHash,
        IdKind.Anonymous => record.AnonymousIdHash,
        _ => record.DeviceIdHash,
    };

    private static EventField FieldOf(IdKind kind) => kind switch
    {
        IdKind.User => EventField.UserId,
        IdKind.Anonymous => EventField.AnonymousId,
        _ => EventField.DeviceId,
    };
}
