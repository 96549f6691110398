using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Times;

namespace Attribution.Reporter;

/// <summary>
/// The command line's shared options, and how they become settings. Owned by one root command.
/// </summary>
internal sealed class ReportOptions
{
    private readonly Option<string?> _clickHouse = Of(Setting.ClickHouse, "URL", "The ClickHouse server.");
    private readonly Option<string?> _database = Of(Setting.Database, "NAME", "The database there.");
    private readonly Option<string?> _user = Of(
        Setting.User, "NAME", $"The ClickHouse user; its password is in {SettingValues.PasswordVariable}.");

    private readonly Option<string?> _project = Of(Setting.Project, "NAME", "Whose data.");
    private readonly Option<string?> _from = Optional("--from", "TIME",
        "Where the range begins: 2026-11-01, 2026-11, 2026-W45, 2026-11-01T08:30:00Z, 7d, 12h, 3mo, "
        + "yesterday, 'last month'. 30 days back otherwise.");

    private readonly Option<string?> _to = Optional("--to", "TIME",
        "Where the range ends; this time itself is not part of it. The end of today otherwise.");

    private readonly Option<string?> _during = Optional("--during", "PERIOD",
        "The whole of a period, instead of --from and --to: yesterday, 2026-11-03, 2026-W45, 2026-11, "
        + "2026-Q4, 'last month'.");

    private readonly Option<string?> _zone = Of(Setting.Zone, "ZONE",
        "The time zone in which days, weeks and months begin and tables show times, as Europe/Berlin.");

    private readonly CompareOption _compare = new();

    private readonly Option<string?> _model = Of(Setting.Model, "NAME",
        $"The attribution model: {SettingValues.ModelNames}.");

    private readonly Option<string?> _config = Of(Setting.Config, "CONFIG",
        "Results under this config: its hash, or how it begins; the newest in use otherwise. Commands that "
        + "attribute take a file too, or web or mmp.");

    private readonly OutputOptions _output = new();

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "Rows at most.",
        HelpName = "ROWS",
        Recursive = true,
    };

    /// <summary>For the commands that set a period beside another.</summary>
    public Option<string?> Compare => _compare.Own;

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[]
                 {
                     _from, _to, _during, _compare.OfOthers, _zone, _model, _limit, _project, _config,
                     _clickHouse, _database, _user,
                 })
            root.Options.Add(option);
        _output.AddTo(root);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ReportSettings Read(ParseResult parsed, ReportConsole console) =>
        Read(parsed, console, ReadKey.Parse(console.Environment(ReadKey.Variable)));

    private ReportSettings Read(ParseResult parsed, ReportConsole console, ReadKey? key)
    {
        var layers = new SettingLayers(console, setting => Flag(parsed, setting));
        SettingSource project = layers.Source(Setting.Project);
        return new ReportSettings
        {
            Server = Server(layers, console, key),
            Key = key,
            ProjectPlace = project.Origin >= SettingOrigin.ProjectFile ? project.Place : null,
            Project = project.Value ?? "",
            Range = Range(parsed, layers.Source(Setting.Zone), console),
            Compare = _compare.Read(parsed),
            Model = SettingValues.Model(layers.Source(Setting.Model)),
            Config = layers.Source(Setting.Config).Value,
            Output = _output.Read(parsed, layers.Source(Setting.Format), console),
            Filter = WhereOption.Read(parsed),
            Limit = Limit(parsed.GetValue(_limit)),
            Sources = layers.Sources(),
        };
    }

    private static ClickHouseOptions Server(SettingLayers layers, ReportConsole console, ReadKey? key)
    {
        SettingSource user = layers.Source(Setting.User);
        SettingSource server = layers.Source(Setting.ClickHouse);
        Uri endpoint = SettingValues.Endpoint(server);
        string password = console.Environment(SettingValues.PasswordVariable) ?? "";
        // Such a file comes with a folder, as a checkout of somebody else's: it may not collect passwords.
        if (server.Origin == SettingOrigin.ProjectFile && !endpoint.IsLoopback
            && (key is not null || password.Length > 0))
            throw new UsageException(
                $"{server.Place} names the server {endpoint}, to which the secret of your environment would "
                + "go. Name the server yourself: --clickhouse URL, ATTRIBUTION_CLICKHOUSE or your "
                + "user file.");
        return new ClickHouseOptions
        {
            Endpoint = endpoint,
            Database = key?.User ?? SettingValues.Database(layers.Source(Setting.Database)),
            User = key?.User ?? SettingValues.Sendable(user.Place, user.Value ?? ""),
            Password = key?.Text ?? SettingValues.Sendable(SettingValues.PasswordVariable, password),
        };
    }

    private string? Flag(ParseResult parsed, Setting setting) => parsed.GetValue(setting.Name switch
    {
        "clickhouse" => _clickHouse,
        "database" => _database,
        "user" => _user,
        "project" => _project,
        "tz" => _zone,
        "model" => _model,
        "config" => _config,
        _ => _output.Format,
    });

    private TimeRange Range(ParseResult parsed, SettingSource source, ReportConsole console)
    {
        var zone = ReportZone.Find(source.Value ?? "", source.Place);
        var texts = new RangeTexts(
            parsed.GetValue(_from), parsed.GetValue(_to), parsed.GetValue(_during));
        return TimeRange.Parse(texts, new ReportTime(zone, console.Clock.GetUtcNow().UtcDateTime));
    }

    private static int? Limit(int? rows) =>
        rows is null or > 0 ? rows : throw new UsageException($"--limit: {rows} is not above 0.");

    private static Option<string?> Of(Setting setting, string help, string description) => Optional(
        setting.Flag, help,
        setting.Fallback is { } value ? $"{description} {value} otherwise." : description);

    private static Option<string?> Optional(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help, Recursive = true };
}
