namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Events made up from a seed, and beside them table <c>flat</c> with the one row of each that counts, found
/// by other means. The tests of a class only read it.
/// </summary>
/// <remarks>
/// Half of the events are there twice, a fifth was replaced by one with other texts; two projects, several
/// with the same timestamp, days over the end of summer time in Berlin, texts of any script, no texts, nulls.
/// </remarks>
public sealed class EventDatabase : TestDatabase
{
    private const string Rows =
        """
        CREATE TABLE $db.all_rows ENGINE = MergeTree ORDER BY tuple() AS
        WITH cityHash64(number, rank) AS hash
        SELECT
            rank,
            if(number % 6 = 0, 'shop', 'default') AS project,
            concat('e', toString(number), if(number % 50 = 1, ' ''"\\ü 春', '')) AS event_id,
            ['click', 'visit', 'purchase', 'open'][1 + hash % 4] AS type,
            toDateTime64('2026-10-22 00:00:00', 3, 'UTC') + toIntervalMillisecond(intDiv(number, 3) * 2477261)
                AS timestamp,
            timestamp + toIntervalMillisecond([0, 900, 70000, 4000000, 100000000, 700000000][1 + number % 6])
                AS received_at,
            if(number % 4 = 0, NULL, received_at + toIntervalMillisecond(toInt64(number % 90000) - 20000))
                AS sent_at,
            if(number % 3 = 0, '', concat('u', toString(number % 40))) AS user_id,
            if(number % 3 = 0, concat('a', toString(number % 70)), '') AS anonymous_id,
            ['google', 'news', '', 'facebook'][1 + hash % 4] AS source,
            ['cpc', 'email', '', 'Paid-Social'][1 + hash % 4] AS medium,
            if(hash % 5 < 2, '', concat('k', toString(hash % 9), ' é')) AS campaign,
            if(hash % 7 = 0, 'gclid', '') AS click_id,
            if(number % 9 = 0, toIPv6('::ffff:10.0.0.1'), toIPv6('2001:db8::1')) AS ip,
            ['DE', 'AT', ''][1 + hash % 3] AS country,
            if(number % 3 = 0, toDecimal64(hash % 100000, 4) / 7, NULL) AS revenue,
            if(number % 3 = 0, ['EUR', 'JPY', 'USD'][1 + hash % 3], '') AS currency,
            ['{"plan":"pro","level":3}', '{"plan":"frée"}', ''][1 + hash % 3] AS properties,
            number + 1 AS sequence
        FROM numbers(3000) ARRAY JOIN [1, 2] AS rank
        WHERE rank = 1 OR number % 5 = 0
        """;

    private const string Letters =
        """
        INSERT INTO $db.dead_letters (project, received_at, sequence, reason, body, truncated)
        SELECT if(number % 6 = 0, 'shop', 'default'),
               toDateTime64('2026-10-22 00:00:00', 3, 'UTC') + toIntervalMinute(number * 61), 100000 + number,
               ['type: missing', 'timestamp: not RFC 3339', 'not JSON'][1 + number % 3],
               concat('{"n":', toString(number), ',"x":"', repeat('é', 300), '"'), number % 2
        FROM numbers(600)
        SETTINGS insert_deduplicate = 0
        """;

    // The second version has other evidence for some.
    private const string Histories =
        """
        INSERT INTO $db.attributions
            (project, conversion_id, conversion_type, conversion_time, model, config, version, evidence)
        SELECT if(number % 6 = 0, 'shop', 'default'), concat('c', toString(number)), 'purchase',
               toDateTime64('2026-10-25 00:00:00', 3, 'UTC') + toIntervalHour(number), model, 'abc', $version,
               ['{}', '{"truncated":true}', '{"truncated":false,"may_be_incomplete":true}', '']
                   [1 + (number + $version) % 4]
        FROM numbers(500) ARRAY JOIN ['last', 'linear'] AS model
        WHERE $version = 1 OR number % 3 = 0
        """;

    private const string Columns = "* EXCEPT (rank)";

    protected override async Task FillAsync()
    {
        await StopMergesAsync("events");
        await SqlAsync(Rows);
        await InsertAsync("rank = 1");
        await InsertAsync("rank = 1 AND sequence % 2 = 0");
        await InsertAsync("rank = 2");
        await SqlAsync(
            $"""
            CREATE TABLE $db.flat ENGINE = MergeTree ORDER BY tuple() AS
            SELECT {Columns} FROM $db.all_rows
            WHERE (project, event_id, rank) IN
                (SELECT project, event_id, max(rank) FROM $db.all_rows GROUP BY project, event_id)
            """);
        await SqlAsync(Letters);
        await SqlAsync(Letters);
        await SqlAsync(Histories.Replace("$version", "1", StringComparison.Ordinal));
        await SqlAsync(Histories.Replace("$version", "2", StringComparison.Ordinal));
    }

    private async Task InsertAsync(string where)
    {
        string columns = (await SqlAsync(
            "SELECT arrayStringConcat(groupArray(name), ', ') FROM system.columns "
            + "WHERE database = '$db' AND table = 'all_rows' AND name != 'rank'")).Trim();
        await SqlAsync(
            $"INSERT INTO $db.events ({columns}) SELECT {Columns} FROM $db.all_rows WHERE {where}");
    }
}
