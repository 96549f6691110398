using System.Globalization;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Writes ClickHouse's configuration: a small machine's pools and caches, a bounded log, one local user.
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
        File.WriteAllText(EmbeddedFolder.UsersFile(folder), Users);
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
          <mark_cache_size>134217728</mark_cache_size>
          <uncompressed_cache_size>0</uncompressed_cache_size>
          <background_pool_size>{Math.Max(2, Environment.ProcessorCount)}</background_pool_size>
        </clickhouse>
        """;

    private const string Users = """
        <clickhouse>
          <profiles><default /></profiles>
          <users>
            <default>
              <password></password>
              <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
              <profile>default</profile>
              <quota>default</quota>
            </default>
          </users>
          <quotas><default /></quotas>
        </clickhouse>
        """;

    private static string Ratio(EmbeddedOptions options) =>
        options.MemoryShare.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
