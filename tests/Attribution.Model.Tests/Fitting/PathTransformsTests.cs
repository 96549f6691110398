using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

/// <remarks>The examples are those of Snowplow's documentation of its path transforms.</remarks>
public class PathTransformsTests
{
    private const string Example = "D > A > B > B > C > D > C > C";

    [Theory]
    [InlineData(PathTransform.None, Example)]
    [InlineData(PathTransform.Unique, Example)]
    [InlineData(PathTransform.Exposure, "D > A > B > C > D > C")]
    [InlineData(PathTransform.First, "D > A > B > C")]
    [InlineData(PathTransform.Frequency, "D(2) > A(1) > B(2) > C(3)")]
    public void Transform_OfTheExample_IsAsDocumented(PathTransform transform, string expected) =>
        Assert.Equal(expected, Applied(Example, transform));

    [Theory]
    [InlineData(PathTransform.DropDirectUnlessAll, "Direct > B > Direct > Direct", "B")]
    [InlineData(PathTransform.DropDirectUnlessAll, "Direct > Direct", "Direct > Direct")]
    [InlineData(PathTransform.DropDirectUnlessAll, "direct > B", "direct > B")]
    [InlineData(PathTransform.DropLastDirectUnlessAll, "Direct > B > Direct > Direct", "Direct > B")]
    [InlineData(PathTransform.DropLastDirectUnlessAll, "Direct > Direct", "Direct > Direct")]
    [InlineData(PathTransform.DropLastDirectUnlessAll, "Direct > B", "Direct > B")]
    public void Direct_IsDroppedUnlessItIsAll(PathTransform transform, string path, string expected) =>
        Assert.Equal(expected, Applied(path, transform));

    [Fact]
    public void Transforms_AreAppliedInOrder()
    {
        Assert.Equal(
            "A > B",
            Applied("A > Direct > A > B", PathTransform.DropDirectUnlessAll, PathTransform.Exposure));
        Assert.Equal(
            "A > A > B",
            Applied("A > Direct > A > B", PathTransform.Exposure, PathTransform.DropDirectUnlessAll));
    }

    [Fact]
    public void OtherDirectChannel_IsDropped() =>
        Assert.Equal("A", Lines(PathTransforms.Apply(
            Of(new Sample("(direct) > A", 1, 0, 0)), [PathTransform.DropDirectUnlessAll], "(direct)"))[..1]);

    [Fact]
    public void PathsThatBecomeEqual_AreOne()
    {
        ChannelPaths paths = PathTransforms.Apply(
            Of(new("A > A > B", 1, 2, 3), new("A > B", 10, 20, 30), new("", 1, 1, 1)),
            [PathTransform.Exposure]);

        Assert.Equal("A > B: 11 22 33", Lines(paths));
        Assert.Equal(new PathTotals(1, 1, 1), paths.Empty);
    }

    /// <summary>A channel that no path holds any more is no channel of the fit.</summary>
    [Fact]
    public void DroppedChannel_IsGone() =>
        Assert.Equal(["B"], PathTransforms.Apply(
            Of(new Sample("Direct > B", 1, 0, 0)), [PathTransform.DropDirectUnlessAll]).Channels);

    [Fact]
    public void Transforms_KeepEverythingThatWasCounted() =>
        Prop.ForAll(Arbitrary(4, maxLength: 9), samples =>
        {
            ChannelPaths paths = Of(samples);
            string before = Lines(paths);
            return Enum.GetValues<PathTransform>().All(transform =>
                PathTransforms.Apply(paths, [transform], "A") is var result
                && result.Totals == paths.Totals && result.Empty == paths.Empty
                && Lines(PathTransforms.Apply(result, [transform], "A")) is var again
                && (transform == PathTransform.Frequency || again == Lines(result)))
                && Lines(paths) == before;
        }).CheckThrow(300);

    [Fact]
    public void Names_ParseBack() => Assert.All(Enum.GetValues<PathTransform>(), transform =>
    {
        Assert.True(PathTransforms.TryParse(transform.Name(), out PathTransform parsed));
        Assert.Equal(transform, parsed);
        Assert.False(PathTransforms.TryParse(transform.Name() + "_path", out _));
    });

    private static string Applied(string path, params PathTransform[] transforms) =>
        PathTransforms.Apply(Of(new Sample(path, 1, 0, 0)), transforms).Enumerate().Single().ToString();
}
