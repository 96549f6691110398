using System.Globalization;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Schema;

/// <remarks>
/// A block that is sent again after its answer was lost must not count twice, whether the server still
/// remembers its token or not.
/// </remarks>
public class TablesTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    public static TheoryData<string> Tables =>
        ["events", "attributions", "identities", "dead_letters", "configs"];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Table_SameRowInsertedTwice_IsOneRowThroughFinal(string table)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        string name = $"{database}.{table}";
        await InsertRowsAsync(name, "random");

        // Twice in all, by another block, so that only the table's key can make them one.
        await clickHouse.QueryAsync($"INSERT INTO {name} SELECT * FROM {name}");
        await clickHouse.QueryAsync($"INSERT INTO {name} SELECT * FROM {name} FINAL LIMIT 1");

        Assert.Equal("21\n", await clickHouse.QueryAsync($"SELECT count() FROM {name}"));
        Assert.Equal("10\n", await clickHouse.QueryAsync($"SELECT count() FROM {name} FINAL"));
        await clickHouse.QueryAsync($"OPTIMIZE TABLE {name} FINAL");
        Assert.Equal("10\n", await clickHouse.QueryAsync($"SELECT count() FROM {name}"));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Table_SameTokenTwice_IsStoredOnce(string table)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        string name = $"{database}.{table}";

        await InsertRowsAsync(name, "first");
        await InsertRowsAsync(name, "first");
        Assert.Equal("10\n", await clickHouse.QueryAsync($"SELECT count() FROM {name}"));

        await InsertRowsAsync(name, "second");
        Assert.Equal("20\n", await clickHouse.QueryAsync($"SELECT count() FROM {name}"));
    }

    /// <remarks>
    /// What is synced when it is inserted must not be replaced by a merged part that is not.
    /// </remarks>
    [Fact]
    public async Task Tables_OfTheEngine_SyncInsertsAndMerges()
    {
        string database = await clickHouse.CreateDatabaseAsync();

        string unsafeTables = await clickHouse.QueryAsync(
            $"SELECT name FROM system.tables WHERE database = '{database}' AND name != 'schema_migrations' "
            + "AND NOT (create_table_query LIKE '%fsync_after_insert = 1%' "
            + "AND create_table_query LIKE '%fsync_part_directory = 1%' "
            + "AND create_table_query LIKE '%min_rows_to_fsync_after_merge = 1%' "
            + "AND create_table_query LIKE '%old_parts_lifetime = 60%')");

        Assert.Equal("", unsafeTables);
    }

    [Fact]
    public async Task Attributions_LaterVersion_ReplacesTheRow()
    {
        string database = await clickHouse.CreateDatabaseAsync();
        foreach (int version in (int[])[1, 3, 2])
            await clickHouse.QueryAsync(
                $"INSERT INTO {database}.attributions "
                + "(project, conversion_id, conversion_time, model, version, evidence) "
                + $"VALUES ('p', 'c', '2026-11-01 00:00:00', 'last', {version}, 'of {version}')");

        string row = await clickHouse.QueryAsync(
            $"SELECT version, evidence FROM {database}.attributions FINAL");

        Assert.Equal("3\tof 3\n", row);
    }

    [Theory]
    [InlineData("user_id = 'u777'", "user_filter")]
    [InlineData("anonymous_id = 'a777'", "anonymous_filter")]
    [InlineData("device_id = 'd777'", "device_filter")]
    [InlineData("user_id = 'u777' OR anonymous_id = 'a777' OR device_id = 'd777'", "user_filter")]
    public async Task Events_OnePersonsJourney_IsFoundWithoutReadingEverybody(string person, string index)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await clickHouse.QueryAsync(
            $"INSERT INTO {database}.events (project, event_id, timestamp, user_id, anonymous_id, device_id) "
            + "SELECT 'p', toString(number) AS event_id, toDateTime64('2026-11-01', 3) + number, "
            + "'u' || event_id, 'a' || event_id, 'd' || event_id FROM numbers(100000)");
        string journey = $"SELECT event_id FROM {database}.events FINAL WHERE project = 'p' AND ({person})";

        string plan = await clickHouse.QueryAsync($"EXPLAIN indexes = 1 {journey}");

        Assert.Equal("777\n", await clickHouse.QueryAsync(journey));
        Assert.Contains($"Name: {index}", plan, StringComparison.Ordinal);
        string read = await clickHouse.QueryAsync($"EXPLAIN ESTIMATE {journey}");
        int granules = int.Parse(read.Trim().Split('\t')[^1], CultureInfo.InvariantCulture);
        Assert.InRange(granules, 1, 3);
    }

    [Theory]
    [InlineData(100_000, false)]
    [InlineData(99_999, true)]
    public async Task Events_SequencesThatNoPartHas_AreRuledOutWithoutReading(int from, bool isRead)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await clickHouse.QueryAsync(
            $"INSERT INTO {database}.events (project, event_id, timestamp, sequence) "
            + "SELECT 'p', toString(number), toDateTime64('2026-11-01', 3) + number, number "
            + "FROM numbers(100000)");

        string read = await clickHouse.QueryAsync(
            $"EXPLAIN ESTIMATE SELECT max(sequence) FROM {database}.events WHERE sequence >= {from}");

        string granules = read.Trim().Split('\t')[^1];
        Assert.Equal(isRead, granules.Length > 0 && granules != "0");
    }

    /// <summary>Ten rows that are the same on every call, in one block of one partition.</summary>
    private async Task InsertRowsAsync(string table, string token)
    {
        string columns = await clickHouse.QueryAsync(
            $"SELECT arrayStringConcat(groupArray(name || ' ' || type), ', ') FROM system.columns "
            + $"WHERE database || '.' || table = '{table}' AND default_kind != 'MATERIALIZED' FORMAT TSVRaw");
        string dates = await clickHouse.QueryAsync(
            $"SELECT arrayStringConcat(groupArray('toDateTime64(''2026-11-01'', 3) AS ' || name), ', ') "
            + $"FROM system.columns WHERE database || '.' || table = '{table}' "
            + "AND type = 'DateTime64(3, \\'UTC\\')' FORMAT TSVRaw");
        string structure = columns.Trim().Replace("'", "\\'", StringComparison.Ordinal);
        await clickHouse.QueryAsync(
            $"INSERT INTO {table} SETTINGS insert_deduplication_token = '{token}' "
            + $"SELECT * REPLACE ({dates.Trim()}) FROM generateRandom('{structure}', 7) LIMIT 10");
    }
}
