namespace Attribution.Reporter.Settings;

/// <summary>Where a setting's value came from; the later ones win. A value.</summary>
internal enum SettingOrigin
{
    Default,
    UserFile,
    ProjectFile,
    Environment,
    Flag,
}
