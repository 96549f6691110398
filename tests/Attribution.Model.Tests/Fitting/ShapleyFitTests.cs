using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

/// <remarks>
/// The definition itself is the reference: what a channel adds, averaged over every permutation, with the
/// worth of a coalition counted path by path. It shares nothing with the closed forms and the transform under
/// test.
/// </remarks>
public class ShapleyFitTests
{
    private const int Cases = 200;

    [Fact]
    public void Simplified_OfTheSyntheticPaths_IsEachPathSharedEqually()
    {
        ShapleyFit fit = ShapleyFit.Fit(Synthetic(), ShapleyForm.Simplified);

        // A: 3 alone, 1.5 of each of A > B, B > A, C > A, 1 of each of A > B > C, B > C > A, C > B > A.
        Assert.Equal([10.5m, 9m, 7.5m], fit.Channels.Select(channel => channel.Conversions));
        Assert.Equal([10.5, 9, 7.5], fit.Channels.Select(channel => channel.Effect));
        Assert.Equal(27m, fit.Channels.Sum(channel => channel.Conversions));
    }

    [Fact]
    public void Simplified_IsTheAverageOverPermutations() =>
        ForAll(5, samples =>
        {
            ChannelPaths paths = Of(samples);
            double[] expected = ByPermutations(paths, Conversions);
            return ShapleyFit.Fit(paths, ShapleyForm.Simplified).Channels.Zip(expected)
                .All(pair => Math.Abs(pair.First.Effect - pair.Second) < 1e-9);
        });

    /// <summary>Up to 10 channels by the formula over all coalitions, each counted on its own.</summary>
    [Fact]
    public void Simplified_IsTheSumOverCoalitions() =>
        Prop.ForAll(Arbitrary(10, maxLength: 10), samples =>
        {
            ChannelPaths paths = Of(samples);
            double[] expected = ByCoalitions(paths, Conversions);
            return ShapleyFit.Fit(paths, ShapleyForm.Simplified).Channels.Zip(expected)
                .All(pair => Math.Abs(pair.First.Effect - pair.Second) < 1e-9);
        }).CheckThrow(30);

    [Fact]
    public void Rate_IsTheAverageOverPermutations() =>
        ForAll(6, samples =>
        {
            ChannelPaths paths = Of(samples);
            double[] expected = ByPermutations(paths, Rate);
            return ShapleyFit.Fit(paths, ShapleyForm.Rate).Channels.Zip(expected)
                .All(pair => Math.Abs(pair.First.Effect - pair.Second) < 1e-12);
        });

    /// <summary>v(A) = 1/2, v(B) = 1/4, v(A, B) = (1 + 1 + 2) / (2 + 4 + 2).</summary>
    [Fact]
    public void Rate_OfTwoChannels_IsAsOnPaper()
    {
        ShapleyFit fit = ShapleyFit.Fit(
            Of(new("A", 1, 8, 1), new("B", 1, 0, 3), new("A > B", 2, 0, 0)), ShapleyForm.Rate);

        Assert.Equal([0.375, 0.125], fit.Channels.Select(channel => channel.Effect));
        Assert.Equal([3m, 1m], fit.Channels.Select(channel => channel.Conversions));
        Assert.Equal([6m, 2m], fit.Channels.Select(channel => channel.Value));
        Assert.Equal((0, 0.0), (fit.Permutations, fit.ErrorBound));
    }

    /// <summary>B turns sure conversions into none: its value is negative, and it is credited
    /// nothing.</summary>
    [Fact]
    public void Rate_OfAHarmfulChannel_IsNegativeAndCreditsNothing()
    {
        ShapleyFit fit = ShapleyFit.Fit(Of(new("A", 3, 0, 0), new("A > B", 0, 0, 9)), ShapleyForm.Rate);

        Assert.Equal([0.625, -0.375], fit.Channels.Select(channel => channel.Effect));
        Assert.Equal([3m, 0m], fit.Channels.Select(channel => channel.Conversions));
        Assert.Equal([1_000_000_000UL, 0UL],
            fit.Channels.Select(channel => FittedTable.From(fit, []).Weight(channel.Name, 0)));
    }

    [Fact]
    public void Ordered_SumsOverPositionsToSimplified() =>
        ForAll(5, samples =>
        {
            ChannelPaths paths = Of(samples);
            ShapleyFit ordered = ShapleyFit.Fit(paths, ShapleyForm.Ordered);
            return ordered.Channels.SequenceEqual(ShapleyFit.Fit(paths, ShapleyForm.Simplified).Channels)
                && ordered.Channels.Zip(ordered.Positions).All(pair =>
                    Math.Abs(pair.First.Effect - (double)pair.Second.Sum()) < 1e-9);
        });

