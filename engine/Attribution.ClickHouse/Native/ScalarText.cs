using System.Globalization;
using System.Numerics;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Decimals of any width as .NET's, or as text where they have more digits. Stateless.
/// </summary>
internal static class ScalarText
{
    private static readonly BigInteger MaxMantissa = (BigInteger.One << 96) - 1;

    public static bool TryDecimal(BigInteger unscaled, int scale, out decimal value)
    {
        value = 0;
        var magnitude = BigInteger.Abs(unscaled);
        if (scale > 28 || magnitude > MaxMantissa)
            return false;

        var low = (UInt128)magnitude;
        value = new decimal(
            (int)(uint)low, (int)(uint)(low >> 32), (int)(uint)(low >> 64), unscaled.Sign < 0, (byte)scale);
        return true;
    }

    public static object DecimalOrText(BigInteger unscaled, int scale)
    {
        if (TryDecimal(unscaled, scale, out decimal value))
            return value;

        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft(scale + 1, '0');
        string sign = unscaled.Sign < 0 ? "-" : "";
        int whole = digits.Length - scale;
        return scale == 0 ? sign + digits : $"{sign}{digits[..whole]}.{digits[whole..]}";
    }
}
