namespace Attribution.Reporter.Commands.Schema;

/// <summary>
/// <c>schema</c>: what can be asked for, for those who write SQL and filters. Owned by the root command.
/// </summary>
internal sealed class SchemaCommand : ExampleCommand
{
    public SchemaCommand(ReportOptions options, ReportConsole console)
        : base("schema", "Tables, columns and fields, each with what it is.")
    {
        Subcommands.Add(new SchemaTablesCommand(options, console));
        Subcommands.Add(new SchemaFieldsCommand(options, console));
        Subcommands.Add(new SchemaSqlCommand(options, console));
    }

    public override IReadOnlyList<string> Examples => ["schema fields", "schema tables events"];
}
