using Attribution.Engine.Ingest;
using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Memory;
using Attribution.Ring;

namespace Attribution.Engine.Identity;

/// <summary>
/// The consumer between journal and workers: drops repeated event ids and says which person each event
/// belongs to, and which persons it showed to be one. Runs on one processor thread.
/// </summary>
/// <remarks>
/// All hashes in its tables, and the persons it names, are mixed with their project's number of
/// <see cref="ProjectMasks"/>; who writes a person down takes it out again.
/// </remarks>
internal sealed class IdentityStage(
    EventRing ring, IdentityConfig rules, IdentityOptions options, ShardWriter? writer)
    : IBatchHandler, IDisposable
{
    /// <summary>Events between asking for the memory of one and needing it: more than it takes to come.
    /// </summary>
    internal const int LookAhead = 12;

    private EventRing _ring = ring;
    private readonly EventIdSet _seen = new(options.EventIds);
    private readonly IdentityGraph _graph = new(options.MaxLinkedIds, rules.MaxIdsPerPerson);
    private readonly EventIds _ids = new(rules);

    // The project of the event before, and its mask: events of one request have one project.
    private readonly byte[] _project = new byte[Project.MaxNameBytes];
    private int _projectLength = -1;
    private ulong _mask;

    /// <summary>Events whose id was seen before.</summary>
    public long DuplicateCount { get; private set; }

    /// <summary>Links that made two persons one.</summary>
    public long MergeCount { get; private set; }

    /// <summary>Links refused because the person would have had too many ids.</summary>
    public long TooLargeCount { get; private set; }

    /// <summary>Links refused because the graph takes no more ids.</summary>
    public long FullCount { get; private set; }

    /// <summary>Ids left out because they say nothing, such as <c>null</c>.</summary>
    public long IgnoredIdCount { get; private set; }

    public int LinkedIdCount => _graph.Count;

    /// <summary>From now on its batches are those of this ring. Between two processors' runs only.</summary>
    public void Follow(EventRing next) => _ring = next;

    public void OnStart()
    {
    }

    public void OnStop() => writer?.Flush();

    public void OnBatch(long first, long last)
    {
        for (long sequence = first; sequence < first + LookAhead && sequence <= last; sequence++)
            Prefetch(_ring[sequence]);
        for (long sequence = first; sequence <= last; sequence++)
        {
            if (sequence + LookAhead <= last)
                Prefetch(_ring[sequence + LookAhead]);
            ref EventRecord record = ref _ring[sequence];
            if (record.Header.Kind == EventKind.Event)
                Resolve(ref record, _ring.Bytes(record), sequence);
        }

        writer?.Processed(last);
    }

    public void OnIdle() => writer?.OnIdle();

    /// <summary>
    /// Fills in the stage's part of a record: whether it is a repetition, whose it is, what it merges.
    /// </summary>
    public void Resolve(ref EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ulong mask = MaskOf(record, eventBytes);
        record.MergedCount = 0;
        record.IsDuplicate = !_seen.TryAdd(record.EventIdHash ^ mask);
        if (record.IsDuplicate)
        {
            DuplicateCount++;
            record.Person = 0;
            return;
        }

        _ids.Read(record, eventBytes);
        IgnoredIdCount += _ids.IgnoredCount;

        // A star: each id is linked to the strongest, and so to all the others.
        for (int i = 1; i < _ids.Count; i++)
            Link(ref record, mask, i, eventBytes, sequence);
        record.Person = _graph.Find(_ids.Strongest ^ mask);
    }

    /// <summary>Takes in a link known from earlier runs; nothing is written.</summary>
    /// <param name="id">Its hash as stored rows give it.</param>
    /// <param name="otherId">The other's.</param>
    /// <param name="mask">Of their project, where the stage has a secret.</param>
    public void RestoreLink(ulong id, ulong otherId, ulong mask = 0) =>
        _graph.Link(id ^ mask, otherId ^ mask, mask);

    /// <summary>What the hashes of a project are mixed with.</summary>
    public ulong MaskOf(ReadOnlySpan<byte> project) => options.Masks.Of(project);

    /// <summary>
    /// Takes in an event known from earlier runs and says whose it is; all links must be in already.
    /// </summary>
    /// <returns>False when the event was taken in before.</returns>
    public bool Restore(ref EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        ulong mask = MaskOf(record, eventBytes);
        _ids.Read(record, eventBytes);
        record.Person = _graph.Find(_ids.Strongest ^ mask);
        return _seen.TryAdd(record.EventIdHash ^ mask);
    }

    /// <summary>
    /// Saves or loads all that the stage remembers; what is loaded was saved under the same masks and rules.
    /// </summary>
    public void PassState(StateStream state)
    {
        _seen.PassState(state);
        _graph.PassState(state);
    }

    public void Dispose()
    {
        _seen.Dispose();
        _graph.Dispose();
    }

    /// <summary>
    /// Both tables are far larger than any cache, and an event that waited for one line after the other took
    /// 1.7 times as long (StageBenchmarks).
    /// </summary>
    public void Prefetch(in EventRecord record)
    {
        // With the mask of another project only the wrong line comes.
        _seen.Prefetch(record.EventIdHash ^ _mask);
        if (record.UserIdHash != 0)
            _graph.Prefetch(record.UserIdHash ^ _mask);
        if (record.DeviceIdHash != 0)
            _graph.Prefetch(record.DeviceIdHash ^ _mask);
        if (record.AnonymousIdHash != 0)
            _graph.Prefetch(record.AnonymousIdHash ^ _mask);
    }

    private ulong MaskOf(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        ReadOnlySpan<byte> project = record.Field(EventField.Project, eventBytes);
        if (project.Length == _projectLength && project.SequenceEqual(_project.AsSpan(0, _projectLength)))
            return _mask;

        _mask = MaskOf(project);
        _projectLength = project.Length <= _project.Length ? project.Length : -1;
        if (_projectLength > 0)
            project.CopyTo(_project);
        return _mask;
    }

    private void Link(
        ref EventRecord record, ulong mask, int index, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        PersonId strongest = _ids.All[0];
        PersonId other = _ids.All[index];
        ulong person = _graph.Find(strongest.Hash ^ mask);
        ulong otherPerson = _graph.Find(other.Hash ^ mask);
        switch (_graph.Link(strongest.Hash ^ mask, other.Hash ^ mask, mask))
        {
            case LinkOutcome.PersonTooLarge:
                TooLargeCount++;
                break;
            case LinkOutcome.Full:
                FullCount++;
                break;
            case LinkOutcome.Merged:
                MergeCount++;
                bool isKept = person == _graph.Find(strongest.Hash ^ mask);
                record.Merged[record.MergedCount++] = isKept ? otherPerson : person;
                writer?.WriteIdentity(
                    strongest.Kind, _ids.Text(strongest, eventBytes),
                    other.Kind, _ids.Text(other, eventBytes),
                    record, eventBytes, sequence);
                break;
        }
    }
}
