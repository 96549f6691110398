using Attribution.Reporter.Commands.WhatIf;
using FsCheck;
using FsCheck.Fluent;
using Outcome = Attribution.Reporter.Commands.WhatIf.Outcome;

namespace Attribution.Reporter.Tests.WhatIf;

/// <summary>What holds of every comparison, whatever is compared.</summary>
public class ConversionDiffTests
{
    private const int Cases = 1_000;
    private const int MaxListed = 7;

    [Fact]
    public void Flows_OfAnyConversions_SumToBothConfigsTotals() => Check(cases =>
    {
        ConversionDiff diff = Diff(cases);

        Assert.Equal(Totals(cases, each => each.Former), Sums(diff, key => key.From));
        Assert.Equal(Totals(cases, each => each.Latter), Sums(diff, key => key.To));
        Assert.All(diff.Flows.Sums.Values, sum => Assert.True(sum.Credit >= 0 && sum.Conversions > 0));
    });

    [Fact]
    public void Diff_OfAConfigWithItself_IsEmpty() => Check(cases =>
    {
        ConversionDiff diff = Diff([.. cases.Select(each => each with { Latter = each.Former })]);

        Assert.Equal(0, diff.Changed);
        Assert.Equal(0, diff.Count(ChangeKind.OtherTouch));
        Assert.Empty(diff.Reasons);
        Assert.Empty(diff.Listed);
        Assert.All(diff.Flows.Sums.Keys, key => Assert.Equal(key.From, key.To));
    });

    [Fact]
    public void Diff_TheOtherWayRound_IsTheMirror() => Check(cases =>
    {
        ConversionDiff diff = Diff(cases);
        ConversionDiff turned = Diff([.. cases.Select(each => each.Turned())]);

        Assert.Equal(diff.Former, turned.Latter);
        Assert.Equal(diff.Count(ChangeKind.Moved), turned.Count(ChangeKind.Moved));
        Assert.Equal(diff.Count(ChangeKind.Appeared), turned.Count(ChangeKind.Vanished));
        Assert.Equal(diff.Count(ChangeKind.Same), turned.Count(ChangeKind.Same));
        Assert.Equal(
            Ordered(diff.Flows.Sums.Select(
                flow => (flow.Key.From, flow.Key.To, flow.Key.Currency, flow.Value))),
            Ordered(turned.Flows.Sums.Select(
                flow => (flow.Key.To, flow.Key.From, flow.Key.Currency, flow.Value))));
        Assert.Equal(
            Ordered(diff.Reasons.Select(reason => (reason.Key.Lost, reason.Key.Gained, reason.Value))),
            Ordered(turned.Reasons.Select(reason => (reason.Key.Gained, reason.Key.Lost, reason.Value))));
    });

    [Fact]
    public void Diff_InAnyOrderAndParts_IsTheSame() => Check(cases =>
    {
        DiffCase[] shuffled = [.. cases];
        new Random(cases.Length).Shuffle(shuffled);
        var merged = new ConversionDiff(MaxListed);
        foreach (DiffCase[] part in shuffled.Chunk(4))
            merged.Merge(Diff(part));

        Assert.Equal(Text(Diff(cases)), Text(merged));
    });

    [Fact]
    public void Listed_OfManyChanges_AreTheNewest() => Check(cases =>
    {
        ConversionDiff all = Diff(cases, int.MaxValue);

        Assert.Equal(all.Changed, all.Listed.Count);
        Assert.Equal(
            all.Listed.Select(each => each.Facts.Id).Take(MaxListed),
            Diff(cases).Listed.Select(each => each.Facts.Id));
        Assert.Equal(all.Listed.Count, all.Reasons.Values.Sum());
    });

    [Fact]
    public void Flow_OfOneToMany_IsInProportion()
    {
        var flows = new CreditFlows();
        flows.AddConversion("USD", [new("A", 1, 1_000_000, 100)],
            [new("A", 1, 400_000, 40), new("B", 2, 450_000, 45), new("C", 3, 150_000, 15)]);

        Assert.Equal(3, flows.Sums.Count);
        Assert.Equal(new FlowSum(1, 400_000, 40), flows.Sums[new FlowKey("A", "A", "USD")]);
        Assert.Equal(new FlowSum(1, 450_000, 45), flows.Sums[new FlowKey("A", "B", "USD")]);
        Assert.Equal(new FlowSum(1, 150_000, 15), flows.Sums[new FlowKey("A", "C", "USD")]);
    }

    [Fact]
    public void Flow_OfManyToMany_IsInProportionAndExact()
    {
        var flows = new CreditFlows();
        flows.AddConversion("", [new("A", 1, 500_000, 0), new("B", 2, 500_000, 0)],
            [new("C", 3, 333_333, 0), new("D", 4, 666_667, 0)]);

        Assert.Equal(166_667, (long)flows.Sums[new FlowKey("A", "C", "")].Credit);
        Assert.Equal(333_333, (long)flows.Sums[new FlowKey("A", "D", "")].Credit);
        Assert.Equal(166_666, (long)flows.Sums[new FlowKey("B", "C", "")].Credit);
        Assert.Equal(333_334, (long)flows.Sums[new FlowKey("B", "D", "")].Credit);
    }

