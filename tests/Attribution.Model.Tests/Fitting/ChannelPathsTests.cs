using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

public class ChannelPathsTests
{
    private const int Cases = 500;

    [Fact]
    public void EqualPaths_AreOneWithTheirSums()
    {
        ChannelPaths paths = Of(new("A > B", 1, 2.5m, 3), new("B > A", 1, 0, 0), new("A > B", 4, 0.0001m, 5));

        Assert.Equal(2, paths.Count);
        Assert.Equal("A > B: 5 2.5001 8\nB > A: 1 0 0", Lines(paths));
        Assert.Equal(new PathTotals(6, 2.5001m, 8), paths.Totals);
    }

    /// <summary>Ordinal, channel by channel: "A > Z" comes before "A1", though '1' is below '>'.</summary>
    [Fact]
    public void Enumeration_IsOrdinalByChannel()
    {
        ChannelPaths paths = Of(
            new("b", 1, 0, 0), new("A1", 1, 0, 0), new("A > Z", 1, 0, 0), new("A", 1, 0, 0),
            new("B", 1, 0, 0));

        Assert.Equal(["A", "A > Z", "A1", "B", "b"], paths.Enumerate().Select(path => path.ToString()));
        Assert.Equal(["A", "A1", "B", "Z", "b"], paths.Channels);
    }

    [Fact]
    public void Order_OfArrivalAndMerging_LeavesNoTrace() =>
        Prop.ForAll(Arbitrary(4), Gen.Choose(0, int.MaxValue).ToArbitrary(), (samples, seed) =>
        {
            ChannelPaths straight = Of(samples);
            Sample[] shuffled = [.. samples];
            new Random(seed).Shuffle(shuffled);
            int half = shuffled.Length / 2;
            ChannelPaths merged = Of(shuffled[half..]);
            merged.Merge(Of(shuffled[..half]));
            return Lines(straight) == Lines(merged) && straight.Totals == merged.Totals;
        }).CheckThrow(Cases);

    [Fact]
    public void Merge_WithItself_Doubles()
    {
        ChannelPaths paths = Of(new("A > B", 1, 2, 3), new("", 1, 1, 0));

        paths.Merge(paths);

        Assert.Equal("A > B: 2 4 6", Lines(paths));
        Assert.Equal(new PathTotals(2, 2, 0), paths.Empty);
    }

    [Fact]
    public void EmptyPath_IsCountedApart()
    {
        ChannelPaths paths = Of(new("", 2, 7, 5), new("A", 1, 1, 0));

        Assert.Equal(new PathTotals(2, 7, 5), paths.Empty);
        Assert.Equal(new PathTotals(1, 1, 0), paths.Totals);
        Assert.Equal(1, paths.Count);
    }

    [Fact]
    public void PathThatCountsNothing_IsIgnored()
    {
        ChannelPaths paths = Of(new Sample("A", 0, 0, 0));

        Assert.Equal(0, paths.Count);
        Assert.Empty(paths.Channels);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(0, 1, 5)]
    public void Counts_ThatMakeNoSense_AreRefused(long conversions, int value, long nulls) =>
        Assert.ThrowsAny<ArgumentException>(() => Of(new Sample("A", conversions, value, nulls)));

    [Fact]
    public void Sums_ThatOverflow_Throw()
    {
        ChannelPaths paths = Of(new Sample("A", long.MaxValue, 0, 0));

        Assert.Throws<OverflowException>(() => Add(paths, new("B", 1, 0, 0)));
    }

    [Fact]
    public void Path_BeyondTheLimit_IsRefused()
    {
        var paths = new ChannelPaths();
        string[] longest = [.. Enumerable.Repeat("A", ChannelPaths.MaxSteps)];

        paths.Add(longest, 1, 0, 0);

        Assert.Equal(1, paths.Count);
        Assert.Throws<ArgumentException>(() => paths.Add([.. longest, "A"], 1, 0, 0));
    }

    [Fact]
    public void ManyPaths_AreAllFoundAgain()
    {
        ChannelPaths once = Generated(20_000, 30, 6);
        ChannelPaths twice = Generated(20_000, 30, 6);

        twice.Merge(once);

        Assert.True(once.Count > 13_000);
        Assert.Equal(once.Count, twice.Count);
        Assert.Equal(2 * once.Totals.Nulls, twice.Totals.Nulls);
    }
}
