using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads the common forms of times, amounts and addresses eight bytes at a time, without a look at where they
/// end first. What it does not take may still be right; the strict readers (<see cref="TimeText"/>,
/// <see cref="DecimalText"/>, <see cref="AddressText"/>) decide then. Reads up to 32 bytes wherever the value
/// ends. Stateless.
/// </summary>
internal static class FixedText
{
    /// <summary>Digits of epoch milliseconds from 2001 to 2286.</summary>
    public const int EpochDigits = 13;

    /// <summary>Length of <c>2026-11-29T12:00:00.123Z</c>.</summary>
    public const int Rfc3339Bytes = 24;

    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong HighNibbles = 0xf0f0_f0f0_f0f0_f0f0;

    // Digits become their values and separators 0; what is added then carries into the high nibble where a
    // digit is above 9 and where a separator is another byte.
    private const ulong MonthForm = 0x2d30_302d_3030_3030; // 0000-00-
    private const ulong MonthCheck = 0x0f06_060f_0606_0606;
    private const ulong MinuteForm = 0x3030_3a30_3054_3030; // 00T00:00
    private const ulong MinuteCheck = 0x0606_0f06_060f_0606;
    private const ulong SecondForm = 0x5a30_3030_2e30_303a; // :00.000Z
    private const ulong SecondCheck = 0x0f06_0606_0f06_060f;

    private const long DayMillis = 86_400_000;

    /// <summary>Reads <c>2026-11-29T12:00:00.123Z</c>, no leap second.</summary>
    public static bool TryReadRfc3339(ref byte text, ref DayMemory day, out long millis)
    {
        ulong monthText = Word(ref text, 0);
        ulong minuteText = Word(ref text, 8);
        ulong minutes = minuteText ^ MinuteForm;
        ulong seconds = Word(ref text, 16) ^ SecondForm;
        millis = 0;
        if ((Check(minutes, MinuteCheck) | Check(seconds, SecondCheck)) != 0)
            return false;

        // Each byte: its digit times ten and the next digit.
        ulong pairs = (minutes * 10) + (minutes >> 8);
        ulong hour = (pairs >> 24) & 0xff;
        ulong minute = (pairs >> 48) & 0xff;
        pairs = (seconds * 10) + (seconds >> 8);
        ulong second = (pairs >> 8) & 0xff;
        ulong fraction = (((pairs >> 32) & 0xff) * 10) + ((seconds >> 48) & 0xff);
        if (hour > 23 || minute > 59 || second > 59)
            return false;

        if ((monthText != day.Month || (minuteText & 0xffff) != day.Day)
            && !TryReadDay(monthText, minuteText & 0xffff, ref day))
            return false;

        millis = day.Millis + (long)((((((hour * 60) + minute) * 60) + second) * 1_000) + fraction);
        return true;
    }

    /// <summary>Reads 13 digits, the first of them not 0.</summary>
    public static bool TryReadEpoch(ref byte text, out long millis)
    {
        ulong high = Word(ref text, 0) ^ Zeros;
        ulong low = Word(ref text, EpochDigits - 8) ^ Zeros;
        bool isRead = (Check(high, 0x0606_0606_0606_0606) | Check(low, 0x0606_0606_0606_0606)) == 0
            && (high & 0xff) != 0;
        millis = (Eight(high) * 100_000) + Eight(low & ~0xff_fffful);
        return isRead;
    }

    /// <summary>
    /// Reads up to 13 digits and up to four behind a point into ten-thousandths.
    /// </summary>
    /// <returns>The bytes that were read; 0 where it is of another form.</returns>
    public static int ReadAmount(ref byte text, out long tenThousandths)
    {
        const int maxWhole = 13;
        long value = 0;
        int at = 0;
        uint digit;
        while ((digit = Digit(ref text, at)) <= 9 && at < maxWhole)
        {
            value = (value * 10) + digit;
            at++;
        }

        tenThousandths = value * 10_000;
        if (at == 0 || (at > 1 && text == '0'))
            return 0;
        if (Unsafe.Add(ref text, at) != '.')
            return at;

        int point = at++;
        long scale = 10_000;
        while ((digit = Digit(ref text, at)) <= 9 && at <= point + 4)
        {
            scale /= 10;
            tenThousandths += digit * scale;
            at++;
        }

        return at == point + 1 ? 0 : at;
    }

