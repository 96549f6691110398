using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>How a <see cref="CompactId"/> holds its text.</summary>
public enum IdForm : byte
{
    /// <summary>0 to 16 bytes, in place.</summary>
    Inline = 0,

    /// <summary>A lower-case UUID with hyphens, as its 16 bytes.</summary>
    Uuid = 1,

    /// <summary>Anything longer: <see cref="CompactId.Low"/> is a place in the owner's text heap.</summary>
    Heap = 2,
}

/// <summary>
/// An event id of up to 64 bytes in 18: UUIDs and short ids in place, others as a reference into a text heap.
/// A value; whoever made a <see cref="IdForm.Heap"/> id owns the heap it points into.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
public struct CompactId : IEquatable<CompactId>
{
    private const int UuidTextLength = 36;

    /// <summary>The first 8 bytes, big-endian, so that comparing numbers compares text.</summary>
    public ulong High;
    public ulong Low;
    public IdForm Form;
    public byte Length;

    /// <summary>Packs an id that needs no heap.</summary>
    /// <returns>False where the id is longer than 16 bytes and no lower-case UUID.</returns>
    public static bool TryPack(ReadOnlySpan<byte> text, out CompactId id)
    {
        id = default;
        Span<byte> raw = stackalloc byte[16];
        if (text.Length <= 16)
        {
            raw.Clear();
            text.CopyTo(raw);
            id.Form = IdForm.Inline;
        }
        else if (text.Length == UuidTextLength && TryReadUuid(text, raw))
        {
            id.Form = IdForm.Uuid;
        }
        else
        {
            return false;
        }

        id.High = BinaryPrimitives.ReadUInt64BigEndian(raw);
        id.Low = BinaryPrimitives.ReadUInt64BigEndian(raw[8..]);
        id.Length = (byte)text.Length;
        return true;
    }

    /// <summary>An id whose text lies in the owner's heap.</summary>
    public static CompactId OnHeap(ulong place, int length) =>
        new() { Low = place, Form = IdForm.Heap, Length = (byte)length };

    /// <summary>
    /// Writes the text of an id that is not on a heap; <paramref name="target"/> holds at least 36 bytes.
    /// </summary>
    /// <returns>The number of bytes written.</returns>
    public readonly int Write(Span<byte> target)
    {
        Span<byte> raw = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(raw, High);
        BinaryPrimitives.WriteUInt64BigEndian(raw[8..], Low);
        if (Form == IdForm.Inline)
        {
            raw[..Length].CopyTo(target);
            return Length;
        }

        int at = 0;
        for (int i = 0; i < 16; i++)
        {
            if (i is 4 or 6 or 8 or 10)
                target[at++] = (byte)'-';
            target[at++] = HexDigit(raw[i] >> 4);
            target[at++] = HexDigit(raw[i] & 15);
        }

        return at;
    }

    /// <summary>The same id of the same owner: a text on the heap is equal to itself only.</summary>
    public readonly bool Equals(CompactId other) =>
        High == other.High && Low == other.Low && Form == other.Form && Length == other.Length;

    public override readonly bool Equals(object? obj) => obj is CompactId other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(High, Low, Form, Length);

    public static bool operator ==(CompactId left, CompactId right) => left.Equals(right);

    public static bool operator !=(CompactId left, CompactId right) => !left.Equals(right);

    private static bool TryReadUuid(ReadOnlySpan<byte> text, Span<byte> raw)
    {
        int at = 0;
        for (int i = 0; i < 16; i++)
        {
            if (i is 4 or 6 or 8 or 10 && text[at++] != '-')
                return false;
            int high = HexValue(text[at++]);
            int low = HexValue(text[at++]);
            if ((high | low) < 0)
                return false;
            raw[i] = (byte)((high << 4) | low);
        }

        return true;
    }

    private static int HexValue(byte digit)
    {
        if (digit is >= (byte)'0' and <= (byte)'9')
            return digit - '0';
        return digit is >= (byte)'a' and <= (byte)'f' ? digit - 'a' + 10 : -1;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
