namespace Attribution.Reporter.Settings;

/// <summary>
/// One of the settings that a flag, the environment or a file may give, and what holds where none does.
/// Immutable.
/// </summary>
/// <param name="Name">Its key in files; its flag is the same behind two dashes.</param>
/// <param name="Variable">Its name in the environment.</param>
/// <param name="Fallback">Null where a command decides.</param>
internal sealed record Setting(string Name, string Variable, string? Fallback = null)
{
    public static readonly Setting ClickHouse =
        new("clickhouse", "ATTRIBUTION_CLICKHOUSE", "http://127.0.0.1:8123");

    public static readonly Setting Database = new("database", "ATTRIBUTION_DATABASE", "attribution");
    public static readonly Setting User = new("user", "ATTRIBUTION_CLICKHOUSE_USER", "default");
    public static readonly Setting Project = new("project", "ATTRIBUTION_PROJECT", "default");
    public static readonly Setting Zone = new("tz", "ATTRIBUTION_TZ", "UTC");
    public static readonly Setting Model = new("model", "ATTRIBUTION_MODEL");
    public static readonly Setting Config = new("config", "ATTRIBUTION_CONFIG");
    public static readonly Setting Format = new("format", "ATTRIBUTION_FORMAT");

    public static readonly IReadOnlyList<Setting> All =
        [ClickHouse, Database, User, Project, Zone, Model, Config, Format];

    public string Flag => $"--{Name}";
}
