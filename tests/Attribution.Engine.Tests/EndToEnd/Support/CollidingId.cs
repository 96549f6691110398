using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// What an attacker can do: an id of plain text whose hash in one project is that of another id in another
/// project, found by running MurmurHash3 backwards. Stateless.
/// </summary>
internal static class CollidingId
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    /// <summary>An id whose lower 64 bits of the hash, which name a person, are those asked for.</summary>
    public static string ForPerson(string project, IdKind kind, ulong wanted)
    {
        ulong seed = EventHash.Project(Encoding.UTF8.GetBytes(project));
        Span<byte> id = stackalloc byte[16];
        for (ulong free = 0; ; free++)
        {
            Invert(new State(seed, (ulong)kind), id.Length, new UInt128(free, wanted), id);
            if (!id.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !id.ContainsAny((byte)'"', (byte)'\\'))
                return Encoding.ASCII.GetString(id);
        }
    }

    /// <summary>An id with the whole hash of another event.</summary>
    public static string ForEvent(string project, UInt128 wanted)
    {
        const ulong EventIdSeed = 100;
        ulong seed = EventHash.Project(Encoding.UTF8.GetBytes(project));
        byte[] id = new byte[32];
        for (long free = 0; ; free++)
        {
            Encoding.ASCII.GetBytes($"{free:D16}", id);
            State state = After(new State(seed, EventIdSeed), id);
            Invert(state, id.Length, wanted, id.AsSpan(16));
            if (!id.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~')
                && !id.AsSpan().ContainsAny((byte)'"', (byte)'\\'))
                return Encoding.ASCII.GetString(id);
        }
    }

    /// <summary>The state after a block of 16 bytes, as the hash goes.</summary>
    private static State After(State state, ReadOnlySpan<byte> block)
    {
        ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(block);
        ulong k2 = BinaryPrimitives.ReadUInt64LittleEndian(block[8..]);
        ulong h1 = state.H1 ^ (BitOperations.RotateLeft(k1 * C1, 31) * C2);
        h1 = ((BitOperations.RotateLeft(h1, 27) + state.H2) * 5) + 0x52dce729;
        ulong h2 = state.H2 ^ (BitOperations.RotateLeft(k2 * C2, 33) * C1);
        h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        return new State(h1, h2);
    }

    /// <summary>The last block that leads from a state to a hash.</summary>
    private static void Invert(State state, int length, UInt128 hash, Span<byte> block)
    {
        ulong h1 = (ulong)hash;
        ulong h2 = (ulong)(hash >> 64) - h1;
        h1 = Unmix(h1 - h2);
        h2 = Unmix(h2);
        h2 -= h1;
        h1 -= h2;
        h1 ^= (ulong)length;
        h2 ^= (ulong)length;
        ulong k2 = BitOperations.RotateRight(((h2 - 0x38495ab5) * Inverse(5)) - h1, 31) ^ state.H2;
        ulong k1 =
            BitOperations.RotateRight(((h1 - 0x52dce729) * Inverse(5)) - state.H2, 27) ^ state.H1;
        k1 = BitOperations.RotateRight(k1 * Inverse(C2), 31) * Inverse(C1);
        k2 = BitOperations.RotateRight(k2 * Inverse(C1), 33) * Inverse(C2);
        BinaryPrimitives.WriteUInt64LittleEndian(block, k1);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], k2);
    }

    private static ulong Unmix(ulong k)
    {
        k ^= k >> 33;
        k *= Inverse(0xc4ceb9fe1a85ec53);
        k ^= k >> 33;
        k *= Inverse(0xff51afd7ed558ccd);
        return k ^ (k >> 33);
    }

    /// <summary>Of an odd number modulo 2^64, by Newton's iteration.</summary>
    private static ulong Inverse(ulong odd)
    {
        ulong inverse = odd;
        for (int i = 0; i < 6; i++)
            inverse *= 2 - (odd * inverse);
        return inverse;
    }

    /// <summary>The two halves of the hash between blocks.</summary>
    private readonly record struct State(ulong H1, ulong H2);
}
