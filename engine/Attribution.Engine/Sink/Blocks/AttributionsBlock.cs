using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>
/// Rows of <c>attributions</c>, each written in steps: header, touches, end. Owned as every
/// <see cref="SinkBlock"/>.
/// </summary>
internal sealed class AttributionsBlock : SinkBlock
{
    private readonly byte[] _configHash;
    private readonly AttributionColumns _columns;

    // Not a column of the table: which event caused each row.
    private readonly FixedColumn<ulong> _sequences = new("UInt64");

    public AttributionsBlock(byte[] configHash)
        : base("attributions")
    {
        _configHash = configHash;
        _columns = new AttributionColumns(Native, configHash);
        AddIds();
        SortBy(_columns.SortingKey);
        Beside.Add("sequence", _sequences);
    }

    /// <inheritdoc/>
    public override (string Name, FixedColumn<long> Times) TimeColumn =>
        ("conversion_time", _columns.ConversionTime);

    /// <inheritdoc/>
    public override void Expect(SinkOptions options)
    {
        base.Expect(options);
        _columns.ExpectEvidence(options.MaxBatchBytes);
    }

    public void AddHeader(in AttributionHeader header) => _columns.Header(header);

    public void AddTouch(in CreditedTouch touch) => _columns.Touch(touch);

    public void EndRow(ReadOnlySpan<byte> evidenceUtf8, long sequence, long receivedMillis)
    {
        _columns.End(evidenceUtf8);
        _sequences.Add((ulong)sequence);
        EndRow(sequence, receivedMillis, _columns.RowBytes);
    }

    public override void CopyKeyTo(int row, DeadLettersBlock letters) =>
        letters.CopyKey(row, _columns.Project, _columns.ConversionTime);

    public override long SequenceAt(int row) => (long)_sequences.Values[row];

    public override SinkBlock NewScratch() => new AttributionsBlock(_configHash);
}
