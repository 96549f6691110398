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
/// and the highest rate R of any one set, and an addition between −R and R. By Hoeffding's inequality and a
/// union over n channels, all estimates are within 2R · √(ln(2n / 0.01) / 2m) with a probability of at least
/// 99 %, where m permutations were drawn.
/// </remarks>
internal static class SampledRate
{
    private const ulong Seed = 0x41747472_69627574;
    private const double Uncertainty = 0.01;
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
        double range = 2 * HighestRate(coalitions);
        double bound = range * Math.Sqrt(Math.Log(2 * channels / Uncertainty) / (2.0 * permutations));
        return new SampledValues(values, permutations, bound);
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

        /// <summary>By channel, over all orders so far.</summary>
        public double[] Added { get; } = new double[channels];

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
