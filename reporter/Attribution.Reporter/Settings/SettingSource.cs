namespace Attribution.Reporter.Settings;

/// <summary>A setting's value, and who said so. Immutable.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Value">Null where nobody gave one and a command decides.</param>
/// <param name="Origin">The kind of place.</param>
/// <param name="Place">As messages name it: a flag, a variable, or a file and line.</param>
internal sealed record SettingSource(Setting Setting, string? Value, SettingOrigin Origin, string Place);
