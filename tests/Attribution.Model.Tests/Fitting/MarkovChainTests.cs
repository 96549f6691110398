using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

/// <remarks>
/// Independent ways to the same numbers: an order as long as the paths remembers all of them, so the chain
/// can be walked on paper; the share of converting journeys is what any fitted chain must convert; and the
/// two solvers share no arithmetic. <see cref="Walk"/> enumerates the walks of a chain from its printed
/// transitions.
/// </remarks>
public class MarkovChainTests
{
    private const int Cases = 300;

    [Fact]
    public void Bryl_IsAsPublished()
    {
        MarkovFit fit = MarkovChain.Fit(Bryl(), 1);

        Assert.Equal(1 / 3.0, fit.ConversionProbability, 1e-15);
        Assert.Equal([0.5, 1, 1], fit.Channels.Select(channel => Math.Round(channel.Effect, 15)));
        Assert.Equal([0.2m, 0.4m, 0.4m], fit.Channels.Select(channel => channel.Conversions));
        Assert.Equal([2m, 4m, 4m], fit.Channels.Select(channel => channel.Value));
    }

    [Fact]
    public void Transitions_AreInCanonicalOrderWithTheirCounts()
    {
        MarkovFit fit = MarkovChain.Fit(Bryl(), 2);

        Assert.Equal(
            [
                "(start) C1 2", "(start) C2 1", "C1 C1 > C2 1", "C1 (null) 1", "C2 C2 > C3 1",
                "C1 > C2 C2 > C3 1", "C2 > C3 (conversion) 1", "C2 > C3 (null) 1",
            ],
            fit.Transitions().Select(step => $"{step.From} {step.To} {step.Count}"));
        Assert.Equal(5, fit.StateCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Solvers_AgreeTo1e12(int order) =>
        ForAll(4, samples =>
        {
            ChannelPaths paths = Of(samples);
            MarkovFit exact = MarkovChain.Fit(paths, order, MarkovSolver.Lu);
            MarkovFit iterated = MarkovChain.Fit(paths, order, MarkovSolver.GaussSeidel);
            return Math.Abs(exact.ConversionProbability - iterated.ConversionProbability) < 1e-12
                && iterated.Residual <= 1e-13
                && exact.Channels.Zip(iterated.Channels)
                    .All(pair => Math.Abs(pair.First.Effect - pair.Second.Effect) < 1e-12);
        });

    [Fact]
    public void Solvers_OnALargeChain_AgreeTo1e12()
    {
        ChannelPaths paths = Generated(30_000, 29, 8);

        MarkovFit exact = MarkovChain.Fit(paths, 2);
        MarkovFit iterated = MarkovChain.Fit(paths, 2, MarkovSolver.GaussSeidel);

        Assert.Equal(MarkovSolver.Lu, exact.Solver);
        Assert.Equal(871, exact.StateCount);
        Assert.All(exact.Channels.Zip(iterated.Channels), pair =>
            Assert.Equal(pair.First.Effect, pair.Second.Effect, 1e-12));
    }

    [Fact]
    public void LargeChain_IsSolvedIteratively()
    {
        MarkovFit fit = MarkovChain.Fit(Generated(30_000, 12, 8), 3);

        Assert.Equal(MarkovSolver.GaussSeidel, fit.Solver);
        Assert.True(fit.StateCount > MarkovChain.MaxDenseStates);
        Assert.InRange(fit.Residual, 0, 1e-13);
        PathTotals totals = fit.Totals;
        double share = (double)totals.Conversions / (totals.Conversions + totals.Nulls);
        Assert.Equal(share, fit.ConversionProbability, 1e-12);
    }

    /// <summary>What flows into a state flows out of it, so a fitted chain converts what its paths
    /// did.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Conversion_IsTheShareOfConvertingJourneys(int order) =>
        ForAll(4, samples =>
        {
            MarkovFit fit = MarkovChain.Fit(Of(samples), order);
            double share = (double)fit.Totals.Conversions / (fit.Totals.Conversions + fit.Totals.Nulls);
            return Math.Abs(fit.ConversionProbability - share) < 1e-12;
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void RemovalEffects_AreThoseOfAllWalks(int order) =>
        ForAll(3, samples =>
        {
            // Paths without repeats of at most 3 channels, so that the walks of every order end.
            Sample[] distinct = [.. samples.Select(sample => sample with { Path = Ascending(sample.Path) })];
            MarkovFit fit = MarkovChain.Fit(Of(distinct), order);
            ILookup<string, MarkovTransition> steps = fit.Transitions().ToLookup(step => step.From);
            double all = Walk(steps, MarkovFit.Start, null);
            return fit.Channels.All(channel =>
                Math.Abs(1 - (Walk(steps, MarkovFit.Start, channel.Name) / all) - channel.Effect) < 1e-12);
        });

    /// <summary>
    /// An order as long as the paths keeps them whole: without a channel just the paths that held it are
    /// lost.
    /// </summary>
    [Fact]
    public void RemovalEffects_OfAnOrderAsLongAsThePaths_AreSharesOfConversions() =>
        ForAll(4, samples =>
        {
            // At most four channels, of one letter and three characters between.
            ChannelPaths paths = Of(
                samples.Select(s => s with { Path = s.Path[..Math.Min(s.Path.Length, 13)] }));
            MarkovFit fit = MarkovChain.Fit(paths, 4);
            ChannelPath[] all = [.. paths.Enumerate()];
            return fit.Channels.All(channel =>
            {
                long lost = all.Where(path => path.Channels.Contains(channel.Name))
                    .Sum(path => path.Totals.Conversions);
                return Math.Abs(((double)lost / fit.Totals.Conversions) - channel.Effect) < 1e-12;
            });
        });

    [Fact]
    public void EffectsAndCredits_StayWithinTheirBounds() =>
        ForAll(5, samples =>
        {
            MarkovFit fit = MarkovChain.Fit(Of(samples), 1);
            return fit.Channels.All(channel => channel is { Effect: >= 0 and <= 1, Share: >= 0 and <= 1 })
                && fit.Channels.Sum(channel => channel.Conversions) == fit.Totals.Conversions
                && fit.Channels.Sum(channel => channel.Value) == fit.Totals.Value;
        });

    [Fact]
    public void Fit_OfAnyOrderOfArrival_IsTheSameToTheBit() =>
        ForAll(4, samples =>
        {
            Sample[] shuffled = [.. samples];
            new Random(samples.Length).Shuffle(shuffled);
            ChannelPaths merged = Of(shuffled[1..]);
            merged.Merge(Of(shuffled[0]));
            return Enumerable.Range(1, 4).All(order =>
            {
                MarkovFit one = MarkovChain.Fit(Of(samples), order);
                MarkovFit other = MarkovChain.Fit(merged, order);
                return one.Channels.SequenceEqual(other.Channels)
                    && one.Transitions().SequenceEqual(other.Transitions())
                    && FittedTable.From(one, []).Hash == FittedTable.From(other, []).Hash;
            });
        });

    [Theory]
    [InlineData(MarkovSolver.Lu)]
    [InlineData(MarkovSolver.GaussSeidel)]
    public void Paths_WithoutConversions_CreditNobody(MarkovSolver solver)
    {
        MarkovFit fit = MarkovChain.Fit(Of(new("A > B", 0, 0, 3), new("B", 0, 0, 1)), 1, solver);

        Assert.Equal(0, fit.ConversionProbability);
        Assert.All(fit.Channels, channel => Assert.Equal((0, 0m), (channel.Effect, channel.Conversions)));
    }

    [Theory]
    [InlineData(MarkovSolver.Lu)]
    [InlineData(MarkovSolver.GaussSeidel)]
    public void Paths_WithoutNulls_ConvertAlways(MarkovSolver solver)
    {
        MarkovFit fit = MarkovChain.Fit(Of(new("A > B", 2, 0, 0), new("B", 1, 0, 0)), 1, solver);

        Assert.Equal(1, fit.ConversionProbability, 1e-15);
        Assert.Equal(2 / 3.0, fit.Channels[0].Effect, 1e-15);
        Assert.Equal(1, fit.Channels[1].Effect, 1e-15);
    }

    /// <summary>A to itself 3 of 4 times, so half of all journeys convert through one or more A.</summary>
    [Fact]
    public void SelfTransitions_AndCycles_AreRight()
    {
        MarkovFit self = MarkovChain.Fit(Of(new("A > A > A > A", 1, 0, 0), new("B", 0, 0, 1)), 1);
        MarkovFit cycle = MarkovChain.Fit(Of(new("A > B > A > B > A", 1, 0, 1), new("C", 2, 0, 0)), 1);

        Assert.Equal(0.75, self.Transitions().Single(step => step is { From: "A", To: "A" }).Probability);
        Assert.Equal([1, 0], self.Channels.Select(channel => channel.Effect));
        Assert.Equal(0.75, cycle.ConversionProbability, 1e-15);

        // Without B only A's journeys that end at once are left: 2 of 4 start at A, 1 of 6 converts there.
        double withoutB = (0.5 * (1 / 6.0)) + 0.5;
        Assert.Equal(1 - (withoutB / 0.75), cycle.Channels[1].Effect, 1e-15);
    }

    [Fact]
    public void Paths_Absent_FitNothing()
    {
        MarkovFit fit = MarkovChain.Fit(new ChannelPaths(), 2);

        Assert.Empty(fit.Channels);
        Assert.Empty(fit.Transitions());
        Assert.Equal(0, fit.ConversionProbability);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Order_OutOfRange_IsRefused(int order) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkovChain.Fit(Bryl(), order));

    private static void ForAll(int channels, Func<Sample[], bool> holds) =>
        Prop.ForAll(Arbitrary(channels), holds).CheckThrow(Cases);

    private static string Ascending(string path) =>
        string.Join(" > ", path.Split(" > ").Distinct().Order(StringComparer.Ordinal));

    /// <summary>The probability of all walks from a state to conversion that avoid a channel.</summary>
    private static double Walk(ILookup<string, MarkovTransition> steps, string state, string? removed) =>
        steps[state].Where(step => removed is null || step.To.Split(" > ")[^1] != removed)
            .Sum(step => step.To switch
            {
                MarkovFit.Conversion => step.Probability,
                MarkovFit.Null => 0,
                _ => step.Probability * Walk(steps, step.To, removed),
            });
}
