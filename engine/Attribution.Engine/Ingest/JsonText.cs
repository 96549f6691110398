using System.Text;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Turns the escapes of a JSON string that <see cref="JsonScanner"/> has passed into UTF-8. Stateless.
/// </summary>
internal static class JsonText
{
    /// <summary>Length of <c>\uXXXX</c>.</summary>
    public const int UnitBytes = 6;

    /// <summary>
    /// The UTF-16 unit at the start of the bytes, written <c>\uXXXX</c>; -1 when it is none.
    /// </summary>
    public static int HexUnit(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < UnitBytes || bytes[0] != '\\' || bytes[1] != 'u')
            return -1;

        int unit = 0;
        for (int i = 2; i < UnitBytes; i++)
        {
            int digit = HexDigit(bytes[i]);
            if (digit < 0)
                return -1;
            unit = (unit << 4) | digit;
        }

        return unit;
    }

    /// <summary>The value of one hexadecimal digit; -1 when it is none.</summary>
    public static int HexDigit(byte value) =>
        value is >= (byte)'0' and <= (byte)'9' ? value - '0'
        : (value | 0x20) is >= 'a' and <= 'f' ? (value | 0x20) - 'a' + 10 : -1;

    /// <summary>
    /// Writes the text that <paramref name="escaped"/> stands for; it is never longer than its escaped form.
    /// </summary>
    /// <returns>The number of bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        int written = 0;
        while (true)
        {
            int plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
            {
                escaped.CopyTo(target[written..]);
                return written + escaped.Length;
            }

            escaped[..plain].CopyTo(target[written..]);
            written += plain;
            escaped = escaped[plain..];
            if (escaped[1] == 'u')
            {
                written += WriteRune(ref escaped, target[written..]);
                continue;
            }

            target[written++] = Plain(escaped[1]);
            escaped = escaped[2..];
        }
    }

    /// <summary>Writes what one escape, <c>\n</c> or <c>\ud83d\ude00</c>, stands for.</summary>
    public static int UnescapeOne(ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        if (escaped[1] == 'u')
            return WriteRune(ref escaped, target);

        target[0] = Plain(escaped[1]);
        return 1;
    }

    /// <summary>What a backslash and this byte stand for; 0 where that is no escape.</summary>
    public static byte Plain(byte kind) => kind switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'"' or (byte)'\\' or (byte)'/' => kind,
        _ => 0,
    };

    private static int WriteRune(ref ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        int unit = HexUnit(escaped);
        escaped = escaped[UnitBytes..];
        if (!char.IsHighSurrogate((char)unit))
            return new Rune((char)unit).EncodeToUtf8(target);

        int low = HexUnit(escaped);
        escaped = escaped[UnitBytes..];
        return new Rune((char)unit, (char)low).EncodeToUtf8(target);
    }
}
