using Attribution.ClickHouse.Schema;

namespace Attribution.Bench.Schema;

/// <summary>
/// One way to lay out the table <c>events</c>: its sorting key, its skip indexes, its settings. Immutable.
/// </summary>
internal sealed record EventsLayout(string Name, string Key, bool Blooms = false, string Settings = "")
{
    private const string ByTime = "project, timestamp, event_id";
    private const string ByHour = "project, toStartOfHour(timestamp), event_id";
    private const string Synced = ", fsync_after_insert = 1, fsync_part_directory = 1";

    // Blocks of 100,000 events stay below this, so that a column is not two files of its own.
    private const string Compact = ", min_bytes_for_wide_part = 134217728";
    private const string ByPerson = "project, if(user_id = '', anonymous_id, user_id), timestamp, event_id";

    public static IReadOnlyList<EventsLayout> All { get; } =
    [
        new("time", ByTime),
        new("time, blooms", ByTime, Blooms: true),
        new("hour", ByHour),
        new("hour, blooms", ByHour, Blooms: true),
        new("person", ByPerson),
        new("person, blooms", ByPerson, Blooms: true),
        new("time, fsync", ByTime, Settings: Synced),
        new("time, compact", ByTime, Settings: Compact),
        new("time, compact, fsync", ByTime, Settings: Compact + Synced),
        new("time, compact, fsync, blooms", ByTime, Blooms: true, Settings: Compact + Synced),
    ];

    /// <summary>The schema's own columns, so that the comparison is of what is stored.</summary>
    public static string Columns
    {
        get
        {
            const string start = "CREATE TABLE IF NOT EXISTS events\n";
            string create = Migration.All
                .SelectMany(migration => migration.Statements())
                .First(statement => statement.StartsWith(start, StringComparison.Ordinal));
            int first = create.IndexOf('(', StringComparison.Ordinal) + 1;
            string columns = create[first..create.IndexOf("\n)\nENGINE", StringComparison.Ordinal)];
            int indexes = columns.IndexOf(",\n    INDEX ", StringComparison.Ordinal);
            return indexes < 0 ? columns : columns[..indexes];
        }
    }

    public string CreateTable(string table)
    {
        string blooms = Blooms
            ? string.Concat(((string[])["user_id", "anonymous_id", "device_id"]).Select(Bloom))
            : "";
        return $"""
            CREATE TABLE {table} ({Columns}{blooms})
            ENGINE = ReplacingMergeTree
            PARTITION BY toYYYYMM(timestamp)
            ORDER BY ({Key})
            SETTINGS non_replicated_deduplication_window = 10000{Settings}
            """;
    }

    private static string Bloom(string column) =>
        $", INDEX {column}_bloom {column} TYPE bloom_filter(0.01) GRANULARITY 1";
}
