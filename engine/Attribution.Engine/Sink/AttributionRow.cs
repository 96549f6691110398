using Attribution.Engine.Sink.Blocks;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink;

/// <summary>
/// One row of <c>attributions</c> being written in place: <see cref="Header"/> once, <see cref="Touch"/>
/// for each touch in the order they happened, <see cref="End"/> once. Used by the thread that owns its
/// <see cref="ShardWriter"/>, before that writes anything else.
/// </summary>
public readonly ref struct AttributionRow : IAttributionRow
{
    private readonly ShardWriter _writer;
    private readonly AttributionsBlock _block;
    private readonly long _sequence;

    internal AttributionRow(ShardWriter writer, AttributionsBlock block, long sequence)
    {
        _writer = writer;
        _block = block;
        _sequence = sequence;
    }

    public void Header(scoped in AttributionHeader header) => _block.AddHeader(in header);

    public void Touch(scoped in CreditedTouch touch) => _block.AddTouch(in touch);

    /// <summary>Completes the row; the block it is in may be sealed by this.</summary>
    public void End(scoped ReadOnlySpan<byte> evidenceUtf8) =>
        _writer.EndAttribution(_block, evidenceUtf8, _sequence);
}
