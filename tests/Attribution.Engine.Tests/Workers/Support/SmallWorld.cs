using System.Globalization;
using System.Text;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Workers.Support;

/// <summary>
/// Makes small worlds of events: a few people, each with ids that are linked here and there, on few devices
/// and networks, so that everything meets everything. Stateless.
/// </summary>
internal static class SmallWorld
{
    private const int People = 4;

    private static readonly string[] Types =
    [
        "click", "click", "impression", "visit", "open", "install", "install", "purchase", "signup", "lead",
        "demo", "identify",
    ];

    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Linux; Android 14; Pixel 8)", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
        "curl/8.0",
    ];

    /// <summary>1 to 40 events within some days, and a number to shuffle them by.</summary>
    public static Gen<(SampleEvent[] Events, int Seed)> Gen(int days) =>
        from count in FsCheck.Fluent.Gen.Choose(1, 40)
        from events in OneEvent(days).ArrayOf(count)
        from seed in FsCheck.Fluent.Gen.Choose(0, int.MaxValue)
        select (Named(events), seed);

    /// <summary>Makes the events those of two persons in turn, and nothing says that they are one.</summary>
    public static (SampleEvent[] A, SampleEvent[] B) TwoPersons(SampleEvent[] events)
    {
        for (int i = 0; i < events.Length; i++)
        {
            events[i].With(EventField.UserId, "").With(EventField.DeviceId, "").With(EventField.ClickId, "")
                .With(EventField.InstallReferrer, "").With(EventField.AnonymousId, i % 2 == 0 ? "a" : "b");
        }

        return ([.. events.Where((_, i) => i % 2 == 0)], [.. events.Where((_, i) => i % 2 == 1)]);
    }

    /// <summary>Two events that make those two one; the second may be more than a login.</summary>
    public static SampleEvent[] Logins(Random random) =>
    [
        new SampleEvent("login-a").With(EventField.Type, "identify")
            .With(EventField.AnonymousId, "a").With(EventField.UserId, "user-1"),
        new SampleEvent("login-b").With(EventField.Type, Types[random.Next(Types.Length)])
            .At(SampleEvent.Noon + (random.Next(14 * 24) * Configs.Hour))
            .With(EventField.AnonymousId, "b").With(EventField.UserId, "user-1"),
    ];

    public static string Describe(IEnumerable<SampleEvent> events) => string.Join('\n', events.Select(e =>
        string.Create(
            CultureInfo.InvariantCulture, $"{(e.Header.TimestampMillis - SampleEvent.Noon) / 60_000}m ")
        + string.Join(' ', Enum.GetValues<EventField>().Where(field => e[field].Length > 0)
            .Select(field => $"{field}={Encoding.UTF8.GetString(e[field])}"))));

    private static Gen<SampleEvent> OneEvent(int days) =>
        from type in FsCheck.Fluent.Gen.Elements(Types)
        from person in FsCheck.Fluent.Gen.Choose(0, People - 1)
        from ids in FsCheck.Fluent.Gen.Choose(0, 15)
        from millis in Time(days)
        from detail in FsCheck.Fluent.Gen.Choose(0, int.MaxValue)
        select Make(type, person, ids, millis, new Random(detail));

    /// <summary>Whole hours, so that ties and window edges are common, and any other moment.</summary>
    private static Gen<long> Time(int days) => FsCheck.Fluent.Gen.Frequency(
        (3, FsCheck.Fluent.Gen.Choose(0, days * 4).Select(quarter => quarter * 6 * Configs.Hour)),
        (2, FsCheck.Fluent.Gen.Choose(0, days * 24).Select(hour => hour * Configs.Hour)),
        (1, FsCheck.Fluent.Gen.Choose(0, days * 86_400).Select(second => (second * 1000L) + 3)));

    private static SampleEvent Make(string type, int person, int ids, long millis, Random random)
    {
        SampleEvent made = new SampleEvent("").At(SampleEvent.Noon + millis).With(EventField.Type, type);
        SetIds(made, person, ids);
        made.Header.IpHigh = random.Next(4) == 0 ? 0UL : 0x2001;
        made.Header.IpLow = made.Header.IpHigh == 0 ? (ulong)random.Next(2) : (ulong)random.Next();
        made.With(EventField.UserAgent, Agents[random.Next(Agents.Length)]);
        if (type is "click" or "impression" or "visit" || random.Next(3) == 0)
        {
            made.With(EventField.Source, random.Next(3) switch { 0 => "", 1 => "google", _ => "tiktok" });
            made.With(EventField.Campaign, random.Next(3) == 0 ? "" : $"campaign-{random.Next(3)}");
            made.With(EventField.ClickId, random.Next(4) == 0 ? $"click-{person}-{random.Next(3)}" : "");
        }

        if (type == "install" && random.Next(2) == 0)
            made.With(EventField.InstallReferrer, Referrer(person, random)).With(EventField.Source, "play");
        if (type is "purchase" or "signup")
            made.Header.RevenueTenThousandths = random.Next(-10_000, 1_000_000);
        if (random.Next(2) == 0)
            made.Header.Currency = random.Next(2) == 0 ? 0x525545u : 0x445355u;
        return made;
    }

    private static string Referrer(int person, Random random) => random.Next(3) switch
    {
        0 => $"utm_source=play&anonymous_id=anonymous-{person}-b",
        1 => $"user_id=user%2D{person}&x=1",
        _ => "utm_source=play",
    };

    /// <summary>From one id to three, some that say nothing, some that make two people one.</summary>
    private static void SetIds(SampleEvent made, int person, int shape)
    {
        (string user, string device, string anonymous) = shape switch
        {
            0 => ($"user-{person}", $"device-{person}", $"anonymous-{person}-a"),
            1 => ($"user-{person}", "", $"anonymous-{person}-b"),
            2 => ("", $"device-{person}", $"anonymous-{person}-b"),
            3 or 4 => ($"user-{person}", "", ""),
            5 or 6 => ("", $"device-{person}", ""),
            7 => ("undefined", "", $"anonymous-{person}-a"),
            8 => ("NULL", "0", ""),
            9 when person == 0 => ("user-0", "device-1", ""),
            10 => ("", $"device-{person}-{made.Header.TimestampMillis}", ""),
            11 or 12 => ("", "", $"anonymous-{person}-b"),
            _ => ("", "", $"anonymous-{person}-a"),
        };
        made.With(EventField.UserId, user).With(EventField.DeviceId, device)
            .With(EventField.AnonymousId, anonymous);
    }

    /// <summary>Ids of every form: in place, as a UUID, and too long for both.</summary>
    private static SampleEvent[] Named(SampleEvent[] events)
    {
        for (int i = 0; i < events.Length; i++)
        {
            events[i].With(EventField.EventId, (i % 3) switch
            {
                0 => $"e{i}",
                1 => new Guid(i * 7919 % 100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(),
                _ => $"an-event-id-too-long-to-be-inline-{i * 31 % 50}-{i}",
            });
        }

        return events;
    }
}
