using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Native;

/// <remarks>
/// A server, or whoever answers in its place, may send anything. Every truncation must be refused and every
/// changed byte either refused or decoded; another exception, or memory out of proportion to the bytes, is a
/// defect.
/// </remarks>
public class HostileBlockTests
{
    [Fact]
    public async Task Read_EveryTruncation_IsRejected()
    {
        byte[] bytes = Sample();

        for (int length = 1; length < bytes.Length; length++)
            await AssertRejectedAsync(bytes[..length]);
    }

    [Fact]
    public async Task Read_EveryByteChanged_IsRejectedOrDecoded()
    {
        byte[] bytes = Sample();
        int rejected = 0;

        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (int change in (int[])[0x01, 0x02, 0x10, 0x7f, 0x80, 0xff])
            {
                byte[] damaged = [.. bytes];
                damaged[at] ^= (byte)change;
                try
                {
                    await NativeBytes.ReadRowsAsync(new MemoryStream(damaged));
                }
                catch (NativeFormatException)
                {
                    rejected++;
                }
            }
        }

        Assert.True(rejected > bytes.Length, "Most changes of a header must be noticed.");
    }

    [Theory]
    [InlineData("String", 67_108_863)]
    [InlineData("UUID", 67_108_863)]
    [InlineData("FixedString(1048576)", 67_108_863)]
    [InlineData("Array(UInt64)", 67_108_863)]
    [InlineData("Nullable(Int256)", 67_108_863)]
    public async Task Read_ManyRowsClaimedAndFewSent_TakesLittleMemory(string type, int rows)
    {
        byte[] bytes = Block(type, rows, new byte[1000]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        await AssertRejectedAsync(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Theory]
    [InlineData(1, 0x002)] // No keys of its own.
    [InlineData(1, 0x700)] // A dictionary that other blocks share.
    [InlineData(1, 0x604)] // No such width of keys.
    [InlineData(9, 0x600)] // No such version.
    public async Task Read_LowCardinalityOfAnUnknownKind_IsRejected(long version, long flags)
    {
        byte[] data =
        [
            .. BitConverter.GetBytes(version), .. BitConverter.GetBytes(flags),
            .. BitConverter.GetBytes(1L), 1, (byte)'x', .. BitConverter.GetBytes(1L), 0,
        ];
        byte[] bytes = Block("LowCardinality(String)", 1, data);

        await AssertRejectedAsync(bytes);
    }

    [Fact]
    public async Task Read_LowCardinalityEntryThatDoesNotExist_IsRejected()
    {
        byte[] data =
        [
            1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1,
        ];

        await AssertRejectedAsync(Block("LowCardinality(String)", 1, data));
    }

    [Fact]
    public async Task Read_ArrayEndsThatFall_AreRejected()
    {
        byte[] data = [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 7];

        await AssertRejectedAsync(Block("Array(UInt8)", 2, data));
    }

    private static async Task AssertRejectedAsync(byte[] bytes) =>
        await Assert.ThrowsAsync<NativeFormatException>(
            () => NativeBytes.ReadRowsAsync(new MemoryStream(bytes)));

    private static byte[] Sample()
    {
        var sample = new SampleBlock();
        sample.Add(1, "some text", ["a", "bc"]);
        sample.Add(3, "", []);
        sample.Add(-5, "some text", ["bc"]);
        return NativeBytes.Of(sample.Block);
    }

    private static byte[] Block(string type, int rows, byte[] data)
    {
        byte[] rowCount = new byte[VarUInt.MaxBytes];
        int length = VarUInt.Write(rowCount, (ulong)rows);
        return
        [
            1, .. rowCount[..length], 1, (byte)'x',
            (byte)type.Length, .. Encoding.ASCII.GetBytes(type), .. data,
        ];
    }
}
