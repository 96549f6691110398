using System.IO.Compression;
using Attribution.Bench.Load;
using Attribution.ClickHouse.Compression;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// What compressing a piece of a block costs beside copying it, and beside what .NET brings along; per 64 KiB
/// of events as text. Owned by BenchmarkDotNet.
/// </summary>
public class CompressionBenchmarks
{
    private const int Bytes = 64 * 1024;
    private const int FastestQuality = 0;
    private const int BrotliWindowBits = 18;

    private readonly byte[] _target = new byte[Bytes * 2];
    private byte[] _source = [];

    [GlobalSetup]
    public void FillOnce()
    {
        // Asking is also what has it found.
        if (!Lz4.IsAvailable)
            throw new InvalidOperationException("liblz4 is not installed.");
        var settings = new LoadSettings
        {
            Engine = new Uri("http://localhost"),
            ClickHouse = new Uri("http://localhost"),
            Database = "",
            Key = null,
            Seconds = 1,
            BatchEvents = 400,
            Connections = 1,
            Pipelined = 1,
            Rate = 0,
            Persons = 1_000,
        };
        var book = new RequestBook(settings, run: 1, firstId: 0);
        ReadOnlySpan<byte> events = book.Next(1, 1_800_000_000_000, out _);
        _source = events[^Bytes..].ToArray();
    }

    [Benchmark(Baseline = true)]
    public int CopyAlone()
    {
        _source.CopyTo(_target, 0);
        return _source.Length;
    }

    [Benchmark]
    public int Lz4Fast() => Lz4.Compress(_source, _target);

    [Benchmark]
    public int BrotliFastest() =>
        BrotliEncoder.TryCompress(_source, _target, out int written, FastestQuality, BrotliWindowBits)
            ? written
            : 0;

    [Benchmark]
    public UInt128 ChecksumAlone() => CityHash128.Hash(_source);
}
