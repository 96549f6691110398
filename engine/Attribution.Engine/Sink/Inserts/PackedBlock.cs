using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Spill;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// One insert as it is sent, however often: bytes, token, and how to ask for it. Owned by one sender, whose
/// buffer grows to the largest block seen.
/// </summary>
/// <param name="expectedBytes">Of the largest block.</param>
internal sealed class PackedBlock(int expectedBytes)
{
    private readonly BlockCompressor _compressor = new();
    private readonly RowOrder _order = new();

    public CompressedBlock Bytes { get; } = new(expectedBytes);

    public string Token { get; private set; } = "";

    public BlockQuestion Question { get; private set; }

    /// <summary>
    /// The order in which the rows packed last are sent; null where it is that of the block.
    /// </summary>
    public RowOrder? Order { get; private set; }

    /// <summary>
    /// Replaces what this held by the rows, which get the insert's id and are put in the order of the
    /// table's key: on a sender's thread, and cheaper than ClickHouse does it (blocks.md in bench/results).
    /// </summary>
    public void Pack(SinkBlock rows, string token)
    {
        Token = token;
        Question = QuestionOf(rows, BlockId.Of(token));
        rows.Mark(Question.Id);
        Order = _order.TrySort(rows.SortingKey) ? _order : null;
        _compressor.Compress(rows.Native, Bytes, Order);
    }

    /// <summary>Replaces what this held by a block that was packed before.</summary>
    /// <returns>Room for its frames, which the caller fills.</returns>
    public Span<byte> Restore(SpilledBlock spilled)
    {
        Token = spilled.Token;
        Question = spilled.Question;
        return Bytes.Refill(
            spilled.RowCount, spilled.ColumnList, spilled.PlainBytes, spilled.FrameBytes);
    }

    private static BlockQuestion QuestionOf(SinkBlock rows, ulong id)
    {
        (string name, var times) = rows.TimeColumn;
        long from = long.MaxValue;
        long through = long.MinValue;
        foreach (long millis in times.Values)
        {
            from = Math.Min(from, millis);
            through = Math.Max(through, millis);
        }

        return new BlockQuestion(rows.Table, id, name, from, through);
    }
}