    /// <summary>
    /// A > B > A: its two channels have 6 each, those of A half at position 1 and half at 3. B: 12 at 1.
    /// </summary>
    [Fact]
    public void Ordered_OfAFewPaths_IsAsOnPaper()
    {
        ShapleyFit fit = ShapleyFit.Fit(
            Of(new("A > B > A", 12, 0, 0), new("B", 12, 0, 5)), ShapleyForm.Ordered);

        Assert.Equal([3m, 0m, 3m], fit.Positions[0]);
        Assert.Equal([12m, 6m, 0m], fit.Positions[1]);
    }

    /// <summary>24 touches of A, one conversion: 1/24 each, the last entry too, since it is a mean.</summary>
    [Fact]
    public void Ordered_BeyondTheLastPosition_IsAMean()
    {
        ShapleyFit fit = ShapleyFit.Fit(
            Of(new Sample(string.Join(" > ", Enumerable.Repeat("A", 24)), 1, 0, 0)), ShapleyForm.Ordered);

        Assert.Equal(ShapleyFit.MaxPositions, fit.Positions[0].Count);
        Assert.Equal(24, fit.LongestPath);
        Assert.All(fit.Positions[0], value => Assert.Equal(1 / 24.0, (double)value, 1e-15));
    }

    /// <summary>Three thirds of one: the remainder goes to the channel that comes first.</summary>
    [Fact]
    public void Credits_ThatDoNotDivide_GiveTheRestToTheFirst()
    {
        ShapleyFit fit = ShapleyFit.Fit(Of(new Sample("C > B > A", 1, 0.02m, 0)), ShapleyForm.Simplified);

        Assert.Equal([0.333334m, 0.333333m, 0.333333m], fit.Channels.Select(channel => channel.Conversions));
        Assert.Equal([0.0067m, 0.0067m, 0.0066m], fit.Channels.Select(channel => channel.Value));
    }

    [Fact]
    public void Credits_OfEveryForm_SumExactly() =>
        ForAll(6, samples => Enum.GetValues<ShapleyForm>().All(form =>
        {
            ShapleyFit fit = ShapleyFit.Fit(Of(samples), form);
            return fit.Channels.Sum(channel => channel.Conversions) == fit.Totals.Conversions
                && fit.Channels.Sum(channel => channel.Value) == fit.Totals.Value
                && fit.Channels.All(channel => channel.Conversions >= 0);
        }));

    [Fact]
    public void Fit_OfAnyOrderOfArrival_IsTheSameToTheBit() =>
        ForAll(5, samples =>
        {
            ChannelPaths backwards = Of(samples.Reverse());
            return Enum.GetValues<ShapleyForm>().All(form =>
                ShapleyFit.Fit(Of(samples), form).Channels.SequenceEqual(
                    ShapleyFit.Fit(backwards, form).Channels));
        });

    [Fact]
    public void Sampled_IsWithinItsBoundAndEfficient()
    {
        ChannelPaths paths = Generated(2_000, 12, 5);

        ShapleyFit exact = ShapleyFit.Fit(paths, ShapleyForm.Rate);
        ShapleyFit sampled = ShapleyFit.FitRate(paths, isSampled: true);

        Assert.InRange(sampled.ErrorBound, 1e-6, 0.005);
        Assert.All(exact.Channels.Zip(sampled.Channels), pair =>
            Assert.InRange(Math.Abs(pair.First.Effect - pair.Second.Effect), 0, sampled.ErrorBound));
        Assert.NotEqual(exact.Channels[0].Effect, sampled.Channels[0].Effect);
        double rate = (double)paths.Totals.Conversions / (paths.Totals.Conversions + paths.Totals.Nulls);
        Assert.Equal(rate, sampled.Channels.Sum(channel => channel.Effect), 1e-12);
    }

