using System.Buffers.Binary;
using System.Numerics;

namespace Attribution.Model.Events;

/// <summary>
/// Which of an event's ids a hash stands for; part of what is hashed, so equal texts stay apart.
/// </summary>
public enum IdKind : byte
{
    User = 1,
    Anonymous = 2,
    Device = 3,
    Click = 4,

    /// <summary>The event itself: whose ids all say nothing is a person of its own.</summary>
    Event = 5,
}

/// <summary>
/// The hashes that name events and persons: equal on every machine and in every run. Stateless.
/// MurmurHash3 x64 128 (Austin Appleby, public domain), its two seeds set to the project's hash and the kind
/// of id.
/// </summary>
public static class EventHash
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;
    private const ulong EventIdSeed = 100;

    /// <summary>Names a project; the seed of every other hash.</summary>
    public static ulong Project(ReadOnlySpan<byte> project) => (ulong)Murmur3(project, 0, 0);

    /// <summary>Names an event within its project.</summary>
    public static UInt128 EventId(ulong projectHash, ReadOnlySpan<byte> eventId) =>
        Murmur3(eventId, projectHash, EventIdSeed);

    /// <summary>Names one id of a person. Never 0, which stands for an absent id.</summary>
    public static ulong Id(ulong projectHash, IdKind kind, ReadOnlySpan<byte> id)
    {
        ulong hash = (ulong)Murmur3(id, projectHash, (ulong)kind);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>
    /// MurmurHash3 x64 128; the published function where both seeds are the same 32-bit number.
    /// </summary>
    public static UInt128 Murmur3(ReadOnlySpan<byte> bytes, ulong seed1, ulong seed2)
    {
        ulong h1 = seed1;
        ulong h2 = seed2;
        ulong length = (ulong)bytes.Length;
        ReadOnlySpan<byte> all = bytes;

        while (bytes.Length >= 16)
        {
            ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong k2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            h1 ^= BitOperations.RotateLeft(k1 * C1, 31) * C2;
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= BitOperations.RotateLeft(k2 * C2, 33) * C1;
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            bytes = bytes[16..];
        }

        if (!bytes.IsEmpty)
        {
            (ulong k1, ulong k2) = Tail(all, bytes.Length);
            h2 ^= BitOperations.RotateLeft(k2 * C2, 33) * C1;
            h1 ^= BitOperations.RotateLeft(k1 * C1, 31) * C2;
        }

        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h2, h1);
    }

    /// <summary>
    /// The last <paramref name="count"/> bytes, 1 to 15, as two numbers; read as whole words that overlap, as
    /// copying them takes longer than the rest of a short text's hash (<c>EventParserBenchmarks</c>).
    /// </summary>
    private static (ulong First, ulong Second) Tail(ReadOnlySpan<byte> all, int count)
    {
        if (all.Length >= 16)
        {
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(all[^16..]);
            ulong high = BinaryPrimitives.ReadUInt64LittleEndian(all[^8..]);
            int unused = 8 * (16 - count);
            return count <= 8
                ? (high >> (unused - 64), 0)
                : ((low >> unused) | (high << (64 - unused)), high >> unused);
        }

        if (count > 8)
            return (BinaryPrimitives.ReadUInt64LittleEndian(all),
                BinaryPrimitives.ReadUInt64LittleEndian(all[^8..]) >> (8 * (16 - count)));
        if (count == 8)
            return (BinaryPrimitives.ReadUInt64LittleEndian(all), 0);
        if (count >= 4)
            return (BinaryPrimitives.ReadUInt32LittleEndian(all)
                | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(all[^4..]) << (8 * (count - 4))), 0);

        return (all[0] | ((ulong)all[count / 2] << (8 * (count / 2)))
            | ((ulong)all[count - 1] << (8 * (count - 1))), 0);
    }

    private static ulong Mix(ulong k)
    {
        k ^= k >> 33;
        k *= 0xff51afd7ed558ccd;
        k ^= k >> 33;
        k *= 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
