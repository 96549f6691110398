using System.Globalization;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// A small database whose every number can be worked out on paper: replaced and doubled rows, two configs,
/// two projects, three currencies, hostile text, an unattributed conversion, one outside of the
/// range. Stateless.
/// </summary>
internal static class KnownData
{
    public const string OldConfig = "0123456789abcdef0123456789abcdef";
    public const string NewConfig = "fedcba9876543210fedcba9876543210";
    public const ulong PersonOfFirst = 0x00f3a94c1b22e7d0;
    public const string HostileCampaign = "=HYPERLINK(\"http://x\",\"y\")";
    public const string EmailCampaign = "été 春 😀";

    private static readonly string[] Models =
        ["first", "last", "last_non_direct", "linear", "time_decay", "position_based"];

    private static readonly uint[] Whole = [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000];

    /// <summary>What is inserted at a time.</summary>
    public static IEnumerable<object[]> Attributions() => Conversions().Select(Rows);

    public static DateTime At(int day, int hour = 0) => new(2026, 11, day, hour, 0, 0, DateTimeKind.Utc);

    private static KnownConversion[] Conversions()
    {
        KnownConversion first = First();
        KnownConversion yen = Single("c4", At(1).AddDays(-7), "JPY", "1000", Email("t6", At(1).AddDays(-8)));
        return
        [
            // Replaced by a later row, and another config's view of the same conversion.
            first with
            {
                Version = 50,
                Touches = [Touch("t0", At(1), "Display", "x", "display", "old", "100.0001")],
            },
            first with
            {
                Config = OldConfig,
                Touches = [Touch("t9", At(1), "Audio", "pod", "audio", "", "100.0001")],
            },
            first,
            Second(),
            new("c3", "signup", At(3, 9))
            {
                Touches = [Touch("", DateTime.UnixEpoch, "Unattributed", "", "", "", "0") with { Type = "" }],
            },
            yen,
            yen,
            Single("c5", At(1).AddDays(-61), "USD", "999", Email("t7", At(1))),
            Single("c1", At(5, 10), "GBP", "5.5", Email("t8", At(4))) with { Project = "shop" },
        ];
    }

    private static KnownConversion First() => new("c1", "purchase", At(5, 10))
    {
        Person = PersonOfFirst,
        User = "u1",
        Revenue = "100.0001",
        Currency = "USD",
        Version = 101,
        Touches =
        [
            new("t1", At(2, 8), "Paid Search", "google", "cpc", "spring")
            {
                Credits = [1_000_000, 0, 0, 333_334, 200_000, 400_000],
                Values = ["100.0001", "0", "0", "33.3334", "20", "40.0001"],
            },
            new("t2", At(3, 8), "Email", "newsletter", "email", EmailCampaign)
            {
                Credits = [0, 0, 0, 333_333, 300_000, 200_000],
                Values = ["0", "0", "0", "33.3334", "30", "20"],
            },
            new("t3", At(4, 8), "Paid Search", "google", "cpc", "spring")
            {
                Credits = [0, 1_000_000, 1_000_000, 333_333, 500_000, 400_000],
                Values = ["0", "100.0001", "100.0001", "33.3333", "50.0001", "40"],
            },
        ],
    };

    private static KnownConversion Second() => new("c2", "purchase", At(6, 12))
    {
        User = "@user\twith\u001b[31mred",
        Revenue = "50",
        Currency = "EUR",
        Touches =
        [
            new("t4", At(6, 1), "Paid Social", "face\"book", "m,\n", HostileCampaign)
            {
                Credits = [1_000_000, 0, 1_000_000, 500_000, 400_000, 500_000],
                Values = ["50", "0", "50", "25", "20", "25"],
            },
            new("t5", At(6, 2), "Direct", "", "", "")
            {
                Credits = [0, 1_000_000, 0, 500_000, 600_000, 500_000],
                Values = ["0", "50", "0", "25", "30", "25"],
                Type = "visit",
            },
        ],
    };

