using Attribution.Model.Configs;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>A finished comparison, ready to be written. Immutable.</summary>
internal sealed record WhatIfResult
{
    private const decimal Millionths = 1_000_000m;
    private const decimal TenThousandths = 10_000m;

    public required AttributionConfig Former { get; init; }
    public required AttributionConfig Latter { get; init; }

    /// <summary>Names of the models that both configs have.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>One per model.</summary>
    public required IReadOnlyList<ConversionDiff> Diffs { get; init; }

    /// <summary>Index of the model whose flows and reasons are wanted.</summary>
    public required int Chosen { get; init; }

    public string Model => Models[Chosen];

    public ConversionDiff Diff => Diffs[Chosen];

    /// <summary>In conversions, always with six decimals.</summary>
    public static decimal Credit(Int128 millionths) => ((decimal)millionths / Millionths) + 0.000000m;

    /// <summary>In major units, always with four decimals.</summary>
    public static decimal Value(Int128 tenThousandths) =>
        ((decimal)tenThousandths / TenThousandths) + 0.0000m;

    /// <summary>What changed its channel first, the largest credit first.</summary>
    public List<KeyValuePair<FlowKey, FlowSum>> Flows() =>
    [
        .. Diff.Flows.Sums
            .OrderBy(flow => flow.Key.From == flow.Key.To)
            .ThenByDescending(flow => flow.Value.Credit)
            .ThenBy(flow => flow.Key.From, StringComparer.Ordinal)
            .ThenBy(flow => flow.Key.To, StringComparer.Ordinal)
            .ThenBy(flow => flow.Key.Currency, StringComparer.Ordinal),
    ];

    /// <summary>The reasons by the rule that says most, the most frequent first.</summary>
    public List<(string Rule, long Conversions)> Rules() =>
    [
        .. Diff.Reasons
            .GroupBy(reason => reason.Key.ToString(), StringComparer.Ordinal)
            .Select(group => (Rule: group.Key, Conversions: group.Sum(reason => reason.Value)))
            .OrderByDescending(rule => rule.Conversions)
            .ThenBy(rule => rule.Rule, StringComparer.Ordinal),
    ];

    /// <summary>Both configs' totals; those that changed most in credit first.</summary>
    public List<ChannelChange> Channels()
    {
        var totals = new Dictionary<(string Channel, string Currency), ChannelChange>();
        foreach ((FlowKey key, FlowSum sum) in Diff.Flows.Sums)
        {
            Add(totals, key.From, key.Currency, new ChannelChange("", "", sum.Credit, 0, sum.Value, 0));
            Add(totals, key.To, key.Currency, new ChannelChange("", "", 0, sum.Credit, 0, sum.Value));
        }

        return
        [
            .. totals.Values.Where(total => total.Channel != CreditFlows.Nowhere)
                .OrderByDescending(total => Int128.Abs(total.LatterCredit - total.FormerCredit))
                .ThenByDescending(total => total.LatterCredit)
                .ThenBy(total => total.Channel, StringComparer.Ordinal)
                .ThenBy(total => total.Currency, StringComparer.Ordinal),
        ];
    }

    private static void Add(
        Dictionary<(string, string), ChannelChange> totals, string channel, string currency,
        ChannelChange more)
    {
        ChannelChange sum = totals.GetValueOrDefault((channel, currency))
            ?? new ChannelChange(channel, currency, 0, 0, 0, 0);
        totals[(channel, currency)] = sum with
        {
            FormerCredit = sum.FormerCredit + more.FormerCredit,
            LatterCredit = sum.LatterCredit + more.LatterCredit,
            FormerValue = sum.FormerValue + more.FormerValue,
            LatterValue = sum.LatterValue + more.LatterValue,
        };
    }
}

/// <summary>A channel's totals under both configs, in one currency: millionths, ten-thousandths. Immutable.
/// </summary>
internal sealed record ChannelChange(
    string Channel, string Currency, Int128 FormerCredit, Int128 LatterCredit, Int128 FormerValue,
    Int128 LatterValue);
