using Attribution.ClickHouse.Compression;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of a row on its way into an insert: appended to 25 columns, then written and compressed.
/// </summary>
public class NativeBlockBenchmarks
{
    private const int Rows = 65_536;
    private readonly EventRows _rows = new(Rows);
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _compressed = new();
    private byte[] _bytes = [];

    [GlobalSetup]
    public void FillOnce()
    {
        _rows.Fill();
        _compressor.Compress(_rows.Block, _compressed);
        _bytes = _compressed.Bytes.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Fill()
    {
        _rows.Fill();
        return _rows.Block.RowCount;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int Compress()
    {
        _compressor.Compress(_rows.Block, _compressed);
        return _compressed.Bytes.Length;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public int FillAndCompress()
    {
        _rows.Fill();
        _compressor.Compress(_rows.Block, _compressed);
        return _compressed.Bytes.Length;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public UInt128 ChecksumAlone() => CityHash128.Hash(_bytes);
}
