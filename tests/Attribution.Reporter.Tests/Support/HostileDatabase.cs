using System.Globalization;
using System.Text.Json;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// A project per hostile text, in which every text is that one: ids, types, channels, campaigns, currency,
/// model, evidence, properties, config. Negative amounts. The tests of a class only read it.
/// </summary>
public sealed class HostileDatabase : TestDatabase
{
    public static DateTime Noon { get; } = new(2026, 11, 5, 12, 0, 0, DateTimeKind.Utc);

    public static string Hash(int number) => $"{number:x4}fedcba9876543210fedcba98765432";

    protected override async Task FillAsync()
    {
        await InsertAsync("events", [.. HostileTexts.Data.SelectMany(Events)]);
        await InsertAsync("attributions", [.. HostileTexts.Data.SelectMany(Attributions)]);
        await InsertAsync("identities", [.. HostileTexts.Data.Select(Link)]);
        await InsertAsync("configs", [.. HostileTexts.Data.Select((text, number) => new
        {
            hash = Hash(number),
            name = text,
            document = JsonSerializer.Serialize(new { a = -1, b = text, name = text }, Json),
            first_used = Text(Noon),
        })]);
    }

    /// <summary>What stands behind <c>--</c> stays there: a text may begin as an option does.</summary>
    protected override string[] Arguments(string[] args)
    {
        int end = Array.IndexOf(args, "--") is var at and >= 0 ? at : args.Length;
        return [.. base.Arguments(args[..end]), .. args[end..]];
    }

    private static object[] Events(string text, int number) =>
    [
        Event(text, text, "click", Noon.AddHours(-1), null),
        Event(text, text, text, Noon, "-20.5"),
        // What the built-in profiles attribute too, for whatif and the commands that replay.
        Event(text, text + " x", "click", Noon.AddHours(1), null),
        Event(text, text + " y", "purchase", Noon.AddHours(2), "-7.25"),
    ];

    private static object Event(string text, string id, string type, DateTime time, string? revenue) => new
    {
        project = text,
        event_id = id,
        type,
        timestamp = Text(time),
        received_at = Text(time),
        user_id = text,
        anonymous_id = text,
        device_id = text,
        source = text,
        medium = text,
        campaign = text,
        properties = JsonSerializer.Serialize(new { text }, Json),
        revenue,
        currency = revenue is null ? "" : text,
    };

    private static object[] Attributions(string text, int number) => [.. ((string[])["last", text]).Select(
        model => (object)new
        {
            project = text,
            conversion_id = text,
            conversion_type = text,
            conversion_time = Text(Noon),
            model,
            config = Hash(number),
            version = 1,
            person = 7,
            user_id = text,
            revenue = "-20.5",
            currency = text,
            touches = (string[])[text],
            touch_times = (string[])[Text(Noon.AddHours(-1))],
            touch_types = (string[])[text],
            channels = (string[])[text],
            sources = (string[])[text],
            mediums = (string[])[text],
            campaigns = (string[])[text],
            credits = (int[])[1_000_000],
            credit_values = (string[])["-20.5"],
            evidence = JsonSerializer.Serialize(
                new
                {
                    considered = 2,
                    eligible = 1,
                    fallback = text,
                    rejected = (object[])
                    [
                        new { touch = text + " r", time = 1_793_880_000_000, rule = text, found = text,
                            limit = text, setting = text, by = text },
                    ],
                },
                Json),
        })];

    private static object Link(string text) => new
    {
        project = text,
        id_kind = "user",
        id = text,
        other_kind = "anonymous",
        other_id = text,
        linked_at = Text(Noon),
    };

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
