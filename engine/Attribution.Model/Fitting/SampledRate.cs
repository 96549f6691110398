namespace Attribution.Model.Fitting;

/// <summary>Shapley values estimated from permutations. A value.</summary>
internal readonly record struct SampledValues(double[] Values, int Permutations, double ErrorBound);

/// <summary>
/// The Shapley value of conversion rates, estimated from random orders in which the channels join. The
/// generator and its seed are fixed, so equal paths give equal estimates. Stateless.
/// </summary>
/// <remarks>
/// Each permutation's additions sum to the rate of all channels, so the estimates do too (efficiency),
/// without rescaling. A coalition's rate is a weighted mean of those of the sets in it, so it lies between 0
/// and the highest rate R of any one set, and an addition between −R and R. The stated error is the smaller
/// of two bounds, each of which holds for all n channels at once with a probability of at least 99.5 % where
/// m permutations were drawn: Hoeffding's, 2R · √(L / 2m), and the empirical Bernstein bound of Maurer and
/// Pontil (2009), √(2VL′ / m) + 2R · 7L′ / (3(m − 1)), with V the largest variance of any channel's
/// additions, L = ln(2n / 0.005) and L′ = ln(4n / 0.005). Together they hold with at least 99 %.
/// </remarks>
internal static class SampledRate
{
    private const ulong Seed = 0x41747472_69627574;
    private const double UncertaintyOfEach = 0.005;
    private const long MaxVisits = 400_000_000;
    private const int MinPermutations = 1_000;
    private const int MaxPermutations = 100_000;

    public static SampledValues Values(Coalitions coalitions, int channels)
    {
        int permutations = PermutationsFor(coalitions);
        var order = new int[channels];
        for (int i = 0; i < channels; i++)
            order[i] = i;
        var random = new SplitMix(Seed);
        var joining = new Joining(coalitions, channels);
        for (int i = 0; i < permutations; i++)
        {
            random.Shuffle(order);
            joining.Add(order);
        }

        double[] values = [.. joining.Added.Select(added => added / permutations)];
        double bound = Bound(2 * HighestRate(coalitions), joining.LargestVariance(permutations), channels,
            permutations);
        return new SampledValues(values, permutations, bound);
    }

    private static double Bound(double range, double variance, int channels, int permutations)
    {
        double hoeffding =
            range * Math.Sqrt(Math.Log(2 * channels / UncertaintyOfEach) / (2.0 * permutations));
        double log = Math.Log(4 * channels / UncertaintyOfEach);
        double bernstein = Math.Sqrt(2 * variance * log / permutations)
            + (range * 7 * log / (3.0 * (permutations - 1)));
        return Math.Min(hoeffding, bernstein);
    }

    /// <summary>As many as a fixed amount of work allows: it must not depend on a clock.</summary>
    private static int PermutationsFor(Coalitions coalitions)
    {
        long visits = 1;
        for (int set = 0; set < coalitions.Count; set++)
            visits += coalitions.Members(set).Length;
        return (int)Math.Clamp(MaxVisits / visits, MinPermutations, MaxPermutations);
    }

    private static double HighestRate(Coalitions coalitions)
    {
        double highest = 0;
        for (int set = 0; set < coalitions.Count; set++)
        {
            ref readonly ChannelPaths.Sums sums = ref coalitions.Sums(set);
            highest = Math.Max(highest, (double)sums.Conversions / sums.Journeys);
        }

        return highest;
    }

    /// <summary>What channels add as they join one after the other. Owned by one estimation.</summary>
    private sealed class Joining(Coalitions coalitions, int channels)
    {
        private readonly int[] _placeOf = new int[channels];
        private readonly long[] _conversions = new long[channels];
        private readonly long[] _journeys = new long[channels];
        private readonly double[] _squares = new double[channels];

        /// <summary>By channel, over all orders so far.</summary>
        public double[] Added { get; } = new double[channels];

        public double LargestVariance(int permutations)
        {
            double largest = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                double deviations = _squares[channel] - (Added[channel] * Added[channel] / permutations);
                largest = Math.Max(largest, deviations / (permutations - 1));
            }

            return largest;
        }

        public void Add(int[] order)
        {
            for (int place = 0; place < order.Length; place++)
                _placeOf[order[place]] = place;
            Array.Clear(_conversions);
            Array.Clear(_journeys);
            for (int set = 0; set < coalitions.Count; set++)
            {
                int last = LastToJoin(coalitions.Members(set));
                _conversions[last] += coalitions.Sums(set).Conversions;
                _journeys[last] += coalitions.Sums(set).Journeys;
            }

            AddRises(order);
        }

        /// <summary>The place at which the set is complete.</summary>
        private int LastToJoin(ReadOnlySpan<ushort> members)
        {
            int last = 0;
            foreach (ushort channel in members)
                last = Math.Max(last, _placeOf[channel]);
            return last;
        }

        private void AddRises(int[] order)
        {
            long conversions = 0;
            long journeys = 0;
            double before = 0;
            for (int place = 0; place < order.Length; place++)
            {
                conversions += _conversions[place];
                journeys += _journeys[place];
                double rate = journeys == 0 ? 0 : (double)conversions / journeys;
                Added[order[place]] += rate - before;
                _squares[order[place]] += (rate - before) * (rate - before);
                before = rate;
            }
        }
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014), in whole numbers. A value.</summary>
    private struct SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public void Shuffle(int[] items)
        {
            for (int last = items.Length - 1; last > 0; last--)
            {
                // By multiplication; the bias is below 2^-48 for so few channels.
                int other = (int)Math.BigMul(Next(), (ulong)last + 1, out _);
                (items[last], items[other]) = (items[other], items[last]);
            }
        }

        private ulong Next()
        {
            ulong z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }
}
