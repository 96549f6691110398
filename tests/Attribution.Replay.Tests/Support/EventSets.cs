using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Replay.Tests.Support;

/// <summary>
/// Events of a few persons over some weeks, and how they came to lie in the table. Immutable.
/// </summary>
public sealed record EventSet(TestEvent[] Events, int[] Order, int Parts)
{
    /// <summary>The events in the order in which they were written, cut into parts; some twice.</summary>
    public IEnumerable<TestEvent[]> Written()
    {
        TestEvent[] shuffled = [.. Order.Select(i => Events[i])];
        for (int part = 0; part < Parts; part++)
        {
            int index = part;
            yield return [.. shuffled.Where((_, i) => i % Parts == index || i % 7 == index)];
        }
    }

    public override string ToString() =>
        $"{Parts} parts\n" + string.Join('\n', Events.Select(e => e.ToRow()));
}

/// <summary>Makes event sets for properties. Stateless.</summary>
internal static class EventSets
{
    public static readonly DateTime Start = new(2026, 5, 20, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] Types =
        ["click", "impression", "visit", "open", "install", "purchase", "purchase", "signup", "identify"];

    /// <summary>
    /// Ids from small pools, so that persons are joined by all kinds of links, many touches are at one time
    /// and there are ids that say nothing; times over seven weeks and a month's border.
    /// </summary>
    public static Arbitrary<EventSet> Arbitrary() =>
        (from count in Gen.Choose(0, 60)
         from events in EventGen().ArrayOf(count)
         from keys in Gen.Choose(0, 1_000_000).ArrayOf(count)
         from parts in Gen.Choose(1, 4)
         select ToSet(events, keys, parts)).ToArbitrary();

    private static EventSet ToSet(TestEvent[] events, int[] keys, int parts)
    {
        for (int i = 0; i < events.Length; i++)
            events[i] = events[i] with { Id = IdOf(i), Sequence = (ulong)keys[i] };
        return new EventSet(events, [.. Enumerable.Range(0, events.Length).OrderBy(i => keys[i])], parts);
    }

    /// <summary>Ids of all three forms: in place, as UUID, and too long for either.</summary>
    private static string IdOf(int i) => (i % 3) switch
    {
        0 => $"e{i}",
        1 => new Guid(i * 7919, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(),
        _ => $"äöü-{i:0000}-" + new string('x', 48),
    };

    private static Gen<TestEvent> EventGen() =>
        from type in Gen.Elements(Types)
        from time in TimeGen()
        from user in Gen.Frequency((3, Gen.Constant("")), (2, Numbered("u", 6)), (1, Gen.Constant("null")))
        from anonymous in Gen.Frequency((1, Gen.Constant("")), (3, Numbered("a", 12)))
        from device in Gen.Frequency((3, Gen.Constant("")), (1, Numbered("d", 6)))
        from source in Gen.Elements("", "google", "facebook", "news")
        from medium in Gen.Elements("", "cpc", "email", "referral")
        from clickId in Gen.Frequency((4, Gen.Constant("")), (1, Numbered("gclid", 5)))
        from referrerId in Gen.Choose(0, 20)
        from address in Gen.Choose(0, 3)
        from system in Gen.Elements("", "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (iPhone OS 17_5)")
        from revenue in Gen.Choose(-50_000, 1_000_000)
        select new TestEvent
        {
            Id = "",
            Type = type,
            Time = time,
            User = user,
            Anonymous = anonymous,
            Device = device,
            Source = source,
            Medium = medium,
            ClickId = clickId,
            InstallReferrer = type == "install" ? $"anonymous_id=a{referrerId}&utm_source=x" : "",
            Ip = address == 0 ? "::" : $"::ffff:10.0.0.{address}",
            UserAgent = system,
            Revenue = type == "purchase" ? revenue / 10_000m : null,
            Currency = type == "purchase" ? "EUR" : "",
        };

    private static Gen<DateTime> TimeGen() => Gen.OneOf(
        Gen.Choose(0, 50 * 24).Select(hours => Start.AddHours(hours)),
        Gen.Choose(0, 50 * 86_400)
            .Select(seconds => Start.AddSeconds(seconds).AddMilliseconds(seconds % 997)));

    private static Gen<string> Numbered(string prefix, int count) =>
        Gen.Choose(1, count).Select(number => $"{prefix}{number}");
}
