using System.Text.Unicode;

namespace Attribution.Model.Text;

/// <summary>The parts of a URL behind its host. Works on slices of the caller's bytes. Stateless.</summary>
internal static class Urls
{
    /// <summary>
    /// From the first slash behind the host up to query or fragment; empty where there is none.
    /// </summary>
    public static ReadOnlySpan<byte> Path(ReadOnlySpan<byte> url)
    {
        int scheme = url.IndexOf("//"u8);
        if (scheme == 0 || (scheme > 0 && url[scheme - 1] == ':'))
            url = url[(scheme + 2)..];

        int end = url.IndexOfAny((byte)'?', (byte)'#');
        if (end >= 0)
            url = url[..end];
        int slash = url.IndexOf((byte)'/');
        return slash < 0 ? default : url[slash..];
    }

    /// <summary>Between question mark and fragment; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Query(ReadOnlySpan<byte> url)
    {
        int fragment = url.IndexOf((byte)'#');
        if (fragment >= 0)
            url = url[..fragment];
        int mark = url.IndexOf((byte)'?');
        return mark < 0 ? default : url[(mark + 1)..];
    }

    /// <summary>
    /// A parameter's value as it is written, of several the first that is not empty: as ingestion reads them.
    /// </summary>
    /// <param name="query">Pairs parted by ampersands.</param>
    /// <param name="lowerCaseName">Names match whatever their case.</param>
    /// <param name="value">Still encoded; empty where the parameter has no value.</param>
    /// <returns>False where there is no such parameter.</returns>
    public static bool TryFind(
        ReadOnlySpan<byte> query, ReadOnlySpan<byte> lowerCaseName, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool isFound = false;
        while (!query.IsEmpty && value.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (AsciiCase.EqualsLower(equals < 0 ? pair : pair[..equals], lowerCaseName))
            {
                isFound = true;
                value = equals < 0 ? default : pair[(equals + 1)..];
            }
        }

        return isFound;
    }

    /// <summary>
    /// Resolves <c>+</c> and <c>%XX</c>. An escape that is none stays; a result that is not UTF-8 gives the
    /// value as it is written.
    /// </summary>
    /// <param name="value">As it is written.</param>
    /// <param name="room">At least as long.</param>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value, Span<byte> room)
    {
        if (!value.ContainsAny((byte)'%', (byte)'+'))
            return value;

        int written = 0;
        for (int i = 0; i < value.Length; i++)
        {
            byte next = value[i] == '+' ? (byte)' ' : value[i];
            if (next == '%' && i + 2 < value.Length
                && HexValue(value[i + 1]) is int high and >= 0 && HexValue(value[i + 2]) is int low and >= 0)
            {
                next = (byte)((high << 4) | low);
                i += 2;
            }

            room[written++] = next;
        }

        return Utf8.IsValid(room[..written]) ? room[..written] : value;
    }

    private static int HexValue(byte digit) =>
        char.IsAsciiHexDigit((char)digit)
            ? char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10
            : -1;
}
