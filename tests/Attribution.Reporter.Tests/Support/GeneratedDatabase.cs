namespace Attribution.Reporter.Tests.Support;

/// <summary>Conversions that ClickHouse made up from a seed, in a database that is only read.</summary>
public sealed class GeneratedDatabase : TestDatabase
{
    private const string Insert =
        """
        INSERT INTO $db.attributions
            (project, conversion_id, conversion_type, conversion_time, model, config, version, revenue,
             currency, touches, touch_times, touch_types, channels, sources, mediums, campaigns, credits,
             credit_values)
        WITH
            number AS n,
            cityHash64($seed, n) AS hash,
            1 + hash % 3 AS count,
            toDecimal64(hash % 1000003, 4) / 100 AS money,
            arrayMap(i -> ['Paid Search', 'Email', 'Direct', 'Display'][1 + cityHash64(hash, i) % 4],
                range(count)) AS named,
            arrayMap(i -> toUInt32(if(i = 0, 1000000 - 123457 * (count - 1), 123457)), range(count))
                AS shares,
            arrayMap(i -> toDecimal64(if(i = 0, money - 2 * (count - 1), 2), 4), range(count)) AS parts
        SELECT if(n % 7 = 0, 'shop', 'default'), 'c' || toString(n), 'purchase',
               toDateTime64('2026-10-15 00:00:00', 3, 'UTC') + toIntervalSecond(n * 1009), model, 'abc123',
               $seed,
               if(n % 5 = 0, toDecimal64(0, 4), money), if(n % 5 = 0, '', if(n % 2 = 0, 'EUR', 'USD')),
               arrayMap(i -> toString(i), range(count)),
               arrayMap(i -> toDateTime64(i, 3, 'UTC'), range(count)),
               arrayMap(i -> 'click', range(count)), named, named, named,
               arrayMap(name -> if(name = 'Direct', '', lower(name) || '_x'), named), shares,
               if(n % 5 = 0, arrayMap(i -> toDecimal64(0, 4), range(count)), parts)
        FROM numbers(3000) ARRAY JOIN ['first', 'linear'] AS model
        WHERE n % 3 IN ($kinds)
        """;

    protected override async Task FillAsync()
    {
        await StopMergesAsync("attributions");
        await InsertAsync(1, "0, 1, 2");
        await InsertAsync(1, "1");
        await InsertAsync(2, "2");
    }

    private Task<string> InsertAsync(int seed, string kinds) => SqlAsync(Insert
        .Replace("$seed", $"{seed}", StringComparison.Ordinal)
        .Replace("$kinds", kinds, StringComparison.Ordinal));
}
