namespace Attribution.Reporter.Commands.Export;

/// <summary>
/// <c>export events</c>, <c>export attributions</c>: rows for other programs, as ClickHouse writes them.
/// Owned by the root command.
/// </summary>
internal sealed class ExportCommand : ExampleCommand
{
    public ExportCommand(ReportOptions options, ReportConsole console)
        : base("export", "Rows for other programs: Parquet, CSV, NDJSON or Arrow, as ClickHouse writes them.")
    {
        Subcommands.Add(new ExportEventsCommand(options, console));
        Subcommands.Add(new ExportAttributionsCommand(options, console));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "export events --from 7d -o events.parquet",
        "export attributions --to-folder attributions --from 30d",
    ];
}
