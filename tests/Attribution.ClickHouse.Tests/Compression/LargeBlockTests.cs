using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Tests.Compression;

/// <remarks>
/// Columns above 64 KiB are compressed where they lie, in frames of their own, and those that do not shrink
/// are hardly looked at; texts are copied differently by their length. Every way must give back what went in.
/// </remarks>
public class LargeBlockTests
{
    private const int Rows = 60_000;
    private const int LongestText = 300;

    [Fact]
    public async Task Compress_ColumnsThatShrinkAndThatDoNot_ReadBackEqual()
    {
        var random = new StringColumn();
        var alike = new StringColumn();
        var low = new LowCardinalityColumn();
        var number = new FixedColumn<ulong>("UInt64");
        byte[][] ids = [.. Enumerable.Range(0, Rows).Select(Id)];
        foreach (byte[] id in ids)
        {
            random.Add(id);
            alike.Add("https://shop.example/products?utm_source=google"u8);
            low.Add(id.AsSpan(0, 2));
            number.Add((ulong)number.RowCount * 0x9E3779B97F4A7C15);
        }

        var compressed = new CompressedBlock();
        new BlockCompressor(FrameMethod.Lz4).Compress(
            new NativeBlock().Add("random", random).Add("low", low).Add("alike", alike).Add("n", number),
            compressed);

        ReadBlock block = await ReadAsync(compressed);
        for (int row = 0; row < Rows; row++)
        {
            Assert.True(block["random"].GetBytes(row).SequenceEqual(ids[row]));
            Assert.True(block["low"].GetBytes(row).SequenceEqual(ids[row].AsSpan(0, 2)));
            Assert.Equal(47, block["alike"].GetBytes(row).Length);
        }

        Assert.Equal(number.Values.ToArray(), block.Values<ulong>("n").ToArray());
        Assert.True(compressed.Bytes.Length < compressed.PlainBytes);
    }

    [Fact]
    public async Task Add_TextsOfEveryLength_ReadBackEqual()
    {
        byte[] letters = [.. Enumerable.Range(0, LongestText).Select(at => (byte)(at * 7))];
        var text = new StringColumn();
        var low = new LowCardinalityColumn();
        for (int round = 0; round < 3; round++)
        {
            for (int length = 0; length <= LongestText; length++)
            {
                text.Add(letters.AsSpan(0, length));
                low.Add(letters.AsSpan(LongestText - length));
            }
        }

        var compressed = new CompressedBlock();
        new BlockCompressor(FrameMethod.Lz4).Compress(
            new NativeBlock().Add("text", text).Add("low", low), compressed);

        ReadBlock block = await ReadAsync(compressed);
        for (int row = 0; row < text.RowCount; row++)
        {
            int length = row % (LongestText + 1);
            Assert.True(block["text"].GetBytes(row).SequenceEqual(letters.AsSpan(0, length)));
            Assert.True(block["low"].GetBytes(row).SequenceEqual(letters.AsSpan(LongestText - length)));
        }
    }

    private static byte[] Id(int number)
    {
        byte[] id = new byte[24];
        new Random(number).NextBytes(id);
        return id;
    }

    private static async Task<ReadBlock> ReadAsync(CompressedBlock compressed)
    {
        var reader = new BlockReader(new FrameStream(new MemoryStream(compressed.Bytes.ToArray())));
        Assert.True(await reader.ReadAsync());
        return reader.Block;
    }
}
