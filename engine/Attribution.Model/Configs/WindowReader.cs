using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>Reads the lookback windows and the rules for other ones. Stateless.</summary>
internal static class WindowReader
{
    private const int MaxRules = 32;
    private const string Keys = "click, probabilistic_click, probabilistic_view, referrer, view";

    public static WindowConfig Read(ConfigSection windows, ConfigProfile profile)
    {
        WindowSetting defaults = profile.Defaults.Windows.Settings[0];
        var settings = new List<WindowSetting> { ReadSetting(windows, profile, defaults, isRule: false) };
        var rules = new List<NamedRule>();
        foreach (ConfigSection section in windows.Sections("rules", MaxRules))
        {
            string name = RuleReader.ReadName(section, rules.Select(rule => rule.Name));
            Condition? when = section.Condition("when");
            WindowSetting setting = ReadSetting(section, profile, settings[0], isRule: true);
            section.RefuseOthers(Keys + ", visit, name or when");
            if (when is null)
                continue;
            settings.Add(setting with { Path = section.Path });
            rules.Add(new NamedRule(name, when));
        }

        windows.RefuseOthers(Keys + ", visit or rules");
        return new WindowConfig { Settings = settings.ToArray(), Rules = rules.ToArray() };
    }

    private static WindowSetting ReadSetting(
        ConfigSection section, ConfigProfile profile, WindowSetting defaults, bool isRule) => new()
        {
            Click = ReadWindow(section, "click", defaults.Click, profile.Window, isRule),
            View = ReadWindow(section, "view", defaults.View, profile.View, isRule),
            Visit = ReadWindow(section, "visit", defaults.Visit, profile.Window, isRule),
            Referrer = ReadWindow(section, "referrer", defaults.Referrer, profile.Window, isRule),
            ProbabilisticClick =
                ReadProbabilistic(section, "probabilistic_click", defaults.ProbabilisticClick),
            ProbabilisticView = ReadProbabilistic(section, "probabilistic_view", defaults.ProbabilisticView),
        };

    /// <remarks>A rule may close a window, whatever the profile: that is what it is most often for.</remarks>
    private static long ReadWindow(
        ConfigSection section, string key, long otherwise, WindowRange range, bool isRule) =>
        isRule && range.Min > 0
            ? section.MillisOrOff(key, otherwise, range.Min, range.Max)
            : section.Millis(key, otherwise, range.Min, range.Max);

    private static long ReadProbabilistic(ConfigSection section, string key, long otherwise) =>
        section.MillisOrOff(key, otherwise, ConfigProfile.HourMillis, ConfigReader.DayMillis);
}
