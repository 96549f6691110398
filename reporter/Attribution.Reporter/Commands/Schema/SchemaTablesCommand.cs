using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Schema;

/// <summary>
/// <c>schema tables events</c>: the tables with their columns, as the server has them. Owned by its parent.
/// </summary>
internal sealed class SchemaTablesCommand : ReportCommand
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("table", "Table"), ReportColumn.Text("column", "Column"),
        ReportColumn.Text("type", "Type"), ReportColumn.Text("about", "What it is"),
    ];

    /// <summary>For people a table stands above its columns.</summary>
    private static readonly ReportColumn[] ShownColumns =
    [
        ReportColumn.Text("column", "Table and columns") with { MinCells = 18 },
        ReportColumn.Prose("type", "Type", 4) with { MinCells = 22 },
        ReportColumn.Prose("about", "What it is", 8),
    ];

    private readonly Argument<string?> _table = new("TABLE")
    {
        Description = "Only this one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public SchemaTablesCommand(ReportOptions options, ReportConsole console)
        : base(
            "tables",
            "The tables with their columns, types and what they mean. Read the tables through FINAL: SELECT "
            + "... FROM events FINAL.",
            options,
            console) => Arguments.Add(_table);

    public override IReadOnlyList<string> Examples => ["schema tables", "schema tables attributions"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string? table = parsed.GetValue(_table);
        var parameters = new QueryParameters().Add("table", table ?? "");
        var found = new List<(string Table, string Column, string Type)>();
        await using (Rows rows =
            await session.QueryAsync("schema_columns", parameters, cancel).ConfigureAwait(false))
        {
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                found.Add((row.GetString("table"), row.GetString("name"), row.GetString("type")));
        }

        if (found.Count == 0)
            throw new ReportException(NoTable(table, session));
        IReportWriter writer = session.NewWriter();
        writer.Begin(session.IsTable ? ShownColumns : Columns);
        List<string> known = [.. TableColumns.Tables.Select(each => each.Table)];
        foreach (IGrouping<string, (string Table, string Column, string Type)> group in found
                     .GroupBy(each => each.Table)
                     .OrderBy(group => known.IndexOf(group.Key) is >= 0 and var at ? at : known.Count))
        {
            string about = TableColumns.Tables.FirstOrDefault(each => each.Table == group.Key).About ?? "";
            writer.Row(session.IsTable ? [group.Key, "", about] : [group.Key, "", "", about]);
            foreach ((string _, string column, string type) in group)
            {
                string what = TableColumns.About(group.Key, column);
                writer.Row(session.IsTable ? [$"  {column}", type, what] : [group.Key, column, type, what]);
            }
        }

        writer.End();
    }

    /// <summary>What to do where the database has no such table.</summary>
    public static string NoTable(string? table, ReportSession session)
    {
        string database = session.Settings.Server.Database;
        return table is null
            ? $"the database '{database}' has no tables that this user sees. The engine makes them at "
                + "its start."
            : $"the database '{database}' has no table '{table}' that this user sees."
                + Nearest.Hint(table, TableColumns.Tables.Select(each => each.Table));
    }
}
