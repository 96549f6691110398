using System.Globalization;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Writes ClickHouse's configuration: a small machine's pools and caches, a bounded log, local users.
/// Stateless; called by the holder of the folder's lock before each start of the child.
/// </summary>
internal static class EmbeddedConfig
{
    public static void Write(string folder, EmbeddedOptions options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(EmbeddedFolder.ConfigFile(folder))!);
        Directory.CreateDirectory(Path.GetDirectoryName(EmbeddedFolder.LogFile(folder))!);
        Directory.CreateDirectory(EmbeddedFolder.Store(folder));
        File.WriteAllText(EmbeddedFolder.ConfigFile(folder), Server(folder, options));
        WriteUsers(folder, options.Readers);
    }

    /// <summary>Writes the users, who count from the next start of the child on.</summary>
    /// <returns>False where they are in the file already.</returns>
    public static bool WriteUsers(string folder, IReadOnlyList<EmbeddedReader> readers)
    {
        string path = EmbeddedFolder.UsersFile(folder);
        string users = EmbeddedUsers.Xml(readers);
        if (File.Exists(path) && File.ReadAllText(path) == users)
            return false;

        // Replaced as a whole: the child may be starting again at this moment.
        File.WriteAllText(path + ".new", users);
        File.Move(path + ".new", path, overwrite: true);
        return true;
    }

    private static string Server(string folder, EmbeddedOptions options) => $"""
        <clickhouse>
          <logger>
            <level>warning</level>
            <log>{Escape(EmbeddedFolder.LogFile(folder))}</log>
            <size>10M</size>
            <count>2</count>
          </logger>
          <users_config>{Escape(EmbeddedFolder.UsersFile(folder))}</users_config>
          <max_server_memory_usage_to_ram_ratio>{Ratio(options)}</max_server_memory_usage_to_ram_ratio>
          <mark_cache_size>268435456</mark_cache_size>
          <primary_index_cache_size>268435456</primary_index_cache_size>
          <backups><allowed_path>{Escape(EmbeddedFolder.Backups(folder))}</allowed_path></backups>
          <max_connections>1024</max_connections>
          <keep_alive_timeout>30</keep_alive_timeout>
          <background_pool_size>{MergeThreads}</background_pool_size>
          <background_schedule_pool_size>{2 * MergeThreads}</background_schedule_pool_size>
          <merge_tree>
            {One("number_of_free_entries_in_pool_to_lower_max_size_of_merge")}
            {One("number_of_free_entries_in_pool_to_execute_mutation")}
            {One("number_of_free_entries_in_pool_to_execute_optimize_entire_partition")}
          </merge_tree>
        </clickhouse>
        """;

    /// <summary>
    /// ClickHouse's own default is 16, for a machine of its own; here the engine needs the cores too.
    /// </summary>
    /// <remarks>
    /// Its limits on free entries of that pool assume 16 as well: with fewer threads they would keep big
    /// parts from ever being merged, hence the three merge_tree settings.
    /// </remarks>
    private static int MergeThreads => Math.Clamp(Environment.ProcessorCount, 2, 16);

    private static string One(string setting) => $"<{setting}>1</{setting}>";

    private static string Ratio(EmbeddedOptions options) =>
        options.MemoryShare.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
