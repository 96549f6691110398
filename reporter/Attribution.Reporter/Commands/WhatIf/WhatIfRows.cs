using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>A comparison as rows: everything, or its changed conversions. Stateless.</summary>
internal static class WhatIfRows
{
    private static readonly ChangeKind[] Kinds =
    [
        ChangeKind.Same, ChangeKind.OtherTouch, ChangeKind.Moved, ChangeKind.Appeared, ChangeKind.Vanished,
    ];

    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("row", "Row"), ReportColumn.Text("model", "Model"),
        ReportColumn.Text("change", "Change"), ReportColumn.Text("from", "From"),
        ReportColumn.Text("to", "To"), ReportColumn.Text("rule", "Rule"),
        ReportColumn.Text("currency", "Currency"), new("conversions", "Conversions", ColumnKind.Count),
        new("credit", "Credit", ColumnKind.Credit), new("value", "Value", ColumnKind.Money),
    ];

    private static readonly ReportColumn[] ListColumns =
    [
        ReportColumn.Time("time", "Time"), ReportColumn.Text("conversion_id", "Conversion"),
        ReportColumn.Text("type", "Type"), ReportColumn.Text("change", "Change"),
        ReportColumn.Text("from", "From"), ReportColumn.Text("to", "To"),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
        ReportColumn.Text("rule", "Decided by"),
    ];

    /// <summary>
    /// Rows of four sorts: <c>conversions</c> per model and change, and under the chosen model
    /// <c>channel</c> with what it gained or lost, <c>flow</c> and <c>rule</c>. A flow from a channel to
    /// itself is what stayed; one end is null where the conversion does not count. --limit holds for each of
    /// the three by itself.
    /// </summary>
    public static void WriteAll(WhatIfResult result, ReportSession session)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(Columns);
        foreach ((int model, string name) in result.Models.Index())
        {
            foreach (ChangeKind kind in Kinds)
                writer.Row(["conversions", name, WhatIfText.Name(kind), null, null, null, null,
                    result.Diffs[model].Count(kind), null, null]);
        }

        foreach (ChannelChange channel in session.Limited(result.Channels(), int.MaxValue, "channel"))
            writer.Row(["channel", result.Model, null, null, channel.Channel, null, channel.Currency, null,
                WhatIfResult.Credit(channel.LatterCredit - channel.FormerCredit),
                WhatIfResult.Value(channel.LatterValue - channel.FormerValue)]);
        foreach ((FlowKey key, FlowSum sum) in session.Limited(result.Flows(), int.MaxValue, "flow"))
            writer.Row(["flow", result.Model, null, End(key.From), End(key.To), null, key.Currency,
                sum.Conversions, WhatIfResult.Credit(sum.Credit), WhatIfResult.Value(sum.Value)]);
        foreach ((string rule, long conversions) in session.Limited(result.Rules(), int.MaxValue, "rule"))
            writer.Row(["rule", result.Model, null, null, null, rule, null, conversions, null, null]);
        writer.End();
    }

    public static void WriteList(WhatIfResult result, IReportWriter writer)
    {
        writer.Begin(ListColumns);
        foreach (ChangedConversion changed in result.Diff.Listed)
            writer.Row(
            [
                changed.Facts.Time, changed.Facts.Id, changed.Facts.Type, WhatIfText.Name(changed.Kind),
                WhatIfText.Channels(changed.Former), WhatIfText.Channels(changed.Latter),
                WhatIfResult.Value(changed.Value), changed.Facts.Currency, changed.Reason.ToString(),
            ]);
        writer.End();
    }

    public static string? End(string channel) => channel == CreditFlows.Nowhere ? null : channel;
}
