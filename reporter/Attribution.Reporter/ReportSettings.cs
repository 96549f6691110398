using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Times;

namespace Attribution.Reporter;

/// <summary>The options that all commands share, validated. Immutable.</summary>
internal sealed record ReportSettings
{
    public required ClickHouseOptions Server { get; init; }
    public required string Project { get; init; }

    /// <summary>Binds the report to a project; null where the ClickHouse user may read all.</summary>
    public ReadKey? Key { get; init; }

    /// <summary>Who names the project, where that is not for any folder; null where nobody does.</summary>
    public string? ProjectPlace { get; init; }

    public required TimeRange Range { get; init; }

    /// <summary>What the range is compared with; null where nothing is asked for.</summary>
    public Comparison? Compare { get; init; }

    /// <summary>Null where the command line names none.</summary>
    public string? Model { get; init; }

    /// <summary>A config's hash or its beginning; null is the newest in use.</summary>
    public string? Config { get; init; }
    public required OutputSettings Output { get; init; }

    public OutputFormat Format => Output.Format;

    /// <summary>The filter of <c>--where</c> as written; null where the command line has none.</summary>
    public string? Filter { get; init; }

    /// <summary>Rows at most; null is the command's own default.</summary>
    public int? Limit { get; init; }

    /// <summary>Where each setting's value came from.</summary>
    public IReadOnlyList<SettingSource> Sources { get; init; } = [];

    /// <summary>Whether the command line itself names it.</summary>
    public bool IsFlag(Setting setting) =>
        Sources.Any(source => source.Setting == setting && source.Origin == SettingOrigin.Flag);
}
