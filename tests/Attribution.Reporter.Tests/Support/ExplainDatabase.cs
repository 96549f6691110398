using System.Globalization;
using System.Text.Json;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Conversions with the evidence that the engine writes: every kind of rule, hostile ids, what limits
/// dropped, the facts of mobile models. The tests of a class only read it.
/// </summary>
public sealed class ExplainDatabase : TestDatabase
{
    public const string Config = "fedcba9876543210fedcba9876543210";
    public const string OldConfig = "0123456789abcdef0123456789abcdef";

    /// <summary>64 bytes: quotes, a tab, an escape sequence, a line's end, right-to-left, an emoji.</summary>
    public const string HostileId =
        "a\"b'c\td\u001b[2Je\nf\u202eg😀\\ 0123456789 0123456789 0123456789 01234";

    public static DateTime Noon { get; } = new(2026, 11, 5, 12, 0, 0, DateTimeKind.Utc);

    protected override async Task FillAsync()
    {
        await InsertAsync("attributions", [.. Order(), .. Hostile(), .. Mobile(), .. Others()]);
        await InsertAsync("events", Events());
        await InsertAsync("configs",
        [
            new
            {
                hash = OldConfig,
                name = "web",
                document = """{"a":1,"name":"web"}""",
                first_used = Text(Noon),
            },
            new
            {
                hash = Config,
                name = "spring",
                document = """{"a":2,"models":["last"],"name":"spring"}""",
                first_used = Text(Noon.AddHours(1)),
            },
        ]);
    }

    private static StoredTouch T1 { get; } =
        new("t1", Noon.AddDays(-4), "click", "Email", "newsletter", "email", "été 春 😀");

    private static StoredTouch T3 { get; } =
        new("t3", Noon.AddDays(-1), "click", "Paid Search", "google", "cpc", "spring");

    private static StoredTouch Nobody { get; } = new("", DateTime.UnixEpoch, "", "Unattributed", "", "", "");

    /// <summary>Five models over nine candidates, of which three take part.</summary>
    private static object[] Order()
    {
        var order = new StoredRow("order-1001", "purchase", Noon) { User = "u1" };
        string[] hard =
        [
            Rejected("t0", Noon.AddDays(-9).AddSeconds(-7864), "outside_window",
                "\"found\":785464000,\"limit\":604800000,\"setting\":\"windows.click\""),
            Rejected("t3b", Noon.AddDays(-1).AddSeconds(3), "duplicate",
                "\"found\":3000,\"limit\":86400000,\"by\":\"t3\""),
            Rejected("gone", Noon.AddHours(-5), "other_currency", "\"found\":\"EUR\",\"limit\":\"USD\""),
            Rejected(HostileId, Noon.AddHours(-4), "fraud:datacentre", ""),
            Rejected("t5", Noon.AddHours(-3), "fraud:max_clicks", "\"found\":12,\"limit\":10"),
            Rejected("t6", Noon.AddMinutes(5), "after_conversion", "\"found\":-300000,\"limit\":0"),
        ];
        string Beaten(string touch, DateTime time, string rule, string numbers, string by) =>
            Rejected(touch, time, rule, $"{numbers}\"by\":\"{by}\"");
        string later = Beaten(
            "t3", T3.Time, "later_than_first", "\"found\":86400000,\"limit\":345600000,", "t1");
        string view = Rejected("t2", Noon.AddHours(-1), "later_than_first",
            "\"found\":3600000,\"limit\":345600000,\"by\":\"t1\"");
        return
        [
            order.With("first", Evidence(3, [.. hard, later, view]), (T1, 1_000_000, "100.0001")),
            order.With("last", Evidence(3,
                [
                    .. hard,
                    Beaten(
                        "t1", T1.Time, "earlier_than_last", "\"found\":345600000,\"limit\":3600000,", "t2"),
                    Beaten("t3", T3.Time, "earlier_than_last", "\"found\":86400000,\"limit\":3600000,", "t2"),
                ]), (View, 1_000_000, "100.0001")),
            order.With("linear", Evidence(3, hard), (T1, 333_334, "33.3334"), (T3, 333_333, "33.3334"),
                (View, 333_333, "33.3333")),
            order.With("participation", Evidence(3, hard, "\"summing\":false,"), (T1, 1_000_000, "100.0001"),
                (T3, 1_000_000, "100.0001"), (View, 1_000_000, "100.0001")),
            order.With("mmp", Evidence(3,
                [
                    .. hard, Beaten("t2", View.Time, "view_beaten_by_click", "", "t3"),
                    Beaten(
                        "t1", T1.Time, "earlier_than_last", "\"found\":345600000,\"limit\":86400000,", "t3"),
                ]), (T3, 1_000_000, "100.0001")),
            (order with { Config = OldConfig, Version = 9 })
                .With("last", Evidence(1, []), (T1, 1_000_000, "100.0001")),
        ];
    }

    private static StoredTouch View { get; } =
        new("t2", Noon.AddHours(-1), "impression", "Display", "adnet", "display", "");

    private static object[] Hostile() =>
    [
        new StoredRow(HostileId, "sign\u001bup", Noon) { User = "user\n\u001b[31m" }
            .With(
                "last", Evidence(1, []),
                (T1 with { Id = HostileId, Campaign = "=1+1\u0007" }, 1_000_000, "0")),
    ];