    /// <summary>
    /// Reads <c>198.51.100.7"</c> with the three bytes before it in memory too. No branch depends on how long
    /// its parts are, which no processor foresees.
    /// </summary>
    /// <returns>Its length; 0 where it is of another form.</returns>
    public static int ReadVersion4(ref byte text, out Address address)
    {
        Vector128<byte> step = Vector128.LoadUnsafe(ref text);
        uint points = Vector128.Equals(step, Vector128.Create((byte)'.')).ExtractMostSignificantBits();
        uint quotes = Vector128.Equals(step, Vector128.Create((byte)'"')).ExtractMostSignificantBits();
        int first = BitOperations.TrailingZeroCount(points);
        points &= points - 1;
        int second = BitOperations.TrailingZeroCount(points);
        points &= points - 1;
        int third = BitOperations.TrailingZeroCount(points);
        int fourth = BitOperations.TrailingZeroCount(quotes);
        bool isBad = fourth == 32;
        ulong low = 0xffff_0000
            | ((ulong)Octet(ref text, 0, first, ref isBad) << 32)
            | ((ulong)Octet(ref text, first + 1, second, ref isBad) << 40)
            | ((ulong)Octet(ref text, second + 1, third, ref isBad) << 48)
            | ((ulong)Octet(ref text, third + 1, fourth, ref isBad) << 56);
        address = new Address(0, low);
        return isBad ? 0 : fourth;
    }

    private static bool TryReadDay(ulong monthText, ulong dayText, ref DayMemory day)
    {
        ulong month = monthText ^ MonthForm;
        ulong days = dayText ^ 0x3030;
        if (Check(month, MonthCheck) != 0)
            return false;

        ulong pairs = (month * 10) + (month >> 8);
        int year = (int)(((pairs & 0xff) * 100) + ((pairs >> 16) & 0xff));
        int monthNumber = (int)(pairs >> 40) & 0xff;
        int dayNumber = (int)(((days & 0xff) * 10) + (days >> 8));
        if (!TimeText.TryReadDay(year, monthNumber, dayNumber, out long number))
            return false;

        (day.Month, day.Day, day.Millis) = (monthText, dayText, number * DayMillis);
        return true;
    }

    private static uint Octet(ref byte text, int start, int end, ref bool isBad)
    {
        // The three bytes that end there; those before the octet are shifted out.
        uint bytes = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, end - 3));
        int length = end - start;
        int unused = 8 * (4 - length);
        uint digits = ((bytes ^ 0x303030) << 8) & (uint.MaxValue << unused);
        uint hundreds = (digits >> 8) & 0xff;
        uint tens = (digits >> 16) & 0xff;
        uint ones = digits >> 24;
        uint value = (hundreds * 100) + (tens * 10) + ones;
        isBad |= (uint)(length - 1) > 2 | hundreds > 9 | tens > 9 | ones > 9 | value > byte.MaxValue
            | (length > 1 & ((digits >> unused) & 0xff) == 0);
        return value;
    }

    private static uint Digit(ref byte text, int at) => (uint)Unsafe.Add(ref text, at) - '0';

    private static ulong Word(ref byte text, int at) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at));

    private static ulong Check(ulong values, ulong check) => ((values + check) | values) & HighNibbles;

    /// <summary>The number that eight digits' values make, the first in the lowest byte.</summary>
    private static long Eight(ulong digits)
    {
        const ulong hundreds = 100 | (1_000_000ul << 32);
        const ulong tens = 1 | (10_000ul << 32);
        ulong pairs = (digits * 10) + (digits >> 8);
        return (long)((((pairs & 0x0000_00ff_0000_00ff) * hundreds)
            + (((pairs >> 16) & 0x0000_00ff_0000_00ff) * tens)) >> 32);
    }
}
