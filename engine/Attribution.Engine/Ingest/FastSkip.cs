namespace Attribution.Engine.Ingest;

/// <summary>
/// Passes over a JSON value as strictly as <see cref="JsonScanner.TrySkipValue"/>, in wide steps, and gives
/// up where that one would find an error or where a line ends. Stateless.
/// </summary>
internal static class FastSkip<TScan>
    where TScan : struct, ITextScan
{
    private const uint True = 't' | ('r' << 8) | ('u' << 16) | ((uint)'e' << 24);
    private const uint Alse = 'a' | ('l' << 8) | ('s' << 16) | ((uint)'e' << 24);

    /// <param name="source">The body.</param>
    /// <param name="place">Where the value begins.</param>
    /// <param name="depth">Objects and arrays around it.</param>
    /// <returns>Behind the value; or what <see cref="FastSource"/> names.</returns>
    public static int Value(in FastSource source, int place, int depth)
    {
        // One bit per open container, the innermost lowest: 1 is an object.
        ulong objects = 0;
        int open = 0;
        while (true)
        {
            byte first = source[place];
            if (first is (byte)'{' or (byte)'[')
            {
                if (++open + depth > JsonScanner.MaxDepth)
                    return FastSource.Odd;

                objects = (objects << 1) | (first == '{' ? 1u : 0u);
                place = source.SkipBlank(place + 1);
                if (source[place] != first + 2)
                {
                    if (first == '{')
                        place = Name(source, place);
                    if ((uint)place > (uint)source.Limit)
                        return OutOf(place);
                    continue;
                }
            }
            else
            {
                place = Scalar(source, place, first);
            }

            place = Close(source, place, ref objects, ref open);
            if ((uint)place > (uint)source.Limit)
                return OutOf(place);
            if (open == 0)
                return place;
        }
    }

    /// <summary>
    /// After a value within containers: passes what closes them, up to the next value or behind the last end.
    /// </summary>
    private static int Close(in FastSource source, int place, ref ulong objects, ref int open)
    {
        while (open > 0)
        {
            if ((uint)place > (uint)source.Limit)
                return OutOf(place);

            bool inObject = (objects & 1) != 0;
            place = source.SkipBlank(place);
            byte mark = source[place++];
            if (mark == ',')
            {
                place = source.SkipBlank(place);
                return inObject ? Name(source, place) : place;
            }

            if (mark != (inObject ? '}' : ']'))
                return FastSource.Odd;

            objects >>= 1;
            open--;
        }

        return place;
    }

    /// <summary>A name with its colon, up to the value.</summary>
    private static int Name(in FastSource source, int place)
    {
        if (place > source.Limit)
            return FastSource.NearEnd;
        if (source[place] != '"')
            return FastSource.Odd;
        place = Text(source, place + 1);
        if ((uint)place > (uint)source.Limit)
            return OutOf(place);
        place = source.SkipBlank(place);
        return source[place] == ':' ? source.SkipBlank(place + 1) : FastSource.Odd;
    }

    private static int Scalar(in FastSource source, int place, byte first) => first switch
    {
        (byte)'"' => Text(source, place + 1),
        (byte)'t' => source.Four(place) == True ? place + 4 : FastSource.Odd,
        (byte)'f' => source.Four(place + 1) == Alse ? place + 5 : FastSource.Odd,
        (byte)'n' => source.IsNull(place) ? place + 4 : FastSource.Odd,
        _ => Number(source, place),
    };

    /// <summary>A text, from behind its opening quote.</summary>
    private static int Text(in FastSource source, int place)
    {
        while (true)
        {
            if (place > source.Limit)
                return FastSource.NearEnd;
            int length = TScan.Skip(ref source[place], source.LastStep - place);
            if (length >= 0)
                return place + length + 1;

            place += ~length;
            if (place > source.Limit)
                return FastSource.NearEnd;
            if (source[place] != '\\')
                return FastSource.Odd;
            place = source.SkipEscape(place);
            if (place < 0)
                return place;
        }
    }

    private static int Number(in FastSource source, int place)
    {
        if (source[place] == '-')
            place++;
        if (source[place] == '0')
            place++;
        else if (!TryPassDigits(source, ref place))
            return FastSource.Odd;

        if (source[place] == '.')
        {
            place++;
            if (!TryPassDigits(source, ref place))
                return FastSource.Odd;
        }

        if (source[place] is (byte)'e' or (byte)'E')
        {
            place++;
            if (source[place] is (byte)'+' or (byte)'-')
                place++;
            if (!TryPassDigits(source, ref place))
                return FastSource.Odd;
        }

        return place;
    }

    /// <summary>Stops behind the limit too, so that a number without an end is none here.</summary>
    private static bool TryPassDigits(in FastSource source, ref int place)
    {
        int start = place;
        while (place <= source.Limit && char.IsAsciiDigit((char)source[place]))
            place++;
        return place > start;
    }

    private static int OutOf(int place) => place < 0 ? place : FastSource.NearEnd;
}
