using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Events;

/// <summary>
/// Which fields of which events, as SQL over table <c>events</c>. Owned by one command.
/// </summary>
internal sealed class EventQuestion
{
    private readonly ReportSession _session;
    private readonly IReadOnlyList<string> _names;
    private readonly FilterText? _where;

    /// <param name="session">Gives project, range and zone.</param>
    /// <param name="names">Fields, in order.</param>
    /// <param name="where">A filter; null is none.</param>
    /// <exception cref="UsageException">A field does not exist, or the filter makes no sense.</exception>
    public EventQuestion(ReportSession session, IReadOnlyList<string> names, FilterText? where)
    {
        _session = session;
        _names = names;
        _where = where;
        // What makes no sense is refused before anything is asked.
        Fields = [.. FieldsOf(Query(session.Parameters()))];
    }

    public IReadOnlyList<Field> Fields { get; }

    public ReportColumn[] Columns => [.. Fields.Select(each => new ReportColumn(
        each.Name, each.Title, KindOf(each.Type)))];

    /// <summary>
    /// The query of a file with <c>$fields</c> (columns field_0, field_1, …, each with a comma behind it) and
    /// <c>$filter</c> (a condition) filled, and others as they are given.
    /// </summary>
    public ComposedQuery Compose(
        string file, Action<QueryParameters> add, params (string Place, string Sql)[] places)
    {
        QueryParameters parameters = _session.Parameters();
        add(parameters);
        EventQuery query = Query(parameters);
        string fields = string.Concat(
            FieldsOf(query).Select((field, at) => $"{Typed(field)} AS field_{at},\n    "));
        string filter = query.Condition.Length > 0 ? query.Condition : "true";
        string sql = SqlFile.Load(file, [("fields", fields), ("filter", filter), .. places]);
        return new ComposedQuery(sql, parameters);
    }

    /// <summary>The events behind a place, newest first.</summary>
    public ComposedQuery Page(RowCursor? before, int keys) => Compose(
        "events",
        parameters =>
        {
            parameters.Add("limit", keys);
            if (before is { } place)
                parameters.Add("before_time", place.Time).Add("before_id", place.Id);
        },
        ("before", before is null ? "" : BeforeText("timestamp", "event_id")));

    /// <summary>The condition that a row stands behind a place.</summary>
    public static string BeforeText(string time, string id) =>
        // The first part is for the index.
        $"AND {time} <= {{before_time:DateTime64(3, 'UTC')}} "
        + $"AND ({time}, {id}) < ({{before_time:DateTime64(3, 'UTC')}}, {{before_id:String}})";

    /// <summary>The fields' values in a row that has them first.</summary>
    public object?[] Values(Row row)
    {
        var values = new object?[Fields.Count];
        for (int at = 0; at < values.Length; at++)
            values[at] = row.GetValue(at);
        return values;
    }

    private EventQuery Query(QueryParameters parameters) => new(_where, parameters, _session.ParseTime);

    private IEnumerable<Field> FieldsOf(EventQuery query) =>
        _names.Select(name => query.Field("--fields", name) with { Name = name });

    /// <summary>Times come as one type, whatever zone their hour was taken in.</summary>
    private static string Typed(Field field) => field.Type switch
    {
        FieldType.Time => $"toDateTime64({field.Sql}, 3, 'UTC')",
        _ => field.Sql,
    };

    private static ColumnKind KindOf(FieldType type) => type switch
    {
        FieldType.Time => ColumnKind.Time,
        FieldType.Number or FieldType.Date => ColumnKind.Number,
        _ => ColumnKind.Text,
    };
}
