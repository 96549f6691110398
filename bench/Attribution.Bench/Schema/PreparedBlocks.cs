using Attribution.Bench.Micro;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Blocks;
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
        var order = new RowOrder();
        for (int at = 0; at < blocks; at++)
        {
            block.Open(MonthPartition.Always, 0, 0);
            for (int slot = at * rows; slot < (at + 1) * rows; slot++)
                block.Add(in slots[slot], slots.Bytes(slot), slot);
            block.Mark((ulong)at + 1);
            bool isOrdered = isSorted && order.TrySort(block.SortingKey);
            compressor.Compress(block.Native, compressed, isOrdered ? order : null);
            ColumnList = compressed.ColumnList;
            _inserts.Add(compressed.Bytes.ToArray());
            block.Release();
        }
    }

    public int Rows { get; }

    public string ColumnList { get; } = "";

    public IReadOnlyList<byte[]> Inserts => _inserts;
}
