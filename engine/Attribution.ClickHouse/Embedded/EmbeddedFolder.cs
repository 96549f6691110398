namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Where the embedded ClickHouse keeps what, under one folder. Stateless; shared by parent and child.
/// </summary>
internal static class EmbeddedFolder
{
    public static string Of(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "clickhouse");

    public static string HolderLock(string folder) => Path.Combine(folder, "holder.lock");

    public static string HostLock(string folder) => Path.Combine(folder, "host.lock");

    public static string ConfigFile(string folder) => Path.Combine(folder, "config", "config.xml");

    public static string UsersFile(string folder) => Path.Combine(folder, "config", "users.xml");

    public static string LogFile(string folder) => Path.Combine(folder, "log", "clickhouse.log");

    /// <summary>
    /// The only place that BACKUP may write to and RESTORE read from; ends with a separator.
    /// </summary>
    public static string Backups(string folder) =>
        Path.Combine(folder, "backups") + Path.DirectorySeparatorChar;

    public static string Store(string folder) => Path.Combine(folder, "store");
}
