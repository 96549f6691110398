namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Events of persons with several ids, made up from a seed, each event's id naming its person as p12_3: so
/// that plain SQL over table <c>flat</c> need not know of links. It is only read.
/// </summary>
/// <remarks>
/// A quarter of the persons has one id; others up to four, linked in a chain, which reaches across kinds.
/// One has 200 ids in a chain whose order is not their hashes'. Ids that say nothing come on events of many
/// persons; the other project has the same ids without any link. Every event is written twice, a third of
/// them at full hours so that some of one person fall together; three currencies, none, and no revenue.
/// </remarks>
public sealed class PersonDatabase : TestDatabase
{
    /// <summary>
    /// The ids of person n: user, device, two anonymous ones; id i of each event is picked.
    /// </summary>
    private const string Events =
        """
        INSERT INTO $db.events
            (project, event_id, type, timestamp, received_at, user_id, anonymous_id, device_id, source,
             medium, campaign, country, properties, revenue, currency)
        WITH
            cityHash64(n, i) AS hash,
            hash % (1 + n % 4) AS id,
            intDiv(hash, 7) % 20 AS kind,
            if(kind < 8, 'visit', if(kind < 12, 'click', if(kind < 14, 'signup',
                if(kind < 17, 'purchase', if(kind < 18, 'install', 'open'))))) AS what
        SELECT
            project, concat('p', toString(n), '_', toString(i)), what,
            toDateTime64('2026-10-05 00:00:00', 3, 'UTC') + toIntervalHour(n % 500)
                + if(hash % 3 = 0, toIntervalHour(intDiv(hash, 11) % 900),
                     toIntervalMillisecond(intDiv(hash, 11) % 3240000000)) AS time,
            time,
            multiIf(n = 777, '', id = 1, concat('ü', toString(n)), intDiv(hash, 13) % 9 = 0, 'NULL', ''),
            multiIf(n = 777, concat('x', toString(intDiv(hash, 17) % 200)), id = 0, concat('a', toString(n)),
                    id = 2, concat('b', toString(n)), ''),
            if(n != 777 AND id = 3, concat('d', toString(n)), ''),
            ['google', 'news 春', '', 'bing'][1 + intDiv(hash, 19) % 4],
            ['cpc', 'email', ''][1 + intDiv(hash, 23) % 3],
            ['', 'k1', 'k2', 'it''s'][1 + intDiv(hash, 29) % 4],
            ['DE', 'AT', ''][1 + intDiv(hash, 31) % 3],
            if(hash % 2 = 0, '{"plan":"pro"}', ''),
            if(what = 'purchase' AND hash % 5 != 0, toDecimal64(intDiv(hash, 37) % 100003, 4) / 100, NULL),
            if(what = 'purchase', ['EUR', 'USD', 'JPY', ''][1 + intDiv(hash, 41) % 4], '')
        FROM
        (
            SELECT number AS n, if(n = 777, 300, n % 9) AS count, arrayJoin(['default', 'shop']) AS project
            FROM numbers(900)
        )
        ARRAY JOIN range(count) AS i
        """;

    // user - first anonymous, first anonymous - device, device - second anonymous: three links apart.
    private const string Links =
        """
        INSERT INTO $db.identities (project, id_kind, id, other_kind, other_id, linked_at, event_id)
        SELECT 'default', link.1, link.2, link.3, link.4, now64(3), ''
        FROM
        (
            SELECT arrayJoin(arraySlice([
                ('user', concat('ü', toString(number)), 'anonymous', concat('a', toString(number))),
                ('anonymous', concat('a', toString(number)), 'anonymous', concat('b', toString(number))),
                ('device', concat('d', toString(number)), 'anonymous', concat('b', toString(number)))],
                1, number % 4)) AS link
            FROM numbers(900) WHERE number != 777
            UNION ALL
            SELECT ('anonymous', concat('x', toString(number)),
                    'anonymous', concat('x', toString(number + 1)))
            FROM numbers(199)
        )
        """;

    // The three tables agree only where a person is neither torn apart nor mixed with another.
    private const string Flat =
        """
        CREATE TABLE $db.flat ENGINE = MergeTree ORDER BY tuple() AS
        SELECT DISTINCT event_id, type, timestamp, source, medium, campaign, country, properties, revenue,
            currency, toUnixTimestamp64Milli(timestamp) AS millis,
            toUInt32(extract(event_id, '^p([0-9]+)_')) AS person
        FROM $db.events WHERE project = 'default'
        """;

    protected override async Task FillAsync()
    {
        await StopMergesAsync("events");
        await SqlAsync(Events);
        await SqlAsync(Events);
        await SqlAsync(Links);
        await SqlAsync(Flat);
    }

}
