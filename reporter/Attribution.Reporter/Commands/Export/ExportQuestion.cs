using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Events;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Commands.Export;

/// <summary>
/// Which rows of a table, with which columns, as SQL for any stretch of time. Owned by one command.
/// </summary>
internal abstract class ExportQuestion(ReportSession session, FilterText? where)
{
    // A column that is made of another of the same name must not stand for it in conditions.
    private const string ColumnsFirst = "prefer_column_name_to_alias";

    public abstract string Table { get; }

    /// <summary>The columns, in order.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    protected ReportSession Session => session;

    /// <summary>The filter, null where there is none.</summary>
    public FilterText? Where => where;

    /// <summary>The rows of a stretch of time, in the table's order.</summary>
    public ComposedQuery Rows(DateTime from, DateTime to) => Compose(from, to, isCount: false);

    /// <summary>How many they are.</summary>
    public ComposedQuery Count(DateTime from, DateTime to) => Compose(from, to, isCount: true);

    protected abstract string File { get; }

    /// <summary>The columns, what the rows are sorted by, and the condition; adds its values.</summary>
    protected abstract (IEnumerable<string> Columns, string Order, string Condition) Sql(
        QueryParameters parameters);

    /// <summary>A name of a column, whatever letters it has.</summary>
    protected static string Quoted(string name)
    {
        string escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("`", "\\`", StringComparison.Ordinal);
        return $"`{escaped}`";
    }

    private ComposedQuery Compose(DateTime from, DateTime to, bool isCount)
    {
        QueryParameters parameters = new QueryParameters()
            .Add("project", session.Settings.Project)
            .Add("tz", session.Zone.Name)
            .Add("from", from)
            .Add("to", to)
            .Set(ColumnsFirst, "1")
            .Set("date_time_output_format", "iso");
        (IEnumerable<string> columns, string order, string condition) = Sql(parameters);
        string sql = SqlFile.Load(
            File,
            ("columns", isCount ? "count() AS rows" : string.Join(",\n    ", columns)),
            ("filter", condition.Length > 0 ? condition : "true"),
            ("order", isCount ? "" : $"ORDER BY {order}"));
        return new ComposedQuery(sql, parameters);
    }
}
