using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Export;

/// <summary>A format of files that ClickHouse itself writes. Immutable.</summary>
/// <param name="Name">As the option says it, and how files end.</param>
/// <param name="ServerName">As ClickHouse names it.</param>
internal sealed record ExportFormat(string Name, string ServerName)
{
    private static readonly ExportFormat Parquet = new("parquet", "Parquet");

    /// <summary>What the option says; Parquet where it says nothing.</summary>
    /// <exception cref="UsageException">No file is written in that one.</exception>
    public static ExportFormat Of(OutputFormat format, bool isChosen) => format switch
    {
        _ when !isChosen => Parquet,
        OutputFormat.Parquet => Parquet,
        OutputFormat.Csv => new ExportFormat("csv", "CSVWithNames"),
        OutputFormat.Tsv => new ExportFormat("tsv", "TSVWithNames"),
        OutputFormat.Ndjson => new ExportFormat("ndjson", "JSONEachRow"),
        OutputFormat.Arrow => new ExportFormat("arrow", "Arrow"),
        _ => throw new UsageException(
            "--format: export writes parquet, csv, tsv, ndjson or arrow. For a table: `events`."),
    };
}
