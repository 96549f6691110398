using Attribution.Model.Journeys;

namespace Attribution.Model.Configs;

/// <summary>
/// The lookback windows of one setting, in milliseconds: how old a touch may be at the conversion; a touch
/// exactly that old is inside. Immutable.
/// </summary>
public sealed record WindowSetting
{
    /// <summary>Where it stands in the document: <c>windows</c> or <c>windows.rules[2]</c>.</summary>
    public string Path { get; init; } = "windows";

    public long Click { get; init; } = 30 * ConfigReader.DayMillis;
    public long View { get; init; } = 30 * ConfigReader.DayMillis;
    public long Visit { get; init; } = 30 * ConfigReader.DayMillis;
    public long Referrer { get; init; } = 30 * ConfigReader.DayMillis;

    /// <summary>0 where clicks are not matched probabilistically.</summary>
    public long ProbabilisticClick { get; init; }
    public long ProbabilisticView { get; init; }

    /// <summary>The longest of the six.</summary>
    public long Longest => Math.Max(
        Math.Max(Math.Max(Click, View), Math.Max(Visit, Referrer)),
        Math.Max(ProbabilisticClick, ProbabilisticView));

    /// <summary>The window of a touch; 0 for a probabilistic match of a kind that is never one.</summary>
    public long Of(TouchKind kind, bool isProbabilistic) => (kind, isProbabilistic) switch
    {
        (TouchKind.Click, false) => Click,
        (TouchKind.View, false) => View,
        (TouchKind.Visit, false) => Visit,
        (TouchKind.Referrer, false) => Referrer,
        (TouchKind.Click, true) => ProbabilisticClick,
        (TouchKind.View, true) => ProbabilisticView,
        _ => 0,
    };

    /// <summary>The name of that window in the document, such as <c>windows.click</c>.</summary>
    public string PathOf(TouchKind kind, bool isProbabilistic) =>
        Path + (isProbabilistic ? ".probabilistic_" : ".") + kind switch
        {
            TouchKind.Click => "click",
            TouchKind.View => "view",
            TouchKind.Visit => "visit",
            _ => "referrer",
        };
}

/// <summary>All windows: a default and, for touches that a rule names, others. Immutable.</summary>
public sealed record WindowConfig
{
    /// <summary>
    /// The default at index 0, then one per rule in their order; <see cref="Touch.Window"/> is an index.
    /// </summary>
    public IReadOnlyList<WindowSetting> Settings { get; init; } = [new()];

    /// <summary>Which touches have another setting than the default: one less than the settings.</summary>
    public IReadOnlyList<NamedRule> Rules { get; init; } = [];

    /// <summary>The longest window of any setting: older touches can be forgotten.</summary>
    public long Longest => Settings.Max(setting => setting.Longest);

    /// <summary>Whether any touch can be matched by address and device.</summary>
    public bool HasProbabilistic =>
        Settings.Any(setting => setting.ProbabilisticClick > 0 || setting.ProbabilisticView > 0);

    /// <summary>The longest probabilistic window of any setting.</summary>
    public long LongestProbabilistic =>
        Settings.Max(setting => Math.Max(setting.ProbabilisticClick, setting.ProbabilisticView));
}
