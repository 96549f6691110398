using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Explain;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// One person's events in the order they happened, each conversion followed by its credits. Owned by one
/// command.
/// </summary>
internal sealed class Journey(int limit)
{
    private static readonly ReportColumn[] DataColumns =
    [
        ReportColumn.Text("row", "Row"), ReportColumn.Time("time", "Time"),
        ReportColumn.Text("event_id", "Event"), ReportColumn.Text("type", "Type"),
        ReportColumn.Text("channel", "Channel"), ReportColumn.Text("source", "Source"),
        ReportColumn.Text("medium", "Medium"), ReportColumn.Text("campaign", "Campaign"),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
        ReportColumn.Text("conversion_id", "Conversion"), ReportColumn.Text("model", "Model"),
        new("credit", "Credit", ColumnKind.Credit),
    ];

    private static readonly ReportColumn[] TableColumns =
    [
        ReportColumn.Time("time", "Time"), ReportColumn.Text("what", "What") with { MinCells = 12 },
        ReportColumn.Text("from", "Source / medium\nor channel"), ReportColumn.Text("campaign", "Campaign"),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
        new("credit", "Credit", ColumnKind.Share),
    ];

    private readonly List<JourneyEvent> _newestFirst = [];
    private readonly Dictionary<TouchKey, List<JourneyCredit>> _credits = [];

    public int Limit => limit;

    public int EventCount => _newestFirst.Count;

    public bool IsTruncated { get; private set; }

    /// <summary>The events that are shown, of which some may be conversions.</summary>
    public IEnumerable<TouchKey> Events => _newestFirst.Select(each => each.Key);

    public void AddEvent(Row row)
    {
        if (_newestFirst.Count == limit)
        {
            IsTruncated = true;
            return;
        }

        _newestFirst.Add(new JourneyEvent(
            new TouchKey(row.GetDateTime("timestamp"), row.GetString("event_id")),
            new TouchTraits(
                row.GetString("type"), "", row.GetString("source"), row.GetString("medium"),
                row.GetString("campaign")),
            row.IsNull("revenue") ? null : row.GetDecimal("revenue"), row.GetString("currency")));
    }

    public void AddCredits(Row row)
    {
        string model = row.GetString("model");
        string currency = row.GetString("currency");
        var conversion = new TouchKey(row.GetDateTime("conversion_time"), row.GetString("conversion_id"));
        if (!_credits.TryGetValue(conversion, out List<JourneyCredit>? list))
            _credits[conversion] = list = [];
        list.AddRange(StoredCredit.AllOf(row).Select(credit => new JourneyCredit(model, currency, credit)));
    }

    public void Write(IReportWriter writer, bool isTable)
    {
        writer.Begin(isTable ? TableColumns : DataColumns);
        foreach (JourneyEvent each in Enumerable.Reverse(_newestFirst))
        {
            writer.Row(isTable ? TableRow(each) : DataRow(each));
            if (!_credits.TryGetValue(each.Key, out List<JourneyCredit>? credits))
                continue;
            foreach (JourneyCredit credit in credits.InOrder(credit => credit.Model))
                writer.Row(isTable ? TableRow(credit) : DataRow(each, credit));
        }

        writer.End();
    }

    private static object?[] TableRow(JourneyEvent each) =>
    [
        each.Key.Time, each.Traits.Type, each.Traits.Origin, each.Traits.Campaign, each.Revenue,
        each.Revenue is null ? "" : each.Currency, null,
    ];

    /// <summary>Under its conversion, with the time of the touch that earned it.</summary>
    private static object?[] TableRow(JourneyCredit credit) =>
    [
        credit.Time, $"  {credit.Model}", credit.Stored.Traits.Channel, credit.Stored.Traits.Campaign,
        credit.Stored.Value, credit.Currency, credit.Stored.Credit,
    ];

    private static object?[] DataRow(JourneyEvent each) =>
    [
        "event", each.Key.Time, each.Key.Id, each.Traits.Type, null, each.Traits.Source,
        each.Traits.Medium, each.Traits.Campaign, each.Revenue, each.Currency, null, null, null,
    ];

    /// <summary>A conversion that no touch earned has a credit without event and time.</summary>
    private static object?[] DataRow(JourneyEvent conversion, JourneyCredit credit)
    {
        TouchTraits traits = credit.Stored.Traits;
        return
        [
            "credit", credit.Time, credit.Stored.Key.Id, traits.Type, traits.Channel, traits.Source,
            traits.Medium, traits.Campaign, credit.Stored.Value, credit.Currency, conversion.Key.Id,
            credit.Model, credit.Stored.Credit,
        ];
    }

    private sealed record JourneyEvent(TouchKey Key, TouchTraits Traits, decimal? Revenue, string Currency);

    private sealed record JourneyCredit(string Model, string Currency, StoredCredit Stored)
    {
        public DateTime? Time => Stored.IsNobody ? null : Stored.Key.Time;
    }
}