    [Fact]
    public void Flow_OfTheLargestValues_DoesNotOverflow()
    {
        ChannelCredit[] former =
        [
            .. Enumerable.Range(1, 2_000)
                .Select(touch => new ChannelCredit("A", (ulong)touch, 1_000_000, long.MaxValue)),
        ];
        ChannelCredit[] latter = [.. former.Select(credit => credit with { Channel = "B" })];
        var flows = new CreditFlows();
        flows.AddConversion("", former, [.. latter, new("C", 9_999, 1, 1)]);

        Assert.Equal(2_000 * (Int128)long.MaxValue, flows.Sums[new FlowKey("A", "B", "")].Value
            + flows.Sums.GetValueOrDefault(new FlowKey("A", "C", "")).Value);
    }

    [Theory]
    [InlineData("outside_window", "", "outside_window")]
    [InlineData("outside_window", "outside_window", "outside_window")]
    [InlineData("", "outside_window", "formerly outside_window")]
    [InlineData("later_than_first", "outside_window", "formerly outside_window")]
    [InlineData("outside_window", "earlier_than_last", "outside_window")]
    [InlineData("earlier_than_last", "view_beaten_by_click", "earlier_than_last")]
    [InlineData("not_a_conversion", "", "not_a_conversion")]
    [InlineData("other_channel", "other_channel", "other_channel")]
    public void Reason_OfTwoRules_IsTheOneThatDecided(string lost, string gained, string text) =>
        Assert.Equal(text, new ChangeReason(lost, gained).ToString());

    [Fact]
    public void Reason_OfATouchThatIsNoCandidate_SaysSo()
    {
        var former = new Outcome([new("A", 1, 1_000_000, 0)]);
        var latter = new Outcome([new("Unattributed", 0, 1_000_000, 0)]);

        Assert.Equal(new ChangeReason("not_considered", ""), ConversionChange.Reason(former, latter));
        Assert.Equal(new ChangeReason("", "not_considered"), ConversionChange.Reason(latter, former));
    }

    [Fact]
    public void Reason_OfTheSameTouches_IsTheirChannelOrWeight()
    {
        var one = new Outcome([new("A", 1, 600_000, 0), new("B", 2, 400_000, 0)]);
        var weighed = new Outcome([new("A", 1, 500_000, 0), new("B", 2, 500_000, 0)]);
        var renamed = new Outcome([new("A", 1, 600_000, 0), new("C", 2, 400_000, 0)]);

        Assert.Equal("other_weights", ConversionChange.Reason(one, weighed).ToString());
        Assert.Equal("other_channel", ConversionChange.Reason(one, renamed).ToString());
        Assert.Equal(ChangeKind.Moved, ConversionChange.Kind(one, renamed));
    }

    [Fact]
    public void Kind_OfOtherTouchesOfTheSameChannel_IsNoMove()
    {
        var one = new Outcome([new("A", 1, 600_000, 0), new("A", 2, 400_000, 0)]);
        var other = new Outcome([new("A", 3, 1_000_000, 0)]);

        Assert.Equal(ChangeKind.OtherTouch, ConversionChange.Kind(one, other));
        Assert.Equal(ChangeKind.Same, ConversionChange.Kind(one, one));
    }

    private static void Check(Action<DiffCase[]> holds) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Cases),
        Prop.ForAll(DiffCases.Seeds(), seed => holds(DiffCases.Of(seed))));

    private static ConversionDiff Diff(DiffCase[] cases, int maxListed = MaxListed)
    {
        var diff = new ConversionDiff(maxListed);
        foreach (DiffCase each in cases)
            diff.Add(each.Facts, each.Former, each.Latter);
        return diff;
    }

    /// <summary>Credit and value by channel and currency, from the outcomes themselves.</summary>
    private static List<string> Totals(DiffCase[] cases, Func<DiffCase, Outcome?> side) => Ordered(cases
        .Where(each => side(each) is { IsCounted: true })
        .SelectMany(each => side(each)!.Credits.Select(credit => (each.Facts.Currency, Credit: credit)))
        .GroupBy(each => (each.Credit.Channel, each.Currency))
        .Select(group => (
            group.Key,
            group.Aggregate((Int128)0, (sum, each) => sum + each.Credit.Credit),
            group.Aggregate((Int128)0, (sum, each) => sum + each.Credit.Value))));

    private static List<string> Sums(ConversionDiff diff, Func<FlowKey, string> end) => Ordered(diff.Flows
        .Sums.Where(flow => end(flow.Key) != CreditFlows.Nowhere)
        .GroupBy(flow => (end(flow.Key), flow.Key.Currency))
        .Select(group => (
            group.Key,
            group.Aggregate((Int128)0, (sum, flow) => sum + flow.Value.Credit),
            group.Aggregate((Int128)0, (sum, flow) => sum + flow.Value.Value))));

    private static string Text(ConversionDiff diff) => string.Join('\n', (string[])
    [
        .. Enum.GetValues<ChangeKind>().Select(kind => $"{kind} {diff.Count(kind)}"),
        .. Ordered(diff.Flows.Sums),
        .. Ordered(diff.Reasons),
        .. diff.Listed.Select(each => $"{each.Facts} {each.Kind} {each.Value} {each.Reason}"),
    ]);

    private static List<string> Ordered<T>(IEnumerable<T> items) =>
        [.. items.Select(item => $"{item}").Order(StringComparer.Ordinal)];
}
