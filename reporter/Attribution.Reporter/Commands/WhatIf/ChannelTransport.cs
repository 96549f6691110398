using System.Numerics;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// Says how amounts by channel become other amounts by channel. What a channel has under both stays; what
/// is too much goes to the channels that lack something, in proportion to what they lack, in whole units that
/// add up exactly. Swapping the two sides turns every flow round. Stateless.
/// </summary>
internal static class ChannelTransport
{
    /// <param name="former">Amounts above 0.</param>
    /// <param name="latter">Amounts above 0.</param>
    /// <param name="flow">Told each amount above 0, from and to.</param>
    public static void Between(
        SortedDictionary<string, Int128> former, SortedDictionary<string, Int128> latter,
        Action<string, string, Int128> flow)
    {
        (List<string> givers, List<Int128> given) = Excess(former, latter);
        (List<string> takers, List<Int128> taken) = Excess(latter, former);
        foreach ((string channel, Int128 amount) in former)
        {
            Int128 kept = Int128.Min(amount, latter.GetValueOrDefault(channel));
            if (kept > 0)
                flow(channel, channel, kept);
        }

        Balance(givers, given, takers, taken);
        Int128 total = Sum(given);
        if (total == 0)
            return;

        var parts = new Int128[given.Count, taken.Count];
        for (int giver = 0; giver < given.Count; giver++)
        {
            for (int taker = 0; taker < taken.Count; taker++)
                parts[giver, taker] = MultiplyDivide(given[giver], taken[taker], total);
        }

        FillUp(parts, given, taken);
        for (int giver = 0; giver < given.Count; giver++)
        {
            for (int taker = 0; taker < taken.Count; taker++)
            {
                if (parts[giver, taker] > 0)
                    flow(givers[giver], takers[taker], parts[giver, taker]);
            }
        }
    }

    private static (List<string> Channels, List<Int128> Amounts) Excess(
        SortedDictionary<string, Int128> of, SortedDictionary<string, Int128> over)
    {
        var channels = new List<string>();
        var amounts = new List<Int128>();
        foreach ((string channel, Int128 amount) in of)
        {
            Int128 excess = amount - over.GetValueOrDefault(channel);
            if (excess <= 0)
                continue;
            channels.Add(channel);
            amounts.Add(excess);
        }

        return (channels, amounts);
    }

    /// <summary>The side that has less gets the difference from, or gives it to, nowhere.</summary>
    private static void Balance(
        List<string> givers, List<Int128> given, List<string> takers, List<Int128> taken)
    {
        Int128 missing = Sum(given) - Sum(taken);
        if (missing == 0)
            return;
        (missing > 0 ? takers : givers).Add(CreditFlows.Nowhere);
        (missing > 0 ? taken : given).Add(Int128.Abs(missing));
    }

    /// <summary>
    /// Hands out what rounding down left over, in order along the edge from the first giver and taker to the
    /// last: the rows and columns then sum exactly, and the transposed problem has the transposed answer.
    /// </summary>
    private static void FillUp(Int128[,] parts, List<Int128> given, List<Int128> taken)
    {
        Int128[] left = [.. given];
        Int128[] room = [.. taken];
        for (int giver = 0; giver < left.Length; giver++)
        {
            for (int taker = 0; taker < room.Length; taker++)
            {
                left[giver] -= parts[giver, taker];
                room[taker] -= parts[giver, taker];
            }
        }

        int from = 0;
        int to = 0;
        while (from < left.Length && to < room.Length)
        {
            Int128 unit = Int128.Min(left[from], room[to]);
            parts[from, to] += unit;
            left[from] -= unit;
            room[to] -= unit;
            // Both at once where both are done, so that neither side comes first.
            bool isEmpty = left[from] == 0;
            bool isFull = room[to] == 0;
            from += isEmpty ? 1 : 0;
            to += isFull ? 1 : 0;
        }
    }

    /// <summary>Rounded down; a product of 128 bits and more takes the long way.</summary>
    private static Int128 MultiplyDivide(Int128 one, Int128 other, Int128 by)
    {
        const int SafeBits = 126;
        bool fits = Int128.Log2(one) + Int128.Log2(other) < SafeBits - 1;
        return fits ? one * other / by : (Int128)((BigInteger)one * other / by);
    }

    private static Int128 Sum(List<Int128> amounts)
    {
        Int128 sum = 0;
        foreach (Int128 amount in amounts)
            sum += amount;
        return sum;
    }
}
