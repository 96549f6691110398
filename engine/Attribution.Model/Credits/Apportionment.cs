using System.Diagnostics;

namespace Attribution.Model.Credits;

/// <summary>
/// Splits a whole number into whole shares by weight, so that the shares sum exactly to it: largest
/// remainder, ties to the earlier share. Owned by one caller; its scratch buffer is sized once.
/// </summary>
internal sealed class Apportionment(int maxShares)
{
    /// <summary>Most shares one split can have; their index is the low bits of a sorting key.</summary>
    public const int MaxShares = 1 << IndexBits;

    /// <summary>
    /// The sum of the weights stays below this, so that a remainder and an index fit one key.
    /// </summary>
    public const ulong MaxWeightSum = 1UL << (64 - IndexBits);

    private const int IndexBits = 12;

    /// <summary>Up to here, picking the largest remainder again and again is cheaper than sorting.</summary>
    private const int FewShares = 16;

    private readonly ulong[] _keys = new ulong[Math.Min(maxShares, MaxShares)];

    /// <param name="total">What to split.</param>
    /// <param name="weights">At least one.</param>
    /// <param name="weightSum">Their sum: above 0 and below <see cref="MaxWeightSum"/>.</param>
    /// <param name="shares">One per weight.</param>
    public void Split(ulong total, ReadOnlySpan<ulong> weights, ulong weightSum, Span<ulong> shares)
    {
        Debug.Assert(weightSum is > 0 and < MaxWeightSum);
        Span<ulong> keys = _keys.AsSpan(0, weights.Length);
        ulong left = total;
        for (int i = 0; i < weights.Length; i++)
        {
            (shares[i], ulong remainder) = DivideProduct(total, weights[i], weightSum);
            left -= shares[i];
            keys[i] = (remainder << IndexBits) | (uint)(MaxShares - 1 - i);
        }

        // Fewer are left than there are shares: each remainder is below one whole.
        Debug.Assert(left == 0 || left < (ulong)weights.Length);
        if (left == 0)
            return;
        if (weights.Length <= FewShares)
            AddToLargest(keys, (int)left, shares);
        else
            AddToLargestSorted(keys, (int)left, shares);
    }

    /// <summary>The same for equal weights, whose remainders are all equal: the earliest get one more.
    /// </summary>
    public static void SplitEvenly(ulong total, Span<ulong> shares)
    {
        (ulong each, ulong left) = Math.DivRem(total, (ulong)shares.Length);
        shares[..(int)left].Fill(each + 1);
        shares[(int)left..].Fill(each);
    }

    private static void AddToLargest(Span<ulong> keys, int count, Span<ulong> shares)
    {
        for (; count > 0; count--)
        {
            int largest = 0;
            for (int i = 1; i < keys.Length; i++)
            {
                if (keys[i] > keys[largest])
                    largest = i;
            }

            shares[largest]++;
            keys[largest] = 0;
        }
    }

    private static void AddToLargestSorted(Span<ulong> keys, int count, Span<ulong> shares)
    {
        keys.Sort();
        foreach (ulong key in keys[^count..])
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
