using System.CommandLine;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Schema;

/// <summary><c>schema sql events</c>: the statement that makes a table. Owned by its parent.</summary>
internal sealed class SchemaSqlCommand : ReportCommand
{
    private readonly Argument<string> _table = new("TABLE")
    {
        Description = "events, attributions, identities, dead_letters, configs, fits, ...",
    };

    public SchemaSqlCommand(ReportOptions options, ReportConsole console)
        : base("sql", "The statement that makes a table, with its keys and settings.", options, console) =>
        Arguments.Add(_table);

    public override IReadOnlyList<string> Examples => ["schema sql events", "schema sql attributions"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string table = parsed.GetRequiredValue(_table);
        List<string> statements = await session.TextsAsync(
            "schema_sql", new QueryParameters().Add("table", table), cancel).ConfigureAwait(false);
        if (statements.Count == 0)
            throw new ReportException(SchemaTablesCommand.NoTable(table, session));
        session.WriteJson(statements[0] + "\n");
    }
}
