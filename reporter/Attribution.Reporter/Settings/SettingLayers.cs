namespace Attribution.Reporter.Settings;

/// <summary>
/// Decides each setting: flag before environment before project file before user file before default. Owned
/// by one run.
/// </summary>
internal sealed class SettingLayers
{
    private readonly Func<Setting, string?> _flags;
    private readonly Func<string, string?> _environment;
    private readonly SettingsFile? _project;
    private readonly SettingsFile? _user;

    /// <exception cref="UsageException">A file of settings makes no sense.</exception>
    public SettingLayers(ReportConsole console, Func<Setting, string?> flags)
    {
        _flags = flags;
        _environment = console.Environment;
        _project = SettingsFile.OfProject(console.WorkingFolder);
        _user = SettingsFile.OfUser(console.Environment);
    }

    /// <summary>All settings, in the order in which they are listed.</summary>
    public IReadOnlyList<SettingSource> Sources() => [.. Setting.All.Select(Source)];

    public SettingSource Source(Setting setting)
    {
        if (_flags(setting) is { } flag)
            return new(setting, flag, SettingOrigin.Flag, setting.Flag);
        // An empty variable is how shells unset one for a single command.
        if (_environment(setting.Variable) is { Length: > 0 } variable)
            return new(setting, variable, SettingOrigin.Environment, setting.Variable);
        return _project?.Find(setting) ?? _user?.Find(setting)
            ?? new(setting, setting.Fallback, SettingOrigin.Default, setting.Flag);
    }
}
