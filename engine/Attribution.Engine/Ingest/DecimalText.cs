namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads a decimal number, as JSON writes it, exactly into a scaled integer that ClickHouse's Decimal64 can
/// hold; no floating point is in the way. Stateless.
/// </summary>
internal static class DecimalText
{
    /// <summary>Digits of a Decimal64.</summary>
    private const int MaxDigits = 18;

    /// <summary>
    /// Beyond it, no number but 0 has a meaning; kept low so that sums of exponents cannot overflow.
    /// </summary>
    private const int MaxExponent = 100_000;

    private static readonly long[] PowersOfTen = NewPowers();

    /// <summary>Reads <paramref name="text"/> times 10 to the power of <paramref name="decimals"/>.</summary>
    public static ParseError TryRead(ReadOnlySpan<byte> text, int decimals, out long scaled)
    {
        scaled = 0;
        var scanner = new JsonScanner(text, 0);
        if (text.IsEmpty || text[0] > '9' || text[0] <= ' ' || !scanner.TryReadScalar(out _)
            || scanner.Position != text.Length)
            return ParseError.NotADecimal;

        Significand(text, out long digits, out int count, out int exponent);
        if (count == 0)
            return ParseError.None;

        int shift = exponent + decimals;
        // The last digit counted is not 0, so a negative shift would cut something off.
        if (shift < 0)
            return ParseError.TooPrecise;
        if (count + shift > MaxDigits)
            return ParseError.OutOfRange;

        scaled = digits * PowersOfTen[shift] * (text[0] == '-' ? -1 : 1);
        return ParseError.None;
    }

    /// <summary>
    /// The digits from the first to the last that is not 0, how many they are, and the power of ten of the
    /// last. With more than <see cref="MaxDigits"/> of them only their count is right.
    /// </summary>
    private static void Significand(ReadOnlySpan<byte> text, out long digits, out int count, out int exponent)
    {
        digits = 0;
        count = 0;
        int zeros = 0;
        int fraction = 0;
        bool inFraction = false;
        int i = text[0] == '-' ? 1 : 0;
        for (; i < text.Length && text[i] is not ((byte)'e' or (byte)'E'); i++)
        {
            if (text[i] == '.')
            {
                inFraction = true;
                continue;
            }

            fraction += inFraction ? 1 : 0;
            if (text[i] == '0')
            {
                zeros += count > 0 ? 1 : 0;
                continue;
            }

            count += zeros + 1;
            if (count <= MaxDigits)
                digits = (digits * PowersOfTen[zeros + 1]) + (text[i] - '0');
            zeros = 0;
        }

        exponent = zeros - fraction + (i < text.Length ? Exponent(text[(i + 1)..]) : 0);
    }

    private static int Exponent(ReadOnlySpan<byte> text)
    {
        int exponent = 0;
        foreach (byte digit in text)
        {
            if (char.IsAsciiDigit((char)digit))
                exponent = Math.Min((exponent * 10) + (digit - '0'), MaxExponent);
        }

        return text[0] == '-' ? -exponent : exponent;
    }

    private static long[] NewPowers()
    {
        long[] powers = new long[MaxDigits + 1];
        powers[0] = 1;
        for (int i = 1; i <= MaxDigits; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
