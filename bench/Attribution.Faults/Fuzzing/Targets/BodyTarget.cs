using System.Buffers;
using System.IO.Compression;
using Attribution.Engine.Ingest;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// The decoder of bodies: what it gives must be what gzip's own reader gives. Used by one thread at a time.
/// </summary>
internal sealed class BodyTarget : FuzzTarget
{
    private const int MaxBodyBytes = 256 * 1024;

    private static readonly IngestContext Context = new(new Project("fuzz"), default, ReceivedMillis: 0)
    {
        Limits = new IngestLimits { MaxBodyBytes = MaxBodyBytes },
    };

    public override string Name => "body";

    public override int ShortRun => 6_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Gzip([.. "{\"type\":\"t\"}"u8]),
        Gzip(new byte[MaxBodyBytes]),
        Gzip(new byte[MaxBodyBytes + 1]),
        Gzip(new byte[16 * 1024 * 1024]),
        Gzip(Gzip([.. "[]"u8])),
        [.. Gzip([.. "[]"u8]), .. Gzip([.. "[]"u8])],
        Gzip(Noise()),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [[0x1f, 0x8b], [0x1f, 0x8b, 8, 0], [0, 0, 0xff, 0xff], [1, 0, 0, 0xff, 0xff], [3, 0]];

    /// <summary>What is decompressed is capped, whatever the input is worth.</summary>
    public override long MaxAllocatedBytes(int inputBytes) => (4 * MaxBodyBytes) + (256 * 1024);

    public override void Run(byte[] input)
    {
        var decoder = new BodyDecoder();
        BodyError error = decoder.Decode(
            new ReadOnlySequence<byte>(input), Context, out ReadOnlySpan<byte> bytes);
        bool isGzip = input.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);
        if (error != BodyError.None)
        {
            FuzzException.Require(
                error is BodyError.BadGzip or BodyError.TooLarge, $"{error} for bytes that say nothing");
            FuzzException.Require(bytes.IsEmpty, "a refused body has bytes");
            return;
        }

        FuzzException.Require(bytes.Length <= MaxBodyBytes, "more bytes than the limit");
        if (!isGzip)
            FuzzException.Require(bytes.SequenceEqual(input), "bytes were changed");
        else
            FuzzException.Require(
                bytes.SequenceEqual(Unpack(input, bytes.Length)), "another text than gzip's");
    }

    private static byte[] Unpack(byte[] input, int length)
    {
        using var gzip = new GZipStream(new MemoryStream(input), CompressionMode.Decompress);
        byte[] bytes = new byte[length];
        gzip.ReadExactly(bytes);
        FuzzException.Require(gzip.ReadByte() < 0, "gzip has more");
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] Noise()
    {
        byte[] noise = new byte[3_000];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
