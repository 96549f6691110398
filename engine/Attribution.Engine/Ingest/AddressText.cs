using System.Buffers.Binary;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads an IP address without an object for it: dotted IPv4 with no leading zeros, IPv6 by RFC 4291 without
/// a zone. Stateless.
/// </summary>
internal static class AddressText
{
    private const int Groups = 8;

    public static bool TryRead(ReadOnlySpan<byte> text, out Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bool isRead;
        if (text.Contains((byte)':'))
        {
            isRead = TryReadVersion6(text, bytes);
        }
        else
        {
            bytes[10] = bytes[11] = 0xff;
            isRead = TryReadVersion4(text, bytes[12..]);
        }

        address = isRead ? Address.From(bytes) : default;
        return isRead;
    }

    private static bool TryReadVersion4(ReadOnlySpan<byte> text, Span<byte> target)
    {
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0'))
                return false;

            int value = 0;
            foreach (byte digit in text[..end])
            {
                if (!char.IsAsciiDigit((char)digit))
                    return false;
                value = (value * 10) + (digit - '0');
            }

            if (value > byte.MaxValue)
                return false;
            target[i] = (byte)value;
            text = i < 3 ? text[(end + 1)..] : default;
        }

        return true;
    }

    private static bool TryReadVersion6(ReadOnlySpan<byte> text, Span<byte> target)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
            return TryReadGroups(text, target, out int all) && all == Groups;

        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        if (!TryReadGroups(text[..gap], target, out int before)
            || !TryReadGroups(text[(gap + 2)..], tail, out int after)
            || before + after >= Groups || text[..gap].Contains((byte)'.'))
            return false;

        tail[..(after * 2)].CopyTo(target[((Groups - after) * 2)..]);
        return true;
    }

    /// <summary>
    /// Reads groups parted by single colons; the last may be an IPv4 address, which is two groups.
    /// </summary>
    private static bool TryReadGroups(ReadOnlySpan<byte> text, Span<byte> target, out int count)
    {
        count = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = end < 0 ? text : text[..end];
            if (end < 0 && group.Contains((byte)'.'))
            {
                bool isRead = count <= Groups - 2 && TryReadVersion4(group, target[(count * 2)..]);
                count += 2;
                return isRead;
            }

            if (count == Groups || end == text.Length - 1 || !TryReadGroup(group, target[(count * 2)..]))
                return false;
            count++;
            text = end < 0 ? default : text[(end + 1)..];
        }

        return true;
    }

    private static bool TryReadGroup(ReadOnlySpan<byte> group, Span<byte> target)
    {
        if (group.Length is < 1 or > 4)
            return false;

        int value = 0;
        foreach (byte letter in group)
        {
            int digit = JsonText.HexDigit(letter);
            if (digit < 0)
                return false;
            value = (value << 4) | digit;
        }

        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)value);
        return true;
    }
}
