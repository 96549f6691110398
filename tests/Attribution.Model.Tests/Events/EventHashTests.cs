using System.Buffers.Binary;
using System.Text;
using Attribution.Model.Events;

namespace Attribution.Model.Tests.Events;

public class EventHashTests
{
    /// <summary>
    /// The published self-test of the hash: keys {}, {0}, {0,1} … of 0 to 255 bytes with seeds 256 down to 1,
    /// their hashes hashed again. Every tail length and every block count up to 15 takes part.
    /// </summary>
    [Fact]
    public void Murmur3_PublishedVerification_Holds()
    {
        byte[] key = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        byte[] hashes = new byte[256 * 16];
        for (int length = 0; length < 256; length++)
        {
            ulong seed = (ulong)(256 - length);
            UInt128 hash = EventHash.Murmur3(key.AsSpan(0, length), seed, seed);
            BinaryPrimitives.WriteUInt128LittleEndian(hashes.AsSpan(length * 16), hash);
        }

        Assert.Equal(0x6384BA69u, (uint)EventHash.Murmur3(hashes, 0, 0));
    }

    [Theory]
    [InlineData("", 0x0000000000000000, 0x0000000000000000)]
    [InlineData("hello", 0xcbd8a7b341bd9b02, 0x5b1e906a48ae1d19)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0xe34bbc7bbc071b6c, 0x7a433ca9c49a9347)]
    public void Murmur3_PublishedVectors_Match(string text, ulong first, ulong second) =>
        Assert.Equal(new UInt128(second, first), EventHash.Murmur3(Encoding.UTF8.GetBytes(text), 0, 0));

    [Fact]
    public void Id_EqualTextOfOtherKindOrProject_IsAnotherId()
    {
        ulong project = EventHash.Project("default"u8);
        ulong[] ids =
        [
            .. Enum.GetValues<IdKind>().Select(kind => EventHash.Id(project, kind, "a1"u8)),
            EventHash.Id(EventHash.Project("other"u8), IdKind.User, "a1"u8),
            EventHash.Id(project, IdKind.User, "a2"u8),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.DoesNotContain(0UL, ids);
    }

    /// <summary>These numbers are in journals and tables: they may not change with a release.</summary>
    [Fact]
    public void Hashes_OfKnownTexts_StayAsTheyAre()
    {
        ulong project = EventHash.Project("default"u8);

        Assert.Equal(0xa18b3a56cab3dcf3UL, project);
        Assert.Equal(0xd0cccff010f2882UL, EventHash.Id(project, IdKind.User, "u1"u8));
        Assert.Equal(new UInt128(0xd0518e038cd23c34, 0x2cb7fc2530b6cc17), EventHash.EventId(project, "e1"u8));
    }
}
