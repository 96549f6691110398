using System.Buffers;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Finds where a value ends without understanding it, so that what is not valid JSON can be passed over: it
/// balances brackets outside strings, and nothing more. Stateless.
/// </summary>
internal static class ElementFramer
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],"u8);

    /// <summary>
    /// Where the array element at <paramref name="start"/> ends: at its comma or the array's bracket.
    /// </summary>
    /// <returns>-1 when it has no end.</returns>
    public static int FindElementEnd(ReadOnlySpan<byte> bytes, int start)
    {
        int depth = 0;
        while (TryReadMark(bytes, ref start, out byte mark))
        {
            if (mark is (byte)'{' or (byte)'[')
                depth++;
            else if (depth == 0 && mark != '}')
                return start - 1;
            else if (mark != ',' && depth > 0)
                depth--;
        }

        return -1;
    }

    /// <summary>
    /// Where the object that begins at <paramref name="start"/> ends: behind its last brace.
    /// </summary>
    /// <returns>-1 when it has no end.</returns>
    public static int FindObjectEnd(ReadOnlySpan<byte> bytes, int start)
    {
        int depth = 0;
        while (TryReadMark(bytes, ref start, out byte mark))
        {
            if (mark is (byte)'{' or (byte)'[')
                depth++;
            else if (mark != ',' && --depth <= 0)
                return start;
        }

        return -1;
    }

    /// <summary>The next bracket or comma outside strings; the position goes behind it.</summary>
    private static bool TryReadMark(ReadOnlySpan<byte> bytes, ref int position, out byte mark)
    {
        mark = 0;
        while (true)
        {
            int found = bytes[position..].IndexOfAny(Marks);
            if (found < 0)
                return false;

            position += found + 1;
            mark = bytes[position - 1];
            if (mark != '"')
                return true;
            if (!TrySkipString(bytes, ref position))
                return false;
        }
    }

    private static bool TrySkipString(ReadOnlySpan<byte> bytes, ref int position)
    {
        while (true)
        {
            int stop = bytes[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
                return false;

            position += stop + 1;
            if (bytes[position - 1] == '"')
                return true;
            if (position == bytes.Length)
                return false;
            position++;
        }
    }
}
