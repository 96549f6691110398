using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using static Attribution.Model.Tests.Support.Histories;

namespace Attribution.Model.Tests.Credits;

public class AttributorTests
{
    private static readonly AttributionConfig Web = AttributionConfig.Web;

    /// <summary>Three touches, one, two and three weeks before a conversion worth 100.0000.</summary>
    /// <remarks>
    /// Time decay: weights 1/2, 1/4, 1/8 newest first, of 7/8 together: 4/7, 2/7, 1/7.
    /// Linear: the one millionth and the one ten-thousandth left over go to the earliest.
    /// </remarks>
    [Theory]
    [InlineData(CreditModel.First, "1000000 0 0", "1000000 0 0")]
    [InlineData(CreditModel.Last, "0 0 1000000", "0 0 1000000")]
    [InlineData(CreditModel.LastNonDirect, "0 1000000 0", "0 1000000 0")]
    [InlineData(CreditModel.Linear, "333334 333333 333333", "333334 333333 333333")]
    [InlineData(CreditModel.TimeDecay, "142857 285714 571429", "142857 285714 571429")]
    [InlineData(CreditModel.PositionBased, "400000 200000 400000", "400000 200000 400000")]
    public void Attribute_ThreeTouches_SharesByModel(CreditModel model, string credits, string values)
    {
        SpreadResult result = Attribute(
            Web, Conversion(100_0000),
            Touch(Noon - (21 * Day)), Touch(Noon - (14 * Day)),
            Touch(Noon - (7 * Day), TouchKind.Visit, direct: true));

        Assert.Equal(credits, string.Join(' ', result.Credits((int)model)));
        Assert.Equal(values, string.Join(' ', result.Values((int)model)));
    }

    /// <summary>Two touches: half each; of an odd amount the earlier gets the ten-thousandth more.</summary>
    [Fact]
    public void Attribute_PositionBasedOfTwo_SharesInHalves()
    {
        SpreadResult result = Attribute(Web, Conversion(5), Touch(Noon - Day), Touch(Noon));

        Assert.Equal([500_000u, 500_000u], result.Credits((int)CreditModel.PositionBased));
        Assert.Equal([3L, 2L], result.Values((int)CreditModel.PositionBased));
    }

    /// <summary>
    /// Five touches: 0.2 in three parts is 66,666⅔ each; the two left over go to the earlier two.
    /// </summary>
    [Fact]
    public void Attribute_PositionBasedOfFive_SharesTheMiddleEvenly()
    {
        SpreadResult result = Attribute(
            Web, Conversion(), [.. Enumerable.Range(0, 5).Select(i => Touch(Noon - (5 * Day) + (i * Hour)))]);

        Assert.Equal(
            [400_000u, 66_667u, 66_667u, 66_666u, 400_000u], result.Credits((int)CreditModel.PositionBased));
    }

    [Fact]
    public void Attribute_OneTouch_TakesAllInEveryModel()
    {
        SpreadResult result = Attribute(
            Web, Conversion(-77), Touch(Noon - Day, TouchKind.Visit, direct: true));

        for (int model = 0; model < Web.Models.Count; model++)
        {
            Assert.Equal([1_000_000u], result.Credits(model));
            Assert.Equal([-77L], result.Values(model));
        }
    }

    [Fact]
    public void Attribute_AllDirect_LastNonDirectTakesTheLast()
    {
        SpreadResult result = Attribute(
            Web, Conversion(),
            Touch(Noon - Day, TouchKind.Visit, true), Touch(Noon - Hour, TouchKind.Visit, true));

        Assert.Equal([0u, 1_000_000u], result.Credits((int)CreditModel.LastNonDirect));
    }

    /// <summary>A refund of 0.0005 takes back what the payment gave: 0.0003 and 0.0002.</summary>
    [Fact]
    public void Attribute_NegativeRevenue_MirrorsThePositive()
    {
        SpreadResult result = Attribute(Web, Conversion(-5), Touch(Noon - Day), Touch(Noon - Hour));

        Assert.Equal([-3L, -2L], result.Values((int)CreditModel.Linear));
    }

