using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Blocks;
using Attribution.Replay.Rows;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost per event of the way from a ring slot into a block of <c>events</c>, and on to its compressed bytes:
/// the simulator's mixed events, every column. The baseline writes the same fields row by row.
/// </summary>
public class EventsBlockBenchmarks
{
    private const int Events = 100_000;
    private readonly EventsBlock _block = new();
    private readonly RowOrder _order = new();
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _compressed = new();
    private readonly RowBinaryRows _rows = new();
    private readonly SimulatedSlots _slots = new(Events);
    private readonly EventsBlock _full = new();

    [GlobalSetup]
    public void FillOnce()
    {
        Fill(_full);
        _full.Mark(7);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long RowBinary()
    {
        _rows.Begin();
        for (int slot = 0; slot < _slots.Count; slot++)
            _rows.Add(in _slots[slot], _slots.Bytes(slot), slot);
        return _rows.End();
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long SlotToBlock()
    {
        Fill(_block);
        long bytes = _block.Native.ByteCount;
        _block.Release();
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long CompressBlock()
    {
        _compressor.Compress(_full.Native, _compressed);
        return _compressed.Bytes.Length;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long SortBlock() => _order.TrySort(_full.SortingKey) ? _order.Count : 0;

    [Benchmark(OperationsPerInvoke = Events)]
    public long SortAndCompressBlock()
    {
        RowOrder? order = _order.TrySort(_full.SortingKey) ? _order : null;
        _compressor.Compress(_full.Native, _compressed, order);
        return _compressed.Bytes.Length;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long SlotToCompressedBlock()
    {
        Fill(_block);
        _block.Mark(7);
        RowOrder? order = _order.TrySort(_block.SortingKey) ? _order : null;
        _compressor.Compress(_block.Native, _compressed, order);
        _block.Release();
        return _compressed.Bytes.Length;
    }

    private void Fill(EventsBlock block)
    {
        block.Open(MonthPartition.Always, ordinal: 0, timestamp: 0);
        for (int slot = 0; slot < _slots.Count; slot++)
            block.Add(in _slots[slot], _slots.Bytes(slot), slot);
    }
}
