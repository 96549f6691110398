using Attribution.Bench.Micro;
using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink.Blocks;
using Attribution.Model.Events;
using Attribution.Replay.Rows;

namespace Attribution.Bench.Schema;

/// <summary>
/// Inserts made in advance of the simulator's events, so that sending them costs next to nothing.
/// Immutable once made.
/// </summary>
internal sealed class PreparedBlocks
{
    private readonly List<byte[]> _inserts = [];

    /// <param name="rows">Rows of each insert.</param>
    /// <param name="isSorted">In the order of the table's key, instead of as they came.</param>
    public PreparedBlocks(int blocks, int rows, bool isSorted, FrameMethod method)
    {
        Rows = rows;
        var slots = new SimulatedSlots(blocks * rows);
        var block = new EventsBlock();
        var compressor = new BlockCompressor(method);
        var compressed = new CompressedBlock();
        for (int at = 0; at < blocks; at++)
        {
            int[] order = [.. Enumerable.Range(at * rows, rows)];
            if (isSorted)
                Array.Sort(order, (left, right) => Compare(slots, left, right));
            block.Open(MonthPartition.Always, 0, 0);
            foreach (int slot in order)
                block.Add(in slots[slot], slots.Bytes(slot), slot);
            block.Mark((ulong)at + 1);
            compressor.Compress(block.Native, compressed);
            ColumnList = compressed.ColumnList;
            _inserts.Add(compressed.Bytes.ToArray());
            block.Release();
        }
    }

    public int Rows { get; }

    public string ColumnList { get; } = "";

    public IReadOnlyList<byte[]> Inserts => _inserts;

    private static int Compare(SimulatedSlots slots, int left, int right)
    {
        int byTime = slots[left].Header.TimestampMillis.CompareTo(slots[right].Header.TimestampMillis);
        return byTime != 0 ? byTime : Id(slots, left).SequenceCompareTo(Id(slots, right));
    }

    private static ReadOnlySpan<byte> Id(SimulatedSlots slots, int slot) =>
        slots[slot].Field(EventField.EventId, slots.Bytes(slot));
}
