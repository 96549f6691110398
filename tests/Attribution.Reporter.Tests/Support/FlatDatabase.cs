namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Conversions with events for them and their touches, made up from a seed, and beside them table
/// <c>flat</c>: one row per credit with everything joined by other means, for questions in plain SQL. It is
/// only read.
/// </summary>
/// <remarks>
/// A third of the attributions is written twice, a third replaced by a newer version; two projects, two
/// configs, three currencies, no currency, texts of any script, properties of any kind.
/// </remarks>
public sealed class FlatDatabase : TestDatabase
{
    public const string Config = "abc123";

    private const string Events =
        """
        INSERT INTO $db.events
            (project, event_id, type, timestamp, received_at, country, user_agent, content, source, medium,
             campaign, properties, revenue, currency)
        WITH cityHash64(n, kind, i) AS hash
        SELECT project, id, if(kind = 'c', if(n % 4 = 0, 'signup', 'purchase'), 'click'), time, time,
               ['DE', 'AT', '', 'çä 春', 'it''s'][1 + hash % 5], 'agent', ['a', 'b'][1 + hash % 2],
               'ignored', 'ignored', 'ignored',
               ['{"plan":"pro","level":3}', '{"plan":"free","level":3.5}', '{"level":"10","deep":{"er":"x"}}',
                '', '{"plan":"\\"q\\"","level":-2}'][1 + intDiv(hash, 7) % 5],
               if(hash % 3 = 0, NULL, toDecimal64(hash % 1000, 4)), ''
        FROM
        (
            SELECT if(number % 7 = 0, 'shop', 'default') AS project, number AS n, kind, i,
                   if(kind = 'c', concat('c', toString(number)),
                      concat('t', toString(number), '_', toString(i)))
                       AS id,
                   toDateTime64('2026-10-15 00:00:00', 3, 'UTC') + toIntervalSecond(number * 1009)
                       - toIntervalMinute(if(kind = 'c', 0, 60 * (i + 1))) AS time
            FROM numbers(3000)
            ARRAY JOIN ['c', 't', 't', 't'] AS kind, [0, 0, 1, 2] AS i
        )
        """;

    private const string Attributions =
        """
        INSERT INTO $db.attributions
            (project, conversion_id, conversion_type, conversion_time, model, config, version, person,
             user_id, revenue, currency, touches, touch_times, touch_types, channels, sources, mediums,
             campaigns, credits, credit_values)
        WITH
            number AS n,
            cityHash64($version, n, model) AS hash,
            if(hash % 11 = 0, 0, 1 + hash % 3) AS count,
            range(greatest(count, 1)) AS places,
            if(count = 0, 1, count) AS shares,
            if(n % 5 = 0, toDecimal64(0, 4), toDecimal64(hash % 100003, 4) / 100) AS money,
            toDateTime64('2026-10-15 00:00:00', 3, 'UTC') + toIntervalSecond(n * 1009) AS time,
            arrayMap(i -> if(count = 0, 'Unattributed',
                ['Paid Search', 'Email', 'Direct', 'Display 春'][1 + cityHash64(hash, i) % 4]), places)
                AS named
        SELECT if(n % 7 = 0, 'shop', 'default'), concat('c', toString(n)),
               if(n % 4 = 0, 'signup', 'purchase'), time, model, '$config', $version, n,
               concat('u', toString(n % 50)),
               money, if(n % 5 = 0, '', ['EUR', 'USD', 'JPY'][1 + n % 3]),
               arrayMap(i -> if(count = 0, '', concat('t', toString(n), '_', toString(i))), places),
               arrayMap(i -> if(count = 0, toDateTime64(0, 3, 'UTC'), time - toIntervalHour(i + 1)), places),
               arrayMap(i -> if(count = 0, '', if(i = 2, 'impression', 'click')), places),
               named, arrayMap(name -> lower(name), named),
               arrayMap(i -> ['cpc', 'mail', ''][1 + (n + i) % 3], places),
               arrayMap(i -> if((n + i) % 3 = 0, '', concat('k', toString((n + i) % 9))), places),
               arrayMap(i -> toUInt32(intDiv(1000000, shares) + if(i = 0, 1000000 % shares, 0)), places),
               arrayMap(i -> if(i = 0, money - toDecimal64(0.01, 4) * (shares - 1), toDecimal64(0.01, 4)),
                        places)
        FROM numbers(3000) ARRAY JOIN ['last', 'linear'] AS model
        WHERE n % 3 IN ($kinds)
        """;

    // The newest version by argMax, joined by a join on every row: none of it is what the reporter does.
    private const string Flat =
        """
        CREATE TABLE $db.flat ENGINE = MergeTree ORDER BY tuple() AS
        SELECT newest.project AS project, conversion_id, conversion_time, config, model, conversion_type,
               newest.revenue AS revenue, newest.currency AS currency, newest.user_id AS user_id,
               length(arrayFilter(c -> c.1 != '', credited)) AS touch_count,
               each.1 AS touch, each.2 AS touch_time, each.3 AS touch_type, each.4 AS channel,
               each.5 AS source, each.6 AS medium, each.7 AS campaign, each.8 / 1000000 AS credit,
               each.9 AS value,
               conversion.country AS country, conversion.properties AS properties,
               conversion.content AS content, conversion.revenue AS event_revenue,
               touched.country AS touch_country, touched.properties AS touch_properties,
               touched.content AS touch_content
        FROM
        (
            SELECT project, conversion_id, conversion_time, config, model,
                   argMax(conversion_type, version) AS conversion_type, argMax(revenue, version) AS revenue,
                   argMax(currency, version) AS currency, argMax(user_id, version) AS user_id,
                   argMax(arrayZip(touches, touch_times, touch_types, channels, sources, mediums, campaigns,
                                   credits, credit_values), version) AS credited
            FROM $db.attributions GROUP BY project, conversion_id, conversion_time, config, model
        ) AS newest
        ARRAY JOIN credited AS each
        LEFT JOIN (SELECT DISTINCT * FROM $db.events) AS conversion
            ON conversion.event_id = newest.conversion_id AND conversion.project = newest.project
        LEFT JOIN (SELECT DISTINCT * FROM $db.events) AS touched
            ON touched.event_id = each.1 AND touched.project = newest.project
        """;

    protected override async Task FillAsync()
    {
        await StopMergesAsync("attributions", "events");
        await SqlAsync(Events);
        await SqlAsync(Events);
        await InsertAsync(1, "0, 1, 2", "other");
        await InsertAsync(1, "0, 1, 2", Config);
        await InsertAsync(1, "1", Config);
        await InsertAsync(2, "2", Config);
        await SqlAsync(Flat);
    }

    /// <summary>The credits of project default under the config, between two times, by plain SQL.</summary>
    internal Task<string[][]> FlatAsync(string select, string where, string groupBy) => RowsAsync(
        $"SELECT {select} FROM $db.flat WHERE project = 'default' AND config = '{Config}' "
        + $"AND conversion_time >= '2026-10-21' AND conversion_time < '2026-11-21' AND ({where}) " + groupBy);

    protected override string[] Arguments(string[] args) => base.Arguments([.. args, "--config", Config]);

    private Task<string> InsertAsync(int version, string kinds, string config) => SqlAsync(Attributions
        .Replace("$version", $"{version}", StringComparison.Ordinal)
        .Replace("$config", config, StringComparison.Ordinal)
        .Replace("$kinds", kinds, StringComparison.Ordinal));
}
