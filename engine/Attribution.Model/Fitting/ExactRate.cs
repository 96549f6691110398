namespace Attribution.Model.Fitting;

/// <summary>
/// The Shapley value of conversion rates over all 2ⁿ coalitions. Stateless.
/// </summary>
/// <remarks>
/// What a coalition's subsets converted and saw is summed for all coalitions at once by the subset-sum (zeta)
/// transform, in whole numbers: n · 2ⁿ additions instead of 3ⁿ.
/// </remarks>
internal static class ExactRate
{
    public static double[] Values(Coalitions coalitions, int channels)
    {
        double[] rates = Rates(coalitions, channels);
        double[] chances = Chances(channels);
        var values = new double[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            int bit = 1 << channel;
            double value = 0;
            for (int set = 0; set < rates.Length; set++)
            {
                if ((set & bit) == 0)
                    value += chances[int.PopCount(set)] * (rates[set | bit] - rates[set]);
            }

            values[channel] = value;
        }

        return values;
    }

    /// <summary>v(S) of every coalition; channel i is bit i.</summary>
    private static double[] Rates(Coalitions coalitions, int channels)
    {
        var conversions = new long[1 << channels];
        var journeys = new long[1 << channels];
        for (int set = 0; set < coalitions.Count; set++)
        {
            int bits = 0;
            foreach (ushort channel in coalitions.Members(set))
                bits |= 1 << channel;
            conversions[bits] = coalitions.Sums(set).Conversions;
            journeys[bits] = coalitions.Sums(set).Journeys;
        }

        AddSubsets(conversions, channels);
        AddSubsets(journeys, channels);
        return
            [.. conversions.Select((count, set) => journeys[set] == 0 ? 0 : (double)count / journeys[set])];
    }

    private static void AddSubsets(long[] sums, int channels)
    {
        for (int bit = 1; bit < 1 << channels; bit <<= 1)
        {
            for (int set = 0; set < sums.Length; set++)
            {
                if ((set & bit) != 0)
                    sums[set] = checked(sums[set] + sums[set ^ bit]);
            }
        }
    }

    /// <summary>|S|! (n − |S| − 1)! / n! by |S|: the chance that just S has joined before a
    /// channel.</summary>
    private static double[] Chances(int channels)
    {
        var chances = new double[channels];
        double subsets = 1; // (n − 1 over |S|), whole and exact.
        for (int size = 0; size < channels; size++)
        {
            chances[size] = 1 / (channels * subsets);
            subsets = subsets * (channels - 1 - size) / (size + 1);
        }

        return chances;
    }
}
