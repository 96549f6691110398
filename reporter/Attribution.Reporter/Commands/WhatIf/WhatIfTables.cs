using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// A comparison for people: the models side by side, then under one of them the channels, the flows between
/// them, the rules and, if asked for, the conversions. Owned by one command.
/// </summary>
internal sealed class WhatIfTables(WhatIfResult result, ReportSession session)
{
    private const int MaxTableRows = 50;

    private static readonly ReportColumn[] ModelColumns =
    [
        ReportColumn.Text("model", "Model"), Count("before", "Counted\nbefore"),
        Count("after", "\nafter"), Count("same", "Same"), Count("other_touch", "Other\ntouch"),
        Count("moved", "Moved"), Count("appeared", "Appeared"), Count("vanished", "Vanished"),
    ];

    private static readonly ReportColumn[] ChannelColumns =
    [
        ReportColumn.Text("channel", "Channel"), ReportColumn.Text("currency", "Currency"),
        new("credit_before", "Credit\nbefore", ColumnKind.Credit),
        new("credit_after", "\nafter", ColumnKind.Credit),
        new("credit_change", "\nchange", ColumnKind.Credit),
        new("value_before", "Value\nbefore", ColumnKind.Money),
        new("value_after", "\nafter", ColumnKind.Money), new("value_change", "\nchange", ColumnKind.Money),
    ];

    private static readonly ReportColumn[] FlowColumns =
    [
        ReportColumn.Text("from", "From"), ReportColumn.Text("to", "To"), Count("conversions", "Conversions"),
        new("credit", "Credit", ColumnKind.Credit), ReportColumn.Text("currency", "Currency"),
        new("value", "Value", ColumnKind.Money),
    ];

    private static readonly ReportColumn[] ListColumns =
    [
        ReportColumn.Time("time", "Time"), ReportColumn.Text("conversion_id", "Conversion"),
        ReportColumn.Text("from", "From"), ReportColumn.Text("to", "To"),
        ReportColumn.Text("currency", "Currency"), new("value", "Value", ColumnKind.Money),
        ReportColumn.Text("rule", "Decided by"),
    ];

    private static readonly ReportColumn[] RuleColumns =
        [ReportColumn.Text("rule", "Decided by"), Count("conversions", "Conversions")];

    private readonly ProseWriter _text = session.NewProse();

    private int Limit => session.RowLimit(MaxTableRows);

    public void Write(bool hasList)
    {
        WriteModels();
        if (result.Diff.Former + result.Diff.Latter == 0)
            return;
        WriteChannels();
        if (result.Diff.Changed == 0)
        {
            _text.Blank();
            _text.Line($"Under {result.Model} no conversion's channels change.");
            return;
        }

        WriteFlows();
        WriteRules();
        if (hasList)
            WriteList();
    }

    private void WriteModels()
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(ModelColumns);
        foreach ((int model, string name) in result.Models.Index())
        {
            ConversionDiff diff = result.Diffs[model];
            writer.Row([name, diff.Former, diff.Latter, diff.Count(ChangeKind.Same),
                diff.Count(ChangeKind.OtherTouch), diff.Count(ChangeKind.Moved),
                diff.Count(ChangeKind.Appeared), diff.Count(ChangeKind.Vanished)]);
        }

        writer.End();
    }

    private void WriteChannels()
    {
        Title($"Under {result.Model}, by channel");
        List<ChannelChange> channels = result.Channels();
        IReportWriter writer = session.NewWriter();
        writer.Begin(ChannelColumns);
        foreach (ChannelChange channel in channels.Take(Limit))
            writer.Row(
            [
                channel.Channel, Shown(channel.Currency), WhatIfResult.Credit(channel.FormerCredit),
                WhatIfResult.Credit(channel.LatterCredit),
                WhatIfResult.Credit(channel.LatterCredit - channel.FormerCredit),
                WhatIfResult.Value(channel.FormerValue), WhatIfResult.Value(channel.LatterValue),
                WhatIfResult.Value(channel.LatterValue - channel.FormerValue),
            ]);
        writer.End();
        session.NoteMore(channels.Count, Limit, "row", " by channel");
    }

    private void WriteFlows()
    {
        Title("From where to where");
        List<KeyValuePair<FlowKey, FlowSum>> flows =
            [.. result.Flows().Where(flow => flow.Key.From != flow.Key.To)];
        IReportWriter writer = session.NewWriter();
        writer.Begin(FlowColumns);
        foreach ((FlowKey key, FlowSum sum) in flows.Take(Limit))
            writer.Row([WhatIfText.Channel(key.From), WhatIfText.Channel(key.To), sum.Conversions,
                WhatIfResult.Credit(sum.Credit), Shown(key.Currency), WhatIfResult.Value(sum.Value)]);
        writer.End();
        session.NoteMore(flows.Count, Limit, "row", " from where to where");
    }

    private void WriteRules()
    {
        Title("By which rule");
        IReportWriter writer = session.NewWriter();
        writer.Begin(RuleColumns);
        List<(string Rule, long Conversions)> rules = result.Rules();
        foreach ((string rule, long conversions) in rules.Take(Limit))
            writer.Row([rule, conversions]);
        writer.End(["Total", result.Diff.Changed]);
        session.NoteMore(rules.Count, Limit, "rule", ModelsCommand.Included);
    }

    private void WriteList()
    {
        Title("Conversions, newest first");
        IReportWriter writer = session.NewWriter();
        writer.Begin(ListColumns);
        foreach (ChangedConversion changed in result.Diff.Listed)
            writer.Row([changed.Facts.Time, changed.Facts.Id, WhatIfText.Channels(changed.Former),
                WhatIfText.Channels(changed.Latter), changed.Facts.Currency,
                WhatIfResult.Value(changed.Value), changed.Reason.ToString()]);
        writer.End();
        session.NoteMore(result.Diff.Changed, result.Diff.Listed.Count, "conversion", " changed");
    }

    private static string Shown(string currency) => currency.Length == 0 ? "(none)" : currency;

    private void Title(string text)
    {
        _text.Blank();
        _text.Heading(text);
    }

    private static ReportColumn Count(string name, string title) => new(name, title, ColumnKind.Count);
}
