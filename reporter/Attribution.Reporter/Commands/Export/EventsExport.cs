using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Commands.Export;

/// <summary>Raw events. Owned by one command.</summary>
internal sealed class EventsExport : ExportQuestion
{
    /// <exception cref="UsageException">A field does not exist, or the filter makes no sense.</exception>
    public EventsExport(ReportSession session, IReadOnlyList<string> names, FilterText? where)
        : base(session, where)
    {
        Names = names.Count > 0 ? names : [.. EventFields.Stored.Select(field => field.Name)];
        Rows(session.Settings.Range.From, session.Settings.Range.To);
    }

    public override string Table => "events";

    public override IReadOnlyList<string> Names { get; }

    protected override string File => "export_events";

    protected override (IEnumerable<string> Columns, string Order, string Condition) Sql(
        QueryParameters parameters)
    {
        var query = new EventQuery(Where, parameters, Session.ParseTime);
        string[] columns = [.. Names.Select(name => Column(query.Field("--fields", name)))];
        return (columns, "project, timestamp, event_id", query.Condition);
    }

    private static string Column(Field field) =>
        field.Sql == field.Name ? field.Sql : $"{field.Sql} AS {Quoted(field.Name)}";
}
