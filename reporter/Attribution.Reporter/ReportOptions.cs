using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Model.Credits;
using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter;

/// <summary>
/// The command line's shared options, and how they become settings. Owned by one root command.
/// </summary>
internal sealed class ReportOptions
{
    private const string UserVariable = "ATTRIBUTION_CLICKHOUSE_USER";
    private const string PasswordVariable = "ATTRIBUTION_CLICKHOUSE_PASSWORD";

    private readonly Option<string> _clickHouse = Text("--clickhouse", "URL", "The ClickHouse server.",
        "http://127.0.0.1:8123");

    private readonly Option<string> _database = Text("--database", "NAME", "The database there.",
        "attribution");
    private readonly Option<string> _project = Text("--project", "NAME", "Whose data.", "default");
    private readonly Option<string?> _from = Optional("--from", "TIME",
        "Where the range begins: 2026-11-01, 2026-11, 2026-W45, 2026-11-01T08:30:00Z, 7d, 12h, 3mo, "
        + "yesterday, 'last month'. 30 days back otherwise.");

    private readonly Option<string?> _to = Optional("--to", "TIME",
        "Where the range ends; this time itself is not part of it. The end of today otherwise.");

    private readonly Option<string?> _during = Optional("--during", "PERIOD",
        "The whole of a period, instead of --from and --to: yesterday, 2026-11-03, 2026-W45, 2026-11, "
        + "2026-Q4, 'last month'.");

    private readonly Option<string?> _zone = Optional("--tz", "ZONE",
        "The time zone in which days, weeks and months begin and tables show times, as Europe/Berlin; UTC "
        + "otherwise.");

    private readonly Option<string?> _compare = Optional("--compare", "WITH",
        "previous (as many days, or whole months, directly before) or year (the same dates one year "
        + "before).");

    private readonly Option<string?> _model = Optional("--model", "NAME",
        $"The attribution model: {ModelNames()}.");

    private readonly Option<string?> _config = Optional("--config", "CONFIG",
        "Results under this config: its hash, or how it begins; the newest in use otherwise. Commands that "
        + "attribute take a file too, or web or mmp.");

    private readonly Option<string?> _format = Optional("--format", "FORMAT",
        "table, json, csv or tsv; a table on a terminal and tsv in a pipe otherwise.");

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "Rows at most.",
        HelpName = "ROWS",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[]
                 {
                     _from, _to, _during, _compare, _zone, _model, _format, _limit, _project, _config,
                     _clickHouse, _database,
                 })
            root.Options.Add(option);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ReportSettings Read(ParseResult parsed, ReportConsole console) =>
        Read(parsed, console, ReadKey.Parse(console.Environment(ReadKey.Variable)));

    private ReportSettings Read(ParseResult parsed, ReportConsole console, ReadKey? key) => new()
    {
        Server = new ClickHouseOptions
        {
            Endpoint = Endpoint(parsed.GetRequiredValue(_clickHouse)),
            Database = key?.User ?? Database(parsed.GetRequiredValue(_database)),
            User = key?.User ?? Sendable(UserVariable, console.Environment(UserVariable)) ?? "default",
            Password = key?.Text ?? Sendable(PasswordVariable, console.Environment(PasswordVariable)) ?? "",
        },
        Key = key,
        IsProjectNamed = parsed.GetResult(_project) is { Implicit: false },
        Project = parsed.GetRequiredValue(_project),
        Range = Range(parsed, console),
        Compare = Compare(parsed.GetValue(_compare)),
        Model = Model(parsed.GetValue(_model)),
        Config = parsed.GetValue(_config),
        Format = Format(parsed.GetValue(_format), console.IsTerminal),
        Limit = Limit(parsed.GetValue(_limit)),
    };

    private TimeRange Range(ParseResult parsed, ReportConsole console)
    {
        ReportZone zone = parsed.GetValue(_zone) is { } name ? ReportZone.Find(name) : ReportZone.Utc;
        var texts = new RangeTexts(
            parsed.GetValue(_from), parsed.GetValue(_to), parsed.GetValue(_during));
        return TimeRange.Parse(texts, new ReportTime(zone, console.Clock.GetUtcNow().UtcDateTime));
    }

    private static Comparison? Compare(string? name) => name switch
    {
        null => null,
        "previous" => Comparison.Previous,
        "year" => Comparison.Year,
        _ => throw new UsageException($"--compare: '{name}' is neither previous nor year."
            + Nearest.Hint(name, ["previous", "year"])),
    };

    private static Uri Endpoint(string text)
    {
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https";
        // Before anything else, so that no message repeats a password that stands in it.
        if (text.Contains('@', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal))
            throw new UsageException(
                $"--clickhouse takes no user, password or setting, http://host:8123 only: set {UserVariable} "
                + $"and {PasswordVariable} instead.");
        return isAddress
            ? uri!
            : throw new UsageException($"--clickhouse: '{text}' is no address. Write http://host:8123.");
    }

    private static string Database(string name)
    {
        const int MaxChars = 255;
        return name.Length is > 0 and <= MaxChars
            ? name
            : throw new UsageException($"--database: a name of 1 to {MaxChars} letters was expected.");
    }

    /// <summary>They go as headers of HTTP, which take ASCII.</summary>
    private static string? Sendable(string variable, string? text) =>
        text is null || text.All(c => c is >= ' ' and <= '~')
            ? text
            : throw new UsageException($"{variable} cannot be sent: printable ASCII was expected.");

    private static string? Model(string? name)
    {
        if (name is null || CreditModels.TryParse(name, out _)
            || name.StartsWith(CreditModels.CustomPrefix, StringComparison.Ordinal))
            return name;
        throw new UsageException($"--model: '{name}' is none of {ModelNames()} and no "
            + $"{CreditModels.CustomPrefix}NAME.");
    }

    private static OutputFormat Format(string? name, bool isTerminal) => name switch
    {
        null => isTerminal ? OutputFormat.Table : OutputFormat.Tsv,
        "table" => OutputFormat.Table,
        "json" => OutputFormat.Json,
        "csv" => OutputFormat.Csv,
        "tsv" => OutputFormat.Tsv,
        _ => throw new UsageException($"--format: '{name}' is none of table, json, csv, tsv."),
    };

    private static int? Limit(int? rows) =>
        rows is null or > 0 ? rows : throw new UsageException($"--limit: {rows} is not above 0.");

    private static string ModelNames() => string.Join(", ", CreditModels.All.Select(model => model.Name()));

    private static Option<string> Text(string name, string help, string description, string fallback) =>
        new(name)
        {
            Description = description,
            HelpName = help,
            DefaultValueFactory = _ => fallback,
            Recursive = true,
        };

    private static Option<string?> Optional(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help, Recursive = true };
}
