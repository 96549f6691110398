using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Compression;

public class FrameStreamTests
{
    private static readonly string Plain = string.Concat(Enumerable.Repeat("Hello!\n", 25));

    public static TheoryData<string> Golden => ["none", "lz4", "lz4_hc", "lz4hc"];

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task Read_GoldenFrame_GivesItsText(string method)
    {
        byte[] frame = GoldenFrame(method);

        for (int piece = 1; piece <= frame.Length; piece++)
            Assert.Equal(Plain, Encoding.UTF8.GetString(await UnpackAsync(new TrickleStream(frame, piece))));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task Read_GoldenFrameCutShort_IsRejected(string method)
    {
        byte[] frame = GoldenFrame(method);

        for (int length = 1; length < frame.Length; length++)
            await AssertRejectedAsync(frame[..length]);
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task Read_GoldenFrameWithAnyByteChanged_IsRejected(string method)
    {
        byte[] frame = GoldenFrame(method);

        for (int at = 0; at < frame.Length; at++)
        {
            for (int change = 1; change < 256; change++)
            {
                byte[] damaged = [.. frame];
                damaged[at] ^= (byte)change;
                await AssertRejectedAsync(damaged);
            }
        }
    }

    [Fact]
    public async Task Read_Zstd_IsRejectedByName()
    {
        NativeFormatException error = await AssertRejectedAsync(GoldenFrame("zstd"));

        Assert.Contains("0x90", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FrameMethod.None)]
    [InlineData(FrameMethod.Lz4)]
    public async Task Compress_BlockOfSeveralFrames_ReadsBackEqual(FrameMethod method)
    {
        var sample = new SampleBlock();
        string[] list = [.. Enumerable.Range(0, 200).Select(item => $"channel {item}")];
        for (int row = 0; row < 1_500; row++)
            sample.Add(row, $"text of row {row}", list);
        var compressed = new CompressedBlock();

        new BlockCompressor(method).Compress(sample.Block, compressed);

        byte[] plain = NativeBytes.Of(sample.Block);
        Assert.True(plain.Length > 3 * 1024 * 1024, "The block must need several frames.");
        Assert.Equal(plain.Length, compressed.PlainBytes);
        Assert.Equal(1_500, compressed.RowCount);
        Assert.Equal(plain, await UnpackAsync(new MemoryStream(compressed.Bytes.ToArray())));
    }

    [Fact]
    public void Compress_SameBlockTwice_GivesTheSameBytes()
    {
        var sample = new SampleBlock();
        sample.Add(7, "seven", ["a", "b"]);
        var first = new CompressedBlock();
        var second = new CompressedBlock();
        var compressor = new BlockCompressor();

        compressor.Compress(sample.Block, first);
        compressor.Compress(sample.Block, second);

        Assert.Equal(first.Bytes.ToArray(), second.Bytes.ToArray());
    }

    [Fact]
    public void Compressor_WithLiblz4_CompressesAndDoesNotWarn()
    {
        var warnings = new List<string>();

        var compressor = new BlockCompressor(warnings.Add);

        Assert.Equal(Lz4.IsAvailable ? FrameMethod.Lz4 : FrameMethod.None, compressor.Method);
        Assert.Equal(Lz4.IsAvailable ? 0 : 1, warnings.Count);
    }

    private static byte[] GoldenFrame(string method) =>
        File.ReadAllBytes(Corpora.Path(
            "ch-go-golden", "compress", "_golden", $"data_compressed_{method}.raw"));

    private static async Task<NativeFormatException> AssertRejectedAsync(byte[] frame) =>
        await Assert.ThrowsAsync<NativeFormatException>(() => UnpackAsync(new MemoryStream(frame)));

    private static async Task<byte[]> UnpackAsync(Stream frames)
    {
        using var plain = new MemoryStream();
        await using var stream = new FrameStream(frames);
        await stream.CopyToAsync(plain);
        return plain.ToArray();
    }
}
