using System.Numerics;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Compression;

/// <summary>
/// CityHash128 of version 1.0.2, the checksum of ClickHouse's compressed frames; later versions differ.
/// Stateless. The algorithm is by Geoff Pike and Jyrki Alakuijala (Google, MIT licence).
/// </summary>
public static class CityHash128
{
    private const ulong K0 = 0xc3a5c85c97cb3127;
    private const ulong K1 = 0xb492b66fbe98f273;
    private const ulong K2 = 0x9ae16a3b2f90404f;
    private const ulong K3 = 0xc949d7c7509e6557;

    /// <summary>The hash; its low half is what a frame holds first.</summary>
    public static UInt128 Hash(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        if (length >= 16)
            return Seeded(bytes[16..], Fetch(bytes, 0) ^ K3, Fetch(bytes, 8));
        if (length >= 8)
            return Seeded([], Fetch(bytes, 0) ^ ((ulong)length * K0), Fetch(bytes, length - 8) ^ K1);
        return Seeded(bytes, K0, K1);
    }

    private static UInt128 Seeded(ReadOnlySpan<byte> s, ulong seedLow, ulong seedHigh)
    {
        if (s.Length < 128)
            return Murmur(s, seedLow, seedHigh);

        ulong x = seedLow;
        ulong y = seedHigh;
        ulong z = (ulong)s.Length * K1;
        Pair v;
        v.First = (Rotate(y ^ K1, 49) * K1) + Fetch(s, 0);
        v.Second = (Rotate(v.First, 42) * K1) + Fetch(s, 8);
        Pair w;
        w.First = (Rotate(y + z, 35) * K1) + x;
        w.Second = Rotate(x + Fetch(s, 88), 53) * K1;

        int at = 0;
        for (int rounds = s.Length / 128 * 2; rounds > 0; rounds--)
        {
            ReadOnlySpan<byte> part = s.Slice(at, 64);
            x = Rotate(x + y + v.First + Fetch(part, 16), 37) * K1;
            y = Rotate(y + v.Second + Fetch(part, 48), 42) * K1;
            x ^= w.Second;
            y ^= v.First;
            z = Rotate(z ^ w.First, 33);
            v = Weak32(part, v.Second * K1, x + w.First);
            w = Weak32(part[32..], z + w.Second, y);
            (z, x) = (x, z);
            at += 64;
        }

        y += (Rotate(w.First, 37) * K0) + z;
        x += Rotate(v.First + z, 49) * K0;
        int rest = s.Length - at;
        // The tail is taken in steps of 32 from the end, so its last step may reach back into what was
        // hashed.
        for (int done = 32; done - 32 < rest; done += 32)
        {
            ReadOnlySpan<byte> part = s.Slice(s.Length - done, 32);
            y = (Rotate(y - x, 42) * K0) + v.Second;
            w.First += Fetch(part, 16);
            x = (Rotate(x, 49) * K0) + w.First;
            w.First += v.First;
            v = Weak32(part, v.First, v.Second);
        }

        x = Hash16(x, v.First);
        y = Hash16(y, w.First);
        return new UInt128(
            upper: Hash16(x + w.Second, y + v.Second),
            lower: Hash16(x + v.Second, w.Second) + y);
    }

    private static UInt128 Murmur(ReadOnlySpan<byte> s, ulong seedLow, ulong seedHigh)
    {
        ulong a = seedLow;
        ulong b = seedHigh;
        ulong c;
        ulong d;
        ulong length = (ulong)s.Length;
        if (s.Length <= 16)
        {
            a = ShiftMix(a * K1) * K1;
            c = (b * K1) + Hash0To16(s);
            d = ShiftMix(a + (s.Length >= 8 ? Fetch(s, 0) : c));
        }
        else
        {
            c = Hash16(Fetch(s, s.Length - 8) + K1, a);
            d = Hash16(b + length, c + Fetch(s, s.Length - 16));
            a += d;
            for (int at = 0; at < s.Length - 16; at += 16)
            {
                a = (a ^ (ShiftMix(Fetch(s, at) * K1) * K1)) * K1;
                b ^= a;
                c = (c ^ (ShiftMix(Fetch(s, at + 8) * K1) * K1)) * K1;
                d ^= c;
            }
        }

        a = Hash16(a, c);
        b = Hash16(d, b);
        return new UInt128(upper: Hash16(b, a), lower: a ^ b);
    }

    private static ulong Hash0To16(ReadOnlySpan<byte> s)
    {
        int length = s.Length;
        if (length > 8)
        {
            ulong last = Fetch(s, length - 8);
            return Hash16(Fetch(s, 0), Rotate(last + (ulong)length, length)) ^ last;
        }

        if (length >= 4)
        {
            ulong first = MemoryMarshal.Read<uint>(s);
            return Hash16((ulong)length + (first << 3), MemoryMarshal.Read<uint>(s[(length - 4)..]));
        }

        if (length == 0)
            return K2;

        uint y = s[0] + ((uint)s[length >> 1] << 8);
        uint z = (uint)length + ((uint)s[length - 1] << 2);
        return ShiftMix((y * K2) ^ (z * K3)) * K2;
    }

    private static Pair Weak32(ReadOnlySpan<byte> s, ulong a, ulong b)
    {
        ulong z = Fetch(s, 24);
        a += Fetch(s, 0);
        b = Rotate(b + a + z, 21);
        ulong c = a;
        a += Fetch(s, 8) + Fetch(s, 16);
        b += Rotate(a, 44);
        return new Pair { First = a + z, Second = b + c };
    }

    private static ulong Hash16(ulong low, ulong high)
    {
        const ulong Multiplier = 0x9ddfea08eb382d69;
        ulong a = (low ^ high) * Multiplier;
        a ^= a >> 47;
        ulong b = (high ^ a) * Multiplier;
        b ^= b >> 47;
        return b * Multiplier;
    }

    private static ulong ShiftMix(ulong value) => value ^ (value >> 47);

    private static ulong Rotate(ulong value, int bits) => BitOperations.RotateRight(value, bits);

    private static ulong Fetch(ReadOnlySpan<byte> s, int at) => MemoryMarshal.Read<ulong>(s[at..]);

    private struct Pair
    {
        public ulong First;
        public ulong Second;
    }
}
