using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// One person's events in the order they happened, each conversion followed by its credits. Owned by one
/// command.
/// </summary>
internal sealed class Journey(int limit)
{
    private const decimal Millionths = 1_000_000m;

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
        ReportColumn.Time("time", "Time"), ReportColumn.Text("what", "What"),
        ReportColumn.Text("from", "Source / medium\nor channel"), ReportColumn.Text("campaign", "Campaign"),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
        new("credit", "Credit", ColumnKind.Share),
    ];

    private readonly List<JourneyEvent> _newestFirst = [];
    private readonly Dictionary<(string Id, DateTime Time), List<JourneyCredit>> _credits = [];

    public int Limit => limit;

    public int EventCount => _newestFirst.Count;

    public bool IsTruncated { get; private set; }

    public void AddEvent(Row row)
    {
        if (_newestFirst.Count == limit)
        {
            IsTruncated = true;
            return;
        }

        _newestFirst.Add(new JourneyEvent(
            row.GetDateTime("timestamp"), row.GetString("event_id"), row.GetString("type"), Trail.Of(row),
            row.IsNull("revenue") ? null : row.GetDecimal("revenue"), row.GetString("currency")));
    }

    public void AddCredits(Row row)
    {
        string model = row.GetString("model");
        string currency = row.GetString("currency");
        string[] touches = row.GetArray<string>("touches");
        DateTime[] times = row.GetArray<DateTime>("touch_times");
        string[] types = row.GetArray<string>("touch_types");
        string[] channels = row.GetArray<string>("channels");
        string[] sources = row.GetArray<string>("sources");
        string[] mediums = row.GetArray<string>("mediums");
        string[] campaigns = row.GetArray<string>("campaigns");
        long[] credits = row.GetArray<long>("credits");
        decimal[] values = row.GetArray<decimal>("credit_values");
        (string, DateTime) conversion = (row.GetString("conversion_id"), row.GetDateTime("conversion_time"));
        if (!_credits.TryGetValue(conversion, out List<JourneyCredit>? list))
            _credits[conversion] = list = [];
        for (int at = 0; at < touches.Length; at++)
            list.Add(new JourneyCredit(
                model, touches[at], times[at], types[at], channels[at],
                new Trail(sources[at], mediums[at], campaigns[at]), (credits[at] / Millionths) + 0.000000m,
                values[at], currency));
    }

    public void Write(IReportWriter writer, bool isTable)
    {
        writer.Begin(isTable ? TableColumns : DataColumns);
        foreach (JourneyEvent each in Enumerable.Reverse(_newestFirst))
        {
            writer.Row(isTable ? TableRow(each) : DataRow(each));
            if (!_credits.TryGetValue((each.Id, each.Time), out List<JourneyCredit>? credits))
                continue;
            foreach (JourneyCredit credit in credits.InOrder(credit => credit.Model))
                writer.Row(isTable ? TableRow(credit) : DataRow(each, credit));
        }

        writer.End();
    }

    private static object?[] TableRow(JourneyEvent each) =>
    [
        each.Time, each.Type, each.Trail.SourceAndMedium, each.Trail.Campaign, each.Revenue,
        each.Revenue is null ? "" : each.Currency, null,
    ];

    /// <summary>Under its conversion, with the time of the touch that earned it.</summary>
    private static object?[] TableRow(JourneyCredit credit) =>
    [
        credit.Touch.Length == 0 ? null : credit.Time, $"  {credit.Model}", credit.Channel,
        credit.Trail.Campaign, credit.Value, credit.Currency, credit.Credit,
    ];

    private static object?[] DataRow(JourneyEvent each) =>
    [
        "event", each.Time, each.Id, each.Type, null, each.Trail.Source, each.Trail.Medium,
        each.Trail.Campaign, each.Revenue, each.Currency, null, null, null,
    ];

    /// <summary>A conversion that no touch earned has a credit without event and time.</summary>
    private static object?[] DataRow(JourneyEvent conversion, JourneyCredit credit) =>
    [
        "credit", credit.Touch.Length == 0 ? null : credit.Time, credit.Touch, credit.Type, credit.Channel,
        credit.Trail.Source, credit.Trail.Medium, credit.Trail.Campaign, credit.Value, credit.Currency,
        conversion.Id, credit.Model, credit.Credit,
    ];

    private readonly record struct Trail(string Source, string Medium, string Campaign)
    {
        public string SourceAndMedium => (Source.Length, Medium.Length) switch
        {
            (0, 0) => "",
            (_, 0) => Source,
            _ => $"{Source} / {Medium}",
        };

        public static Trail Of(Row row) =>
            new(row.GetString("source"), row.GetString("medium"), row.GetString("campaign"));
    }

    private sealed record JourneyEvent(
        DateTime Time, string Id, string Type, Trail Trail, decimal? Revenue, string Currency);

    private sealed record JourneyCredit(
        string Model, string Touch, DateTime Time, string Type, string Channel, Trail Trail, decimal Credit,
        decimal Value, string Currency);
}