    /// <summary>
    /// The edges of the window: exactly 30 days old counts, a millisecond more does not; a touch at the
    /// conversion's own time counts, a millisecond later does not.
    /// </summary>
    [Fact]
    public void Attribute_TouchesAtTheEdges_AreJudgedToTheMillisecond()
    {
        SpreadResult result = Attribute(
            Web, Conversion(),
            Touch(Noon - (30 * Day) - 1), Touch(Noon - (30 * Day)), Touch(Noon), Touch(Noon + 1));

        Assert.Equal(
            [
                TouchVerdict.OutsideWindow, TouchVerdict.Eligible, TouchVerdict.Eligible,
                TouchVerdict.AfterConversion,
            ],
            result.Verdicts);
        Assert.Equal([0u, 500_000u, 500_000u, 0u], result.Credits((int)CreditModel.Linear));
        Assert.Equal(2, result.EligibleCount);
        Assert.Equal([1, 2], result.Eligible);
    }

    /// <summary>Windows of 7 d, 1 d, 3 d and 5 d by kind: each edge is the kind's own.</summary>
    [Theory]
    [InlineData(TouchKind.Click, 7)]
    [InlineData(TouchKind.View, 1)]
    [InlineData(TouchKind.Visit, 3)]
    [InlineData(TouchKind.Referrer, 5)]
    public void Attribute_WindowPerKind_IsThatKinds(TouchKind kind, int days)
    {
        AttributionConfig config = AttributionConfig.Parse(
            """{"windows":{"click":"7d","view":"24h","visit":"3d","referrer":"5d"}}"""u8);

        SpreadResult result = Attribute(
            config, Conversion(), Touch(Noon - (days * Day) - 1, kind), Touch(Noon - (days * Day), kind));

        Assert.Equal([TouchVerdict.OutsideWindow, TouchVerdict.Eligible], result.Verdicts);
    }

    [Fact]
    public void Attribute_NoEligibleTouch_GivesNoCredit()
    {
        SpreadResult result = Attribute(
            Web, Conversion(123), Touch(Noon - (31 * Day)), Touch(Noon + Day));

        Assert.Equal(0, result.EligibleCount);
        for (int model = 0; model < Web.Models.Count; model++)
        {
            Assert.Equal([0u, 0u], result.Credits(model));
            Assert.Equal([0L, 0L], result.Values(model));
        }
    }

    [Fact]
    public void Attribute_NoTouch_GivesAnEmptyResult()
    {
        SpreadResult result = Attribute(Web, Conversion(123));

        Assert.Equal(0, result.Result.CandidateCount);
        Assert.True(result.Credits(0).Length == 0);
    }

    /// <summary>Half-life 7 d: a week apart is exactly 2 : 1, so 2/3 and 1/3.</summary>
    [Fact]
    public void Attribute_TimeDecayOneHalfLifeApart_IsTwoToOne()
    {
        SpreadResult result = Attribute(
            Web, Conversion(3_0000), Touch(Noon - (9 * Day)), Touch(Noon - (2 * Day)));

        Assert.Equal([333_333u, 666_667u], result.Credits((int)CreditModel.TimeDecay));
        Assert.Equal([1_0000L, 2_0000L], result.Values((int)CreditModel.TimeDecay));
    }

    /// <summary>
    /// With a half-life of a minute a touch of the week before weighs 2^-10,080: nothing, and the sum still
    /// holds, though all touches are thousands of half-lives before the conversion.
    /// </summary>
    [Fact]
    public void Attribute_TimeDecayWithWeightsOfZero_StillSumsExactly()
    {
        AttributionConfig config = AttributionConfig.Parse("""{"time_decay":{"half_life":"1m"}}"""u8);

        SpreadResult result = Attribute(
            config, Conversion(99),
            Touch(Noon - (20 * Day)), Touch(Noon - (13 * Day)), Touch(Noon - (13 * Day)));

        Assert.Equal([0u, 500_000u, 500_000u], result.Credits((int)CreditModel.TimeDecay));
        Assert.Equal([0L, 50L, 49L], result.Values((int)CreditModel.TimeDecay));
    }

