namespace Attribution.Reporter.Output;

/// <summary>The formats by their names and by the ends of files. Stateless.</summary>
internal static class OutputFormats
{
    private static readonly Dictionary<string, OutputFormat> ByName =
        Enum.GetValues<OutputFormat>().ToDictionary(format => format.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, OutputFormat> ByEnd = new()
    {
        [".csv"] = OutputFormat.Csv,
        [".tsv"] = OutputFormat.Tsv,
        [".json"] = OutputFormat.Json,
        [".ndjson"] = OutputFormat.Ndjson,
        [".jsonl"] = OutputFormat.Ndjson,
        [".md"] = OutputFormat.Markdown,
        [".parquet"] = OutputFormat.Parquet,
        [".arrow"] = OutputFormat.Arrow,
        [".html"] = OutputFormat.Html,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static bool TryParse(string name, out OutputFormat format) =>
        ByName.TryGetValue(name, out format);

    /// <summary>What a file's name asks for; null where it says nothing.</summary>
    public static OutputFormat? OfFile(string path) =>
        ByEnd.TryGetValue(Path.GetExtension(path).ToLowerInvariant(), out OutputFormat format)
            ? format
            : null;
}
