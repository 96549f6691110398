using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Raw events of a few persons, each made for one kind of change between the built-in config and a narrower
/// one, and a project of many made up ones. Nothing is attributed. The tests of a class only read it.
/// </summary>
public sealed class WhatIfDatabase : TestDatabase
{
    /// <summary>Clicks count for 7 days only, a signup is no conversion and a lead is one.</summary>
    public const string NarrowJson =
        """
        {"name":"narrow","conversions":["lead","purchase"],"windows":{"click":"7d"}}
        """;

    public const string HostileId = "=c\"8'\t\u001b[31m😀";
    private const string GeneratedEvents =
        """
        INSERT INTO $db.events (project, event_id, type, timestamp, received_at, user_id, device_id,
                                click_id, source, medium, revenue, currency, sequence)
        WITH cityHash64(number, 'whatif') AS hash
        SELECT 'many', toString(number),
               ['click', 'click', 'impression', 'visit', 'purchase', 'install'][1 + hash % 6] AS kind,
               toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + toIntervalSecond(hash % 4000000) AS time, time,
               'u' || toString(intDiv(hash, 4096) % 300),
               if(hash % 5 = 0, 'd' || toString(intDiv(hash, 8192) % 500), ''),
               if(kind = 'click' AND hash % 3 = 0, 'k' || toString(intDiv(hash, 8192) % 900), ''),
               ['google', 'newsletter', '', 'facebook'][1 + intDiv(hash, 7) % 4],
               ['cpc', 'email', '', 'paid_social'][1 + intDiv(hash, 7) % 4],
               if(kind = 'purchase', toDecimal64(hash % 100000, 4) / 100 - 100, NULL),
               if(kind = 'purchase', ['USD', 'EUR'][1 + hash % 2], ''), number + 1
        FROM numbers(6000)
        """;

    private int _sequence;

    /// <summary>The narrower config.</summary>
    public string NarrowFile { get; private set; } = "";

    public static AttributionConfig Narrow { get; } =
        AttributionConfig.Parse(System.Text.Encoding.UTF8.GetBytes(NarrowJson));

    private static DateTime Day(int day, int hour = 0) => new(2026, 11, day, hour, 0, 0, DateTimeKind.Utc);

    protected override async Task FillAsync()
    {
        NarrowFile = Path.Combine(Path.GetTempPath(), $"{Name}.json");
        await File.WriteAllTextAsync(NarrowFile, NarrowJson);
        await InsertAsync("events", Events());
        await SqlAsync(GeneratedEvents);
    }

    public override Task DisposeAsync()
    {
        File.Delete(NarrowFile);
        return base.DisposeAsync();
    }

    public ClickHouseClient NewClient() => new(ClickHouse.OptionsFor(Name));

    private object[] Events() =>
    [
        // The only click is nine days old: nobody's under the narrow config.
        Event("t1", Day(1), "click", "u1", "google", "cpc"),
        Event("c1", Day(10), "purchase", "u1", revenue: "100.0001", currency: "USD"),

        // The first of two clicks falls out: last stays, first moves, linear moves by half.
        Event("t2", Day(2), "click", "u2", "facebook", "paid_social"),
        Event("t3", Day(9), "click", "u2", "newsletter", "email"),
        Event("c2", Day(10), "purchase", "u2", revenue: "50", currency: "EUR"),

        // The same under both.
        Event("t4", Day(10), "click", "u3", "newsletter", "email"),
        Event("c3", Day(11), "purchase", "u3", revenue: "10", currency: "USD"),

        // A refund, moved from a click to the view that remains.
        Event("t5", Day(3), "impression", "u4", "adnet", "display"),
        Event("t6", Day(4), "click", "u4", "google", "cpc"),
        Event("c4", Day(12), "purchase", "u4", revenue: "-20", currency: "USD"),

        // Vanishes, and appears.
        Event("c5", Day(12), "signup", "u5"),
        Event("t7", Day(12), "click", "u6", "newsletter", "email"),
        Event("c6", Day(13), "lead", "u6"),

        // Another click of the same channel.
        Event("t8", Day(2), "click", "u7", "google", "cpc"),
        Event("t9", Day(10), "click", "u7", "google", "cpc"),
        Event("c7", Day(11), "purchase", "u7", revenue: "5", currency: "USD"),

        // Ids that do as they please.
        Event("t'\\\u001b", Day(1), "click", "u8", "google", "cpc"),
        Event(HostileId, Day(14), "purchase", "u8", revenue: "1", currency: "USD"),
    ];

    private object Event(
        string id, DateTime time, string type, string user, string source = "", string medium = "",
        string? revenue = null, string currency = "") => new
        {
            project = "default",
            event_id = id,
            type,
            timestamp = Text(time),
            received_at = Text(time),
            user_id = user,
            source,
            medium,
            revenue,
            currency,
            sequence = ++_sequence,
        };

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
