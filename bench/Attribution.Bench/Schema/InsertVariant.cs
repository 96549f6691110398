using Attribution.ClickHouse.Compression;

namespace Attribution.Bench.Schema;

/// <summary>
/// One way to give blocks of <c>events</c> to ClickHouse: what differs from how the engine does it.
/// Immutable.
/// </summary>
/// <param name="Name">Stands in the report.</param>
/// <param name="Change">A statement run on the new tables; empty for none.</param>
/// <param name="Settings">Added to the insert, each with its ampersand.</param>
internal sealed record InsertVariant(string Name, string Change = "", string Settings = "")
{
    private const string Modify = "ALTER TABLE events MODIFY SETTING ";

    /// <summary>Whether each block's rows are in the order of the table's key.</summary>
    public bool IsSorted { get; init; } = true;

    public FrameMethod Method { get; init; } = FrameMethod.Lz4;

    public static IReadOnlyList<InsertVariant> All { get; } =
    [
        new("as the engine does"),
        new("in order of arrival") { IsSorted = false },
        new("frames that are not packed") { Method = FrameMethod.None },
        new("with optimize_on_insert", Settings: "&optimize_on_insert=1"),
        new("one thread", Settings: "&max_threads=1&max_insert_threads=1"),
        new("no fsync", Modify + "fsync_after_insert = 0, fsync_part_directory = 0"),
        new("no bloom filters", "ALTER TABLE events DROP INDEX user_filter, DROP INDEX anonymous_filter, "
            + "DROP INDEX device_filter"),
        new("wide parts", Modify + "min_bytes_for_wide_part = 0"),
        new("no range of sequences", "ALTER TABLE events DROP INDEX sequence_range"),
        new("no token", Modify + "non_replicated_deduplication_window = 0"),
        new("ids kept as ZSTD", "ALTER TABLE events MODIFY COLUMN event_id String CODEC(ZSTD(1))"),
        new("ids not packed", "ALTER TABLE events MODIFY COLUMN event_id String CODEC(NONE), "
            + "MODIFY COLUMN click_id String CODEC(NONE)"),
    ];
}