    [Fact]
    public void Attribute_MoreEligibleThanTheLimit_LeavesOutTheOldest()
    {
        AttributionConfig config = AttributionConfig.Parse("""{"max_touches":2}"""u8);

        SpreadResult result = Attribute(
            config, Conversion(),
            Touch(Noon - (3 * Day)), Touch(Noon - (2 * Day)), Touch(Noon - Day), Touch(Noon + Hour));

        Assert.Equal(
            [
                TouchVerdict.OverLimit, TouchVerdict.Eligible, TouchVerdict.Eligible,
                TouchVerdict.AfterConversion,
            ],
            result.Verdicts);
        Assert.Equal(1, result.OverLimitCount);
        Assert.Equal([0u, 1_000_000u, 0u, 0u], result.Credits((int)CreditModel.First));
    }

    [Fact]
    public void Attribute_ManyTouchesAtOnce_SharesAtTheLimit()
    {
        AttributionConfig config = AttributionConfig.Parse("""{"max_touches":2000}"""u8);

        SpreadResult result = Attribute(
            config, Conversion(long.MaxValue), [.. Enumerable.Repeat(Touch(Noon), 2_100)]);

        for (int model = 0; model < config.Models.Count; model++)
        {
            Assert.Equal(1_000_000L, Sum(result.Credits(model)));
            Assert.Equal((Int128)long.MaxValue, Sum(result.Values(model)));
        }
    }

    [Fact]
    public void Attribute_FewerModels_AreIndexedAsTheConfigLists()
    {
        AttributionConfig config = AttributionConfig.Parse("""{"models":["linear","first"]}"""u8);

        SpreadResult result = Attribute(config, Conversion(), Touch(Noon - Day), Touch(Noon));

        Assert.Equal(["first", "linear"], config.Models.Select(model => model.Name));
        Assert.Equal([1_000_000u, 0u], result.Credits(0));
        Assert.Equal([500_000u, 500_000u], result.Credits(1));
    }

    [Theory]
    [InlineData(0, 1_000_000, 0, "500000 500000")]
    [InlineData(600_000, 100_000, 300_000, "666667 333333")]
    public void Attribute_PositionBasedOfTwo_KeepsTheProportionOfFirstToLast(
        int first, int middle, int last, string credits)
    {
        AttributionConfig config = AttributionConfig.Parse(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"position_based":{"first":{{first}},"middle":{{middle}},"last":{{last}} } }"""));

        SpreadResult result = Attribute(config, Conversion(), Touch(Noon - Day), Touch(Noon));

        Assert.Equal(credits, string.Join(' ', result.Credits((int)CreditModel.PositionBased)));
    }

    [Fact]
    public void Attribute_ReusedResult_ForgetsThePreviousConversion()
    {
        var result = new AttributionResult(Web, 8);
        Attribute(result, Conversion(7), Touch(Noon - Day), Touch(Noon), Touch(Noon + 1));

        SpreadResult second = Attribute(result, Conversion(9), Touch(Noon - (31 * Day)), Touch(Noon - Day));

        Assert.Equal(2, second.Result.CandidateCount);
        Assert.Equal(1, second.EligibleCount);
        Assert.Equal([0u, 1_000_000u], second.Credits((int)CreditModel.Linear));
        Assert.Equal([0L, 9L], second.Values((int)CreditModel.Linear));
    }

    [Fact]
    public void Attribute_ResultOfAnotherConfig_IsRefused()
    {
        AttributionConfig other = AttributionConfig.Parse("""{"models":["first"]}"""u8);
        var attributor = new Attributor(Web);

        Assert.Throws<ArgumentException>(() => attributor.Attribute(
            new PersonHistory { Touches = [], Conversions = [Conversion()], Texts = InlineTexts.Instance },
            0, new AttributionResult(other)));
    }

    private static long Sum(uint[] credits) => credits.Sum(credit => (long)credit);

    private static Int128 Sum(long[] values) =>
        values.Aggregate((Int128)0, (sum, value) => sum + value);
}
