using Attribution.ClickHouse.Native;
using Attribution.Model.Events;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>
/// Rows of <c>dead_letters</c>: events that were rejected, and rows of other tables that ClickHouse refused.
/// Owned as every <see cref="SinkBlock"/>.
/// </summary>
internal sealed class DeadLettersBlock : SinkBlock
{
    private const int RowOverheadBytes = 32;

    private readonly LowCardinalityColumn _project;
    private readonly FixedColumn<long> _receivedAt;
    private readonly FixedColumn<ulong> _sequence;
    private readonly LowCardinalityColumn _reason;
    private readonly StringColumn _body;
    private readonly FixedColumn<byte> _truncated;

    public DeadLettersBlock()
        : base("dead_letters")
    {
        _project = LowCardinality("project");
        _receivedAt = Millis("received_at");
        _sequence = UInt64("sequence");
        _reason = LowCardinality("reason");
        _body = Text("body");
        _truncated = Column("truncated", new FixedColumn<byte>("Bool"));
        AddIds();
        SortBy(_project, _receivedAt, _sequence, _reason);
    }

    /// <inheritdoc/>
    public override (string Name, FixedColumn<long> Times) TimeColumn => ("received_at", _receivedAt);

    /// <summary>Adds an event that was rejected at the door.</summary>
    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        _project.Add(record.Field(EventField.Project, eventBytes));
        _receivedAt.Add(record.Header.ReceivedMillis);
        _sequence.Add((ulong)sequence);
        _reason.Add(record.Field(EventField.Type, eventBytes));
        _body.Add(record.Field(EventField.Properties, eventBytes));
        _truncated.Add((record.Header.Flags & EventFlags.Truncated) != 0 ? (byte)1 : (byte)0);
        EndRow(sequence, record.Header.ReceivedMillis, eventBytes.Length + RowOverheadBytes);
    }

    /// <summary>
    /// First half of a letter about a row that ClickHouse refused; <see cref="AddRefused"/> is the
    /// second.
    /// </summary>
    public void CopyKey(int row, LowCardinalityColumn project, FixedColumn<long> time)
    {
        project.CopyRowTo(row, _project);
        time.CopyRowTo(row, _receivedAt);
    }

    /// <summary>Second half of a letter: why, and the row itself as a Native block.</summary>
    public void AddRefused(long sequence, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> body)
    {
        _sequence.Add((ulong)sequence);
        _reason.Add(reason);
        _body.Add(body);
        _truncated.Add(0);
        EndRow(sequence, _receivedAt.Values[^1], reason.Length + body.Length + RowOverheadBytes);
    }

    public override void CopyKeyTo(int row, DeadLettersBlock letters) =>
        letters.CopyKey(row, _project, _receivedAt);

    public override long SequenceAt(int row) => (long)_sequence.Values[row];

    public override SinkBlock NewScratch() => new DeadLettersBlock();
}
