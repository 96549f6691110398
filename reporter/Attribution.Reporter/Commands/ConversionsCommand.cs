using System.CommandLine;
using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Events;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// <c>conversions --limit 20</c>: the newest, with who earned them. Owned by the root command.
/// </summary>
internal sealed class ConversionsCommand : ReportCommand
{
    private const decimal Millionths = 1_000_000m;

    private static readonly ReportColumn[] Facts =
    [
        ReportColumn.Time("time", "Time"), ReportColumn.Text("conversion_id", "Conversion"),
        ReportColumn.Text("type", "Type"), ReportColumn.Text("user_id", "User"),
        new("revenue", "Revenue", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
    ];

    private static readonly ReportColumn[] TableColumns =
        [.. Facts, ReportColumn.Prose("credit", "Earned by", 4)];

    private static readonly ReportColumn[] DataColumns =
    [
        .. Facts, ReportColumn.Text("person", "Person"), ReportColumn.Text("model", "Model"),
        ReportColumn.Text("touches", "Touches"), ReportColumn.Text("channels", "Channels"),
        ReportColumn.Text("campaigns", "Campaigns"), ReportColumn.Text("credits", "Credits"),
        ReportColumn.Text("values", "Values"),
    ];

    private readonly PageOptions _page = new();

    public ConversionsCommand(ReportOptions options, ReportConsole console)
        : base(
            "conversions",
            "Conversions, newest first, and the touches that earned them under one model (last unless "
            + "--model says otherwise). 100 unless --limit says otherwise. A condition of --where on "
            + "touches holds where it does for one of the conversion's.",
            options,
            console)
    {
        Options.Add(WhereOption.Of);
        _page.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "conversions --limit 20 --where \"channel = Email and revenue > 10\"",
        "conversions --model time_decay --from yesterday --to today --format json",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        RowPage page = _page.Read(parsed, session);
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        FilterText? where = WhereOption.Text(parsed);
        // A filter that makes no sense is refused even where there is nothing to ask.
        Filter(session, session.Parameters(), where);
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        IReportWriter writer = session.NewWriter();
        writer.Begin(session.IsTable ? TableColumns : DataColumns);
        var rows = new NewestRows(session, (before, keys) =>
        {
            QueryParameters parameters = session.Parameters()
                .Add("config", config ?? "").Add("model", model).Add("limit", keys);
            return Page(session, parameters, where, before);
        });
        if (config is not null)
        {
            session.Describe(model, config);
            await foreach (Row row in rows.ReadAsync(page, cancel).ConfigureAwait(false))
                writer.Row(session.IsTable ? [.. FactsOf(row), EarnedBy(row)] : DataOf(row, model));
        }

        writer.End();
        if (rows.HasMore)
            session.Note($"note: more behind these: --before {rows.Last}");
        if (rows.Last is null)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }

    private static ComposedQuery Page(
        ReportSession session, QueryParameters parameters, FilterText? where, RowCursor? before)
    {
        if (before is { } place)
            parameters.Add("before_time", place.Time).Add("before_id", place.Id);
        string sql = SqlFile.Load(
            "conversions",
            ("filter", Filter(session, parameters, where)),
            ("before", before is null ? "" : EventQuestion.BeforeText("conversion_time", "conversion_id")));
        return new ComposedQuery(sql, parameters);
    }

    private static string Filter(ReportSession session, QueryParameters parameters, FilterText? where) =>
        where is null
            ? "true"
            : new ConversionFilter(where, new SqlArguments(parameters), session.ParseTime).Build();

    private static object?[] FactsOf(Row row) =>
    [
        row.GetDateTime("conversion_time"), row.GetString("conversion_id"), row.GetString("conversion_type"),
        row.GetString("user_id"), row.GetDecimal("revenue"), row.GetString("currency"),
    ];

    private static object?[] DataOf(Row row, string model) =>
    [
        .. FactsOf(row),
        PersonHash.Text(row.GetUInt64("person")),
        model,
        row.GetArray<string>("touches"),
        row.GetArray<string>("channels"),
        row.GetArray<string>("campaigns"),
        row.GetArray<long>("credits").Select(credit => (credit / Millionths) + 0.000000m).ToArray(),
        row.GetArray<decimal>("credit_values"),
    ];

    private static string EarnedBy(Row row)
    {
        string[] channels = row.GetArray<string>("channels");
        string[] campaigns = row.GetArray<string>("campaigns");
        long[] credits = row.GetArray<long>("credits");
        return string.Join(", ", channels.Select((channel, at) =>
            channel + (campaigns[at].Length > 0 ? $" ({campaigns[at]})" : "") + Percent(credits[at])));
    }

    private static string Percent(long credit) => credit == (long)Millionths
        ? ""
        : (credit / Millionths).ToString(" 0.0%", CultureInfo.InvariantCulture);
}
