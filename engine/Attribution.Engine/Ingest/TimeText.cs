namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads the two forms of time the contract knows into milliseconds since 1970 UTC: RFC 3339
/// (<c>2026-11-21T04:54:35.123+01:00</c>) and epoch milliseconds. Finer fractions are cut off. Stateless.
/// </summary>
internal static class TimeText
{
    private const long DayMillis = 86_400_000;

    /// <summary>Most digits of epoch milliseconds: up to the year 5138, before any overflow.</summary>
    private const int MaxEpochDigits = 14;

    /// <summary>A string's text: RFC 3339, or nothing but the digits of epoch milliseconds.</summary>
    public static bool TryReadText(ReadOnlySpan<byte> text, out long millis) =>
        text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? TryReadRfc3339(text, out millis)
            : TryReadDigits(text, MaxEpochDigits, out millis);

    /// <summary>
    /// A JSON number: epoch milliseconds, its fraction cut off; with an exponent it must be whole.
    /// </summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> number, out long millis)
    {
        if (number.ContainsAny((byte)'e', (byte)'E'))
            return DecimalText.TryRead(number, decimals: 0, out millis) == ParseError.None;

        bool isNegative = number[0] == '-';
        if (isNegative)
            number = number[1..];
        int point = number.IndexOf((byte)'.');
        bool isRead = TryReadDigits(point < 0 ? number : number[..point], MaxEpochDigits, out millis);
        if (isNegative)
            millis = -millis;
        return isRead;
    }

    /// <summary>A day of the proleptic Gregorian calendar, as days since 1970-01-01.</summary>
    public static bool TryReadDay(int year, int month, int day, out long days)
    {
        bool isDay = month is >= 1 and <= 12 && day >= 1 && day <= DaysIn(year, month);
        days = isDay ? DaysBefore(year, month, day) : 0;
        return isDay;
    }

    private static bool TryReadRfc3339(ReadOnlySpan<byte> text, out long millis)
    {
        millis = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':'
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
            return false;

        bool isRead = TryReadDigits(text[..4], 4, out long year)
            & TryReadDigits(text[5..7], 2, out long month)
            & TryReadDigits(text[8..10], 2, out long day)
            & TryReadDigits(text[11..13], 2, out long hour)
            & TryReadDigits(text[14..16], 2, out long minute)
            & TryReadDigits(text[17..19], 2, out long second);
        if (!isRead || !TryReadDay((int)year, (int)month, (int)day, out long days)
            || hour > 23 || minute > 59 || second > 60)
            return false;

        ReadOnlySpan<byte> rest = text[19..];
        if (!TryReadFraction(ref rest, out long fractionMillis)
            || !TryReadOffset(rest, out long offsetMillis))
            return false;

        long seconds = (((hour * 60) + minute) * 60) + second;
        millis = (days * DayMillis) + (seconds * 1_000) - offsetMillis;
        // A leap second ends a UTC day and nothing else; it becomes the next day's first second.
        bool isAllowed = second < 60 || millis % DayMillis == 0;
        millis += fractionMillis;
        return isAllowed;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> rest, out long millis)
    {
        millis = 0;
        if (rest[0] != '.')
            return true;

        int end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end < 1)
            return false;

        for (int i = 1; i <= 3; i++)
            millis = (millis * 10) + (i <= end ? rest[i] - '0' : 0);
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out long millis)
    {
        millis = 0;
        if (text.Length == 1)
            return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return false;

        bool isRead = TryReadDigits(text[1..3], 2, out long hours)
            & TryReadDigits(text[4..], 2, out long minutes);
        millis = ((hours * 60) + minutes) * (text[0] == '-' ? -60_000 : 60_000);
        return isRead && hours < 24 && minutes < 60;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, int maxDigits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > maxDigits)
            return false;

        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>
    /// Days from 1970-01-01 in the proleptic Gregorian calendar; years begin in March, so leap days end them.
    /// </summary>
    private static long DaysBefore(long year, long month, long day)
    {
        long marchYear = month > 2 ? year : year - 1;
        long marchMonth = month > 2 ? month - 3 : month + 9;
        long era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400;
        long yearOfEra = marchYear - (era * 400);
        long dayOfYear = (((153 * marchMonth) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }
}
