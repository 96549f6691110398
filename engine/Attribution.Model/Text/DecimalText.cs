namespace Attribution.Model.Text;

/// <summary>
/// Compares numbers as JSON writes them, digit by digit: exact for any size and precision. Stateless.
/// </summary>
internal static class DecimalText
{
    /// <summary>Beyond it exponents are alike: no text is long enough to make up for one.</summary>
    private const long MaxExponent = 1_000_000_000_000;

    /// <summary>Whether the text is a number by the grammar of RFC 8259.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text) => Number.TryRead(text, out _);

    /// <summary>Less than 0 where the left number is the smaller, 0 where both are equal.</summary>
    /// <returns>False where one of the texts is no number.</returns>
    public static bool TryCompare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, out int order)
    {
        order = 0;
        if (!Number.TryRead(left, out Number a) || !Number.TryRead(right, out Number b))
            return false;

        order = a.Sign != b.Sign ? a.Sign.CompareTo(b.Sign) : a.Sign * a.CompareMagnitude(b);
        return true;
    }

    /// <summary>A number taken apart: ± 0.digits × 10^<see cref="Exponent"/>.</summary>
    private ref struct Number
    {
        /// <summary>−1, 0 or 1.</summary>
        public int Sign;
        public long Exponent;

        /// <summary>From the first digit that is not 0, with the point if it comes later.</summary>
        private ReadOnlySpan<byte> _digits;

        public static bool TryRead(ReadOnlySpan<byte> text, out Number number)
        {
            number = default;
            bool isNegative = !text.IsEmpty && text[0] == '-';
            ReadOnlySpan<byte> rest = isNegative ? text[1..] : text;
            int whole = DigitCount(rest);
            if (whole == 0 || (whole > 1 && rest[0] == '0'))
                return false;

            int length = whole;
            if (length < rest.Length && rest[length] == '.')
            {
                int fraction = DigitCount(rest[(length + 1)..]);
                if (fraction == 0)
                    return false;
                length += 1 + fraction;
            }

            ReadOnlySpan<byte> significand = rest[..length];
            if (!TryReadExponent(rest[length..], out long exponent))
                return false;

            int first = significand.IndexOfAnyExcept((byte)'0', (byte)'.');
            if (first < 0)
                return true;

            number._digits = significand[first..];
            number.Sign = isNegative ? -1 : 1;
            number.Exponent = exponent + (first < whole ? whole - first : whole - first + 1);
            return true;
        }

        public readonly int CompareMagnitude(in Number other)
        {
            if (Exponent != other.Exponent)
                return Exponent.CompareTo(other.Exponent);

            int at = 0;
            int otherAt = 0;
            while (at < _digits.Length || otherAt < other._digits.Length)
            {
                int order = NextDigit(_digits, ref at) - NextDigit(other._digits, ref otherAt);
                if (order != 0)
                    return order > 0 ? 1 : -1;
            }

            return 0;
        }

        private static int NextDigit(ReadOnlySpan<byte> digits, ref int at)
        {
            if (at < digits.Length && digits[at] == '.')
                at++;
            return at < digits.Length ? digits[at++] - '0' : 0;
        }

        private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent)
        {
            exponent = 0;
            if (text.IsEmpty)
                return true;
            if ((text[0] | 0x20) != 'e')
                return false;

            text = text[1..];
            bool isNegative = !text.IsEmpty && text[0] == '-';
            if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
                text = text[1..];
            if (text.IsEmpty || DigitCount(text) != text.Length)
                return false;

            foreach (byte digit in text)
                exponent = Math.Min((exponent * 10) + (digit - '0'), MaxExponent);
            exponent = isNegative ? -exponent : exponent;
            return true;
        }

        private static int DigitCount(ReadOnlySpan<byte> text)
        {
            int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            return end < 0 ? text.Length : end;
        }
    }
}