    private static object[] Mobile() =>
    [
        new StoredRow("reinstall-1", "install", Noon).With("mmp",
            """
            {"considered":0,"eligible":0,"conversion":{"rule":"reinstall","install":"install-0",
            "age_ms":1987200000,"limit_ms":7776000000}}
            """),
        new StoredRow("iap-1", "purchase", Noon).With("mmp",
            """
            {"considered":0,"eligible":0,"install":{"id":"install-1","time":1793534400000,"age_ms":345600000,
            "limit_ms":31536000000}}
            """, (T1, 1_000_000, "0")),
        new StoredRow("iap-1", "purchase", Noon).With("mmp_retargeting",
            """
            {"considered":0,"eligible":0,"reengagement":{"touch":"t3","opening":"open-1","time":1793793600000,
            "age_ms":86400000,"limit_ms":2592000000}}
            """, (T3, 1_000_000, "0")),
        new StoredRow("iap-1", "purchase", Noon).With("markov",
            """{"considered":0,"eligible":0,"fallback":"linear"}""", (T3, 1_000_000, "0")),
    ];

    private static object[] Others() =>
    [
        new StoredRow("alone-1", "signup", Noon).With("last",
            """
            {"considered":0,"eligible":0,"dropped_touches":12,"dropped_through":1793793600000,
            "truncated":true,"may_be_incomplete":true}
            """, (Nobody, 1_000_000, "0")),
        new StoredRow("bare-1", "signup", Noon).With("last", "", (T1, 1_000_000, "0")),
        new StoredRow("twice", "signup", Noon.AddDays(-90))
            .With("last", Evidence(1, []), (T1, 1_000_000, "0")),
        new StoredRow("twice", "signup", Noon.AddDays(-80))
            .With("last", Evidence(1, []), (T1, 1_000_000, "0")),
        new StoredRow("shop-1", "signup", Noon) { Project = "shop" }
            .With("last", Evidence(1, []), (T1, 1_000_000, "0")),
    ];

    private static object[] Events() =>
    [
        Event("order-1001", Noon, "purchase", user: "u1", anonymous: "a1"),
        Event("t0", Noon.AddDays(-9).AddSeconds(-7864), "click", "google", "cpc", "old"),
        Event("t3b", Noon.AddDays(-1).AddSeconds(3), "click", "google", "cpc", "spring"),
        Event(HostileId, Noon.AddHours(-4), "click", "\u001b]0;x", "cpc", "c\nd"),
        Event("t5", Noon.AddHours(-3), "click", "bot"),
        Event("t6", Noon.AddMinutes(5), "visit", "google", "organic"),
        Event("t6", Noon.AddMinutes(6), "visit", "the same id at another time"),
        Event("raw-1", Noon, "purchase"),
    ];

    private static object Event(
        string id, DateTime time, string type, string source = "", string medium = "", string campaign = "",
        string user = "", string anonymous = "") => new
        {
            project = "default",
            event_id = id,
            type,
            timestamp = Text(time),
            received_at = Text(time),
            user_id = user,
            anonymous_id = anonymous,
            source,
            medium,
            campaign,
        };

    private static string Evidence(int eligible, string[] rejected, string more = "") =>
        $"{{\"considered\":9,\"eligible\":{eligible},{more}\"rejected\":[{string.Join(',', rejected)}]}}";

    private static string Rejected(string touch, DateTime time, string rule, string numbers)
    {
        long millis = (long)(time - DateTime.UnixEpoch).TotalMilliseconds;
        return $"{{\"touch\":{JsonSerializer.Serialize(touch, Json)},\"time\":{millis},\"rule\":\"{rule}\""
            + (numbers.Length > 0 ? $",{numbers}}}" : "}");
    }

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private sealed record StoredTouch(
        string Id, DateTime Time, string Type, string Channel, string Source, string Medium, string Campaign);

    private sealed record StoredRow(string Id, string Type, DateTime Time)
    {
        public string Project { get; init; } = "default";
        public string Config { get; init; } = ExplainDatabase.Config;
        public ulong Version { get; init; } = 101;
        public string User { get; init; } = "";

        public object With(
            string model, string evidence, params (StoredTouch Touch, int Credit, string Value)[] credits) =>
            new
            {
                project = Project,
                conversion_id = Id,
                conversion_type = Type,
                conversion_time = Text(Time),
                model,
                config = Config,
                version = Version,
                person = 0x00f3a94c1b22e7d0UL,
                user_id = User,
                revenue = Type == "purchase" && Id == "order-1001" ? "100.0001" : "0",
                currency = Type == "purchase" && Id == "order-1001" ? "USD" : "",
                touches = credits.Select(credit => credit.Touch.Id),
                touch_times = credits.Select(credit => Text(credit.Touch.Time)),
                touch_types = credits.Select(credit => credit.Touch.Type),
                channels = credits.Select(credit => credit.Touch.Channel),
                sources = credits.Select(credit => credit.Touch.Source),
                mediums = credits.Select(credit => credit.Touch.Medium),
                campaigns = credits.Select(credit => credit.Touch.Campaign),
                credits = credits.Select(credit => credit.Credit),
                credit_values = credits.Select(credit => credit.Value),
                evidence = evidence.ReplaceLineEndings(""),
            };
    }
}
