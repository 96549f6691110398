using System.Diagnostics;

namespace Attribution.Model.Credits;

/// <summary>
/// Splits a whole number into whole shares by weight, so that the shares sum exactly to it: largest
/// remainder,
/// ties to the earlier share. Owned by one caller; its scratch buffer is sized once.
/// </summary>
internal sealed class Apportionment(int maxShares)
{
    /// <summary>Most shares one split can have; their index is the low bits of a sorting key.</summary>
    public const int MaxShares = 1 << IndexBits;

    private const int IndexBits = 12;
    private readonly ulong[] _keys = new ulong[Math.Min(maxShares, MaxShares)];

    /// <param name="total">What to split.</param>
    /// <param name="weights">At least one; each times <see cref="MaxShares"/> fits 64 bits.</param>
    /// <param name="weightSum">
    /// Their sum: above 0 and below 2^52, so that a remainder and an index fit one key.
    /// </param>
    /// <param name="shares">One per weight.</param>
    public void Split(ulong total, ReadOnlySpan<ulong> weights, ulong weightSum, Span<ulong> shares)
    {
        Debug.Assert(weightSum is > 0 and < 1UL << (64 - IndexBits));
        Span<ulong> keys = _keys.AsSpan(0, weights.Length);
        ulong left = total;
        for (int i = 0; i < weights.Length; i++)
        {
            (shares[i], ulong remainder) = DivideProduct(total, weights[i], weightSum);
            left -= shares[i];
            keys[i] = (remainder << IndexBits) | (uint)(MaxShares - 1 - i);
        }

        if (left == 0)
            return;

        // Fewer are left than there are shares: each remainder is below one whole.
        Debug.Assert(left < (ulong)weights.Length);
        keys.Sort();
        foreach (ulong key in keys[^(int)left..])
            shares[MaxShares - 1 - (int)(key & (MaxShares - 1))]++;
    }

    /// <summary>total × weight ÷ divisor, and what remains; exact.</summary>
    private static (ulong Quotient, ulong Remainder) DivideProduct(ulong total, ulong weight, ulong divisor)
    {
        ulong high = Math.BigMul(total, weight, out ulong low);
        if (high == 0)
            return Math.DivRem(low, divisor);

        // The quotient fits, since no weight exceeds the sum of all.
        (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(new UInt128(high, low), divisor);
        return ((ulong)quotient, (ulong)remainder);
    }
}