    /// <summary>
    /// With sixteen channels of which each has its own path, R is 1 and V at most 1/4; 100,000 permutations
    /// give Bernstein at most √(0.5 L′ / m) + 14 L′ / 3m, and the channels' variances are really far below
    /// 1/4.
    /// </summary>
    [Fact]
    public void SixteenChannels_AreSampledWithTheStatedBound()
    {
        ChannelPaths paths = Of(Enumerable.Range(0, 16).Select(i => new Sample($"C{i:00}", 1, 0, i)));

        ShapleyFit fit = ShapleyFit.Fit(paths, ShapleyForm.Rate);

        double log = Math.Log(4 * 16 / 0.005);
        Assert.Equal(100_000, fit.Permutations);
        Assert.InRange(
            fit.ErrorBound, 14 * log / 300_000, Math.Sqrt(0.5 * log / 100_000) + (14.01 * log / 300_000));
        Assert.Equal(fit.Channels, ShapleyFit.Fit(paths, ShapleyForm.Rate).Channels);
        Assert.All(fit.Channels.Zip(ShapleyFit.FitRate(paths, isSampled: false).Channels), pair =>
            Assert.InRange(Math.Abs(pair.First.Effect - pair.Second.Effect), 0, fit.ErrorBound));
    }

    [Fact]
    public void ErrorBound_IsTheSmallerOfTheTwo()
    {
        ShapleyFit fit = ShapleyFit.FitRate(Of(new("A", 1, 0, 0), new("B", 0, 0, 1)), isSampled: true);

        // A adds 1 where it comes first, else 1/2; B adds 0 or −1/2: a variance of 1/16, R = 1.
        double log = Math.Log(4 * 2 / 0.005);
        double bernstein = Math.Sqrt(2 / 16.0 * log / 100_000) + (14 * log / (3 * 99_999.0));
        Assert.Equal(bernstein, fit.ErrorBound, 1e-6);
        Assert.True(bernstein < 2 * Math.Sqrt(Math.Log(2 * 2 / 0.005) / 200_000));
    }

    [Fact]
    public void Paths_Absent_FitNothing() => Assert.All(Enum.GetValues<ShapleyForm>(), form =>
        Assert.Empty(ShapleyFit.Fit(new ChannelPaths(), form).Channels));

    private static void ForAll(int channels, Func<Sample[], bool> holds) =>
        Prop.ForAll(Arbitrary(channels), holds).CheckThrow(Cases);

    private static double Conversions(PathTotals totals) => totals.Conversions;

    private static double Rate(PathTotals totals) => totals.Conversions + totals.Nulls == 0
        ? 0
        : (double)totals.Conversions / (totals.Conversions + totals.Nulls);

    private static double Worth(
        ChannelPath[] paths, IEnumerable<string> coalition, Func<PathTotals, double> worth)
    {
        ChannelPath[] within = [.. paths.Where(path => path.Channels.All(coalition.Contains))];
        return worth(new PathTotals(
            within.Sum(path => path.Totals.Conversions), 0, within.Sum(path => path.Totals.Nulls)));
    }

    private static double[] ByPermutations(ChannelPaths paths, Func<PathTotals, double> worth)
    {
        ChannelPath[] all = [.. paths.Enumerate()];
        string[] channels = [.. paths.Channels];
        var values = new double[channels.Length];
        int permutations = 0;
        foreach (int[] order in Permutations([.. Enumerable.Range(0, channels.Length)], 0))
        {
            permutations++;
            for (int i = 0; i < order.Length; i++)
            {
                values[order[i]] += Worth(all, order[..(i + 1)].Select(c => channels[c]), worth)
                    - Worth(all, order[..i].Select(c => channels[c]), worth);
            }
        }

        return [.. values.Select(value => value / permutations)];
    }

    private static IEnumerable<int[]> Permutations(int[] items, int from)
    {
        if (from == items.Length)
            yield return items;
        for (int i = from; i < items.Length; i++)
        {
            int[] swapped = [.. items];
            (swapped[from], swapped[i]) = (swapped[i], swapped[from]);
            foreach (int[] rest in Permutations(swapped, from + 1))
                yield return rest;
        }
    }

    private static double[] ByCoalitions(ChannelPaths paths, Func<PathTotals, double> worth)
    {
        ChannelPath[] all = [.. paths.Enumerate()];
        string[] channels = [.. paths.Channels];
        double[] worths =
        [
            .. Enumerable.Range(0, 1 << channels.Length).Select(set =>
                Worth(all, channels.Where((_, c) => (set & (1 << c)) != 0).ToHashSet(), worth)),
        ];
        return
        [
            .. channels.Select((_, c) => Enumerable.Range(0, worths.Length)
                .Where(set => (set & (1 << c)) == 0)
                .Sum(set => Factorial(int.PopCount(set)) * Factorial(channels.Length - int.PopCount(set) - 1)
                    / Factorial(channels.Length) * (worths[set | (1 << c)] - worths[set]))),
        ];
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, (all, i) => all * i);
}
