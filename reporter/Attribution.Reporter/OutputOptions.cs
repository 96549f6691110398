using System.CommandLine;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter;

/// <summary>
/// The command line's options about how and where to the answer is written. Owned by one root command.
/// </summary>
internal sealed class OutputOptions
{
    public const string ParquetIsNoText =
        "parquet is no text for a terminal: write it to a file with -o FILE.";

    private readonly Option<string?> _file = new("--output-file", "-o")
    {
        Description = "Writes to this file, which is there only once it is whole. Its end (.csv, .tsv, "
            + ".json, .ndjson, .md, .parquet, .html) chooses the format.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _fields = Text("--fields", "A,B",
        "Only these columns, in this order, by their names in data.");

    private readonly Option<bool> _noHeader = Switch("--no-header", "No line of names above the rows.");

    private readonly Option<bool> _quiet = Switch("--quiet", "No notes, captions and progress.");

    private readonly Option<string?> _color = Text("--color", "WHEN",
        "auto (on a terminal, unless NO_COLOR is set), always or never; auto otherwise.");

    private readonly Option<bool> _explain = Switch("--explain",
        "Instead of data, the SQL that it comes from, with its parameters, ready to paste into "
        + "clickhouse-client.");

    private readonly Option<string?> _failIf = Text("--fail-if", "FILTER",
        "Exit code 3 where this holds for a row or the total: 'share > 0.5 and channel != Direct'.");

    public Option<string?> Format { get; } = Text("--format", "FORMAT",
        $"{string.Join(", ", OutputFormats.Names)}; a table on a terminal and tsv in a pipe otherwise.");

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[]
                 {
                     Format, _file, _fields, _noHeader, _quiet, _color, _explain, _failIf,
                 })
            root.Options.Add(option);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public OutputSettings Read(ParseResult parsed, SettingSource format, ReportConsole console)
    {
        string? file = parsed.GetValue(_file);
        OutputFormat? guessed = file is not null && format.Origin != SettingOrigin.Flag
            ? OutputFormats.OfFile(file)
            : null;
        bool isTerminal = console.IsTerminal && file is null;
        OutputFormat chosen = guessed ?? SettingValues.Format(format, isTerminal);
        if (file?.Length == 0)
            throw new UsageException("-o: a file's name was expected.");
        if (chosen == OutputFormat.Parquet && isTerminal)
            throw new UsageException(ParquetIsNoText);
        return new OutputSettings
        {
            Format = chosen,
            File = file,
            Fields = Fields(parsed.GetValue(_fields)),
            HasHeader = !parsed.GetValue(_noHeader),
            IsQuiet = parsed.GetValue(_quiet),
            HasColor = Color(parsed.GetValue(_color)),
            IsExplained = parsed.GetValue(_explain),
            FailIf = parsed.GetValue(_failIf),
        };
    }

    private static string[] Fields(string? text)
    {
        string[] fields = text?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return fields.Contains("")
            ? throw new UsageException("--fields: names with commas between were expected: channel,credit.")
            : fields;
    }

    private static bool? Color(string? when) => when switch
    {
        null or "auto" => null,
        "always" => true,
        "never" => false,
        _ => throw new UsageException($"--color: '{when}' is none of auto, always, never."),
    };

    private static Option<string?> Text(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help, Recursive = true };

    private static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Recursive = true };
}
