using System.Buffers;

namespace Attribution.Engine.Ingest;

/// <summary>
/// A string's place in the scanned bytes, between its quotes, still escaped. A plain value.
/// </summary>
internal readonly record struct JsonString(int Start, int Length, bool IsEscaped);

/// <summary>
/// Walks over JSON strictly by RFC 8259, one value at a time, and reports bad input as a value where
/// <c>Utf8JsonReader</c> throws. It checks all but UTF-8 validity, which its owner checks over the whole
/// event at once. Lives on its owner's stack.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> bytes, int position)
{
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    /// <summary>Why the last method returned false.</summary>
    public ParseError Error { get; private set; }

    /// <summary>
    /// The next byte that is not white space, unread; 0 at the end, where 0 is no JSON either.
    /// </summary>
    public byte Peek()
    {
        int position = Position;
        while ((uint)position < (uint)_bytes.Length)
        {
            byte value = _bytes[position];
            if (value > ' ' || value is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                Position = position;
                return value;
            }

            position++;
        }

        Position = position;
        return 0;
    }

    public bool TryReadByte(byte expected)
    {
        if (Peek() != expected)
            return Fail(ParseError.Syntax);

        Position++;
        return true;
    }

    public bool TryReadString(out JsonString value)
    {
        value = default;
        if (!TryReadByte((byte)'"'))
            return false;

        int start = Position;
        bool isEscaped = false;
        while (true)
        {
            int stop = _bytes[Position..].IndexOfAny(StringStops);
            if (stop < 0)
                return Fail(ParseError.Syntax);

            Position += stop;
            byte found = _bytes[Position];
            if (found == '"')
            {
                value = new JsonString(start, Position - start, isEscaped);
                Position++;
                return true;
            }

            if (found != '\\')
                return Fail(ParseError.Syntax);

            isEscaped = true;
            if (!TryReadEscape())
                return false;
        }
    }

    /// <summary>Reads a number, true, false or null.</summary>
    public bool TryReadScalar(out ReadOnlySpan<byte> text)
    {
        byte first = Peek();
        int start = Position;
        bool isRead = first switch
        {
            (byte)'t' => TryReadLiteral("true"u8),
            (byte)'f' => TryReadLiteral("false"u8),
            (byte)'n' => TryReadLiteral("null"u8),
            _ => TryReadNumber(),
        };
        text = isRead ? _bytes[start..Position] : default;
        return isRead;
    }

    /// <summary>
    /// Reads any value; <paramref name="depth"/> is the number of objects and arrays around it.
    /// </summary>
    public bool TrySkipValue(int depth)
    {
        // One bit per open container, the innermost lowest: 1 is an object.
        ulong objects = 0;
        int open = 0;
        while (true)
        {
            byte first = Peek();
            if (first is (byte)'{' or (byte)'[')
            {
                Position++;
                if (++open + depth > MaxDepth)
                    return Fail(ParseError.TooDeep);

                objects = (objects << 1) | (first == '{' ? 1u : 0u);
                byte closing = first == '{' ? (byte)'}' : (byte)']';
                if (Peek() != closing)
                {
                    if (first == '{' && !TrySkipName())
                        return false;
                    continue;
                }
            }
            else if (first == '"' ? !TryReadString(out _) : !TryReadScalar(out _))
            {
                return false;
            }

            if (!TryClose(ref objects, ref open))
                return false;
            if (open == 0)
                return true;
        }
    }

    /// <summary>
    /// After a value within containers: reads what closes them, up to the next value or the last end.
    /// </summary>
    private bool TryClose(ref ulong objects, ref int open)
    {
        while (open > 0)
        {
            bool inObject = (objects & 1) != 0;
            byte next = Peek();
            Position++;
            if (next == ',')
                return !inObject || TrySkipName();
            if (next != (inObject ? '}' : ']'))
                return Fail(ParseError.Syntax);

            objects >>= 1;
            open--;
        }

        return true;
    }

    private bool TrySkipName() => TryReadString(out _) && TryReadByte((byte)':');

    private bool TryReadLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_bytes[Position..].StartsWith(literal))
            return Fail(ParseError.Syntax);

        Position += literal.Length;
        return true;
    }

    private bool TryReadNumber()
    {
        int position = Position;
        if (At(position) == '-')
            position++;

        if (At(position) == '0')
            position++;
        else if (!TryReadDigits(ref position))
            return Fail(ParseError.Syntax);

        if (At(position) == '.')
        {
            position++;
            if (!TryReadDigits(ref position))
                return Fail(ParseError.Syntax);
        }

        if (At(position) is (byte)'e' or (byte)'E')
        {
            position++;
            if (At(position) is (byte)'+' or (byte)'-')
                position++;
            if (!TryReadDigits(ref position))
                return Fail(ParseError.Syntax);
        }

        Position = position;
        return true;
    }

    private readonly bool TryReadDigits(ref int position)
    {
        int start = position;
        while (char.IsAsciiDigit((char)At(position)))
            position++;
        return position > start;
    }

    private bool TryReadEscape()
    {
        byte kind = At(Position + 1);
        if (kind != 'u')
        {
            Position += 2;
            bool isKnown = kind is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f'
                or (byte)'n' or (byte)'r' or (byte)'t';
            return isKnown || Fail(ParseError.Syntax);
        }

        int unit = JsonText.HexUnit(_bytes[Position..]);
        if (unit < 0)
            return Fail(ParseError.Syntax);

        Position += JsonText.UnitBytes;
        if (!char.IsSurrogate((char)unit))
            return true;
        if (char.IsLowSurrogate((char)unit))
            return Fail(ParseError.LoneSurrogate);

        int second = JsonText.HexUnit(_bytes[Position..]);
        if (second < 0 || !char.IsLowSurrogate((char)second))
            return Fail(ParseError.LoneSurrogate);

        Position += JsonText.UnitBytes;
        return true;
    }

    private readonly byte At(int position) =>
        (uint)position < (uint)_bytes.Length ? _bytes[position] : (byte)0;

    private bool Fail(ParseError error)
    {
        Error = error;
        return false;
    }
}