    private static KnownConversion Single(
        string id, DateTime time, string currency, string revenue, KnownTouch touch) =>
        new(id, "purchase", time)
        {
            Revenue = revenue,
            Currency = currency,
            Touches = [touch with { Values = [.. Enumerable.Repeat(revenue, Models.Length)] }],
        };

    private static KnownTouch Email(string id, DateTime time) =>
        Touch(id, time, "Email", "newsletter", "email", EmailCampaign, "0");

    private static KnownTouch Touch(
        string id, DateTime time, string channel, string source, string medium, string campaign,
        string value) =>
        new(id, time, channel, source, medium, campaign)
        {
            Credits = Whole,
            Values = [.. Enumerable.Repeat(value, Models.Length)],
        };

    /// <summary>
    /// One row per model; touches without credit under it are left out, as the engine does.
    /// </summary>
    private static object[] Rows(KnownConversion of) => [.. Models.Select((model, number) =>
    {
        KnownTouch[] earned = [.. of.Touches.Where(touch => touch.Credits[number] > 0)];
        return (object)new
        {
            project = of.Project,
            conversion_id = of.Id,
            conversion_type = of.Type,
            conversion_time = Text(of.Time),
            model,
            config = of.Config,
            version = of.Config == OldConfig ? 10 : of.Version,
            person = of.Person,
            user_id = of.User,
            revenue = of.Revenue,
            currency = of.Currency,
            touches = earned.Select(touch => touch.Id),
            touch_times = earned.Select(touch => Text(touch.Time)),
            touch_types = earned.Select(touch => touch.Type),
            channels = earned.Select(touch => touch.Channel),
            sources = earned.Select(touch => touch.Source),
            mediums = earned.Select(touch => touch.Medium),
            campaigns = earned.Select(touch => touch.Campaign),
            credits = earned.Select(touch => touch.Credits[number]),
            credit_values = earned.Select(touch => touch.Values[number]),
        };
    })];

    /// <summary>
    /// The first conversion's person over three ids, somebody else, and the same ids elsewhere.
    /// </summary>
    public static object[] Events() =>
    [
        Event("t1", At(2, 8), "click", anonymous: "a1", source: "google", medium: "cpc", campaign: "spring"),
        Event("t2", At(3, 8), "click", device: "d1", source: "newsletter", medium: "email",
            campaign: EmailCampaign),
        Event("t3", At(4, 8), "click", anonymous: "a1", source: "google", medium: "cpc", campaign: "spring"),
        Event("c1", At(5, 10), "purchase", user: "u1", revenue: "100.0001"),
        Event("e9", At(5, 11), "open", user: "somebody else"),
        Event("e7", At(5, 12), "open", user: "u2"),
        Event("e8", At(5, 12), "open", user: "u1", project: "shop"),
    ];

    private static object Event(
        string id, DateTime time, string type, string user = "", string anonymous = "", string device = "",
        string source = "", string medium = "", string campaign = "", string? revenue = null,
        string project = "default") => new
        {
            project,
            event_id = id,
            type,
            timestamp = Text(time),
            received_at = Text(time),
            user_id = user,
            anonymous_id = anonymous,
            device_id = device,
            source,
            medium,
            campaign,
            revenue,
            currency = revenue is null ? "" : "USD",
        };

    public static object[] Links() =>
    [
        Link("user", "u1", "anonymous", "a1", "default"),
        Link("device", "d1", "anonymous", "a1", "default"),
        Link("user", "u2", "anonymous", "a1", "shop"),
    ];

    private static object Link(string kind, string id, string otherKind, string otherId, string project)
    {
        string linkedAt = Text(At(2));
        return new
        {
            project,
            id_kind = kind,
            id,
            other_kind = otherKind,
            other_id = otherId,
            linked_at = linkedAt,
        };
    }

    public static object[] Configs() =>
    [
        new { hash = OldConfig, name = "web", document = "{}", first_used = Text(At(1)) },
        new { hash = NewConfig, name = "web", document = "{}", first_used = Text(At(2)) },
    ];

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
