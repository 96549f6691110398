using Attribution.ClickHouse.Native;
using Attribution.Model.Events;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>One of the two ids that a link joins. Lives on one stack.</summary>
internal readonly ref struct LinkedId(IdKind kind, ReadOnlySpan<byte> id)
{
    public readonly IdKind Kind = kind;
    public readonly ReadOnlySpan<byte> Id = id;
}

/// <summary>
/// Rows of <c>identities</c>; the table has no partitions. Owned as every <see cref="SinkBlock"/>.
/// </summary>
internal sealed class IdentitiesBlock : SinkBlock
{
    private const int RowOverheadBytes = 24;

    private readonly LowCardinalityColumn _project;
    private readonly FixedColumn<sbyte> _kind;
    private readonly StringColumn _id;
    private readonly FixedColumn<sbyte> _otherKind;
    private readonly StringColumn _otherId;
    private readonly FixedColumn<long> _linkedAt;
    private readonly StringColumn _eventId;
    private readonly FixedColumn<ulong> _sequence;
    private readonly LowCardinalityColumn _rules;
    private readonly byte[] _identityRules;

    /// <param name="identityRules">Stands on every row: the rules that the links are seen under.</param>
    public IdentitiesBlock(byte[] identityRules)
        : base("identities")
    {
        _identityRules = identityRules;
        _project = LowCardinality("project");
        _kind = Column("id_kind", new FixedColumn<sbyte>(TypeNames.IdKind));
        _id = Text("id");
        _otherKind = Column("other_kind", new FixedColumn<sbyte>(TypeNames.IdKind));
        _otherId = Text("other_id");
        _linkedAt = Millis("linked_at");
        _eventId = Text("event_id");
        _sequence = UInt64("sequence");
        _rules = LowCardinality("rules");
        AddIds();
        SortBy(_project, _kind, _id, _otherKind, _otherId);
    }

    /// <inheritdoc/>
    public override (string Name, FixedColumn<long> Times) TimeColumn => ("linked_at", _linkedAt);

    /// <summary>Links two ids at the time of the event that showed them to be one person's.</summary>
    public void Add(
        LinkedId first, LinkedId other, in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ReadOnlySpan<byte> project = record.Field(EventField.Project, eventBytes);
        ReadOnlySpan<byte> eventId = record.Field(EventField.EventId, eventBytes);
        _project.Add(project);
        _kind.Add((sbyte)first.Kind);
        _id.Add(first.Id);
        _otherKind.Add((sbyte)other.Kind);
        _otherId.Add(other.Id);
        _linkedAt.Add(record.Header.TimestampMillis);
        _eventId.Add(eventId);
        _sequence.Add((ulong)sequence);
        _rules.Add(_identityRules);
        int textBytes = project.Length + first.Id.Length + other.Id.Length + eventId.Length;
        EndRow(sequence, record.Header.ReceivedMillis, textBytes + RowOverheadBytes);
    }

    public override void CopyKeyTo(int row, DeadLettersBlock letters) =>
        letters.CopyKey(row, _project, _linkedAt);

    public override long SequenceAt(int row) => (long)_sequence.Values[row];

    public override SinkBlock NewScratch() => new IdentitiesBlock(_identityRules);
}
