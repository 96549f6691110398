using System.Numerics;

namespace Attribution.Model.Credits;

/// <summary>
/// 2^(−x) in whole numbers: the same on every machine, since no floating point takes part. Stateless.
/// </summary>
/// <remarks>
/// x is a fixed-point number of 28 fractional bits. Its whole part shifts; its fraction f = 0.abcd in base
/// 128 is
/// the product of four table entries, 2^(−a/128) · 2^(−b/128²) · 2^(−c/128³) · 2^(−d/128⁴). Entries are
/// computed
/// with whole numbers of 192 fractional bits, from 1/2 by taking square roots, then cut to 62 bits.
/// Error of a weight, relative to the newest touch's: rounding x to 2^−28 gives ln 2 · 2^−29 &lt; 1.3e−9; the
/// four
/// entries and three products 7 · 2^−62; cutting to 40 bits 2^−40. Together below 1.4e−9, so a credit of n
/// touches is
/// within 1 + 0.003 millionths of the real number (n ≤ 128), where the 1 is the rounding to whole millionths.
/// </remarks>
internal static class DecayTable
{
    /// <summary>Fractional bits of x.</summary>
    public const int ExponentBits = 28;

    /// <summary>The weight of x = 0 is 2 to this; a weight 41 half-lives older is 0.</summary>
    public const int WeightBits = 40;

    private const int DigitBits = 7;
    private const int DigitCount = 1 << DigitBits;
    private const int EntryBits = 62;
    private const int BuildBits = 192;
    private static readonly ulong[] Entries = Build();

    /// <summary>
    /// age ÷ halfLife in fixed point, rounded to nearest. Both in milliseconds, below 2^35.
    /// </summary>
    public static ulong Exponent(ulong ageMillis, ulong halfLifeMillis)
    {
        (ulong whole, ulong rest) = Math.DivRem(ageMillis, halfLifeMillis);
        return (whole << ExponentBits) + (((rest << ExponentBits) + (halfLifeMillis / 2)) / halfLifeMillis);
    }

    /// <summary>2^(−x) · 2^<see cref="WeightBits"/>, cut to a whole number.</summary>
    public static ulong Weight(ulong exponent)
    {
        ulong whole = exponent >> ExponentBits;
        if (whole > WeightBits)
            return 0;

        ulong weight = Multiply(
            Multiply(Entry(exponent, 0), Entry(exponent, 1)),
            Multiply(Entry(exponent, 2), Entry(exponent, 3)));
        return weight >> (EntryBits - WeightBits + (int)whole);
    }

    private static ulong Entry(ulong exponent, int digit)
    {
        int shift = ExponentBits - ((digit + 1) * DigitBits);
        return Entries[(digit * DigitCount) + (int)((exponent >> shift) & (DigitCount - 1))];
    }

    private static ulong Multiply(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return (high << (64 - EntryBits)) | (low >> EntryBits);
    }

    private static ulong[] Build()
    {
        var entries = new ulong[(ExponentBits / DigitBits) * DigitCount];
        BigInteger root = BigInteger.One << (BuildBits - 1);
        for (int digit = 0; digit < ExponentBits / DigitBits; digit++)
        {
            for (int bit = 0; bit < DigitBits; bit++)
                root = SquareRoot(root << BuildBits);

            // root is now 2^(−1/128^(digit+1)): seven square roots per digit.
            BigInteger power = BigInteger.One << BuildBits;
            for (int i = 0; i < DigitCount; i++)
            {
                entries[(digit * DigitCount) + i] = (ulong)(power >> (BuildBits - EntryBits));
                power = (power * root) >> BuildBits;
            }
        }

        return entries;
    }

    /// <summary>
    /// The largest whole number whose square does not exceed the given one, by Newton's steps from above.
    /// </summary>
    private static BigInteger SquareRoot(BigInteger square)
    {
        BigInteger root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (square / root)) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }
}
