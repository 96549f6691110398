using Attribution.Simulator.Journeys;
using Attribution.Simulator.Rendering;

namespace Attribution.Simulator.Truths;

/// <summary>
/// Everything known about one delivered event, for comparing one by one what came out of the engine.
/// Immutable.
/// </summary>
public sealed record SimulatedEvent
{
    public required string EventId { get; init; }
    public required string Type { get; init; }

    /// <summary>The person who truly did it; not all of a person's ids need ever be linked.</summary>
    public required int Person { get; init; }
    public required long TrueMillis { get; init; }
    public required long DeliveredMillis { get; init; }

    /// <summary>The sender's clock error; other than 0, the event carries <c>sent_at</c>.</summary>
    public required long SkewMillis { get; init; }

    /// <summary>The ids as sent; empty where absent. An all-zero device id counts as absent.</summary>
    public required string UserId { get; init; }
    public required string AnonymousId { get; init; }
    public required string DeviceId { get; init; }

    /// <summary>The GA4 channel of a touch, by what was sent; null where the event is no touch.</summary>
    public required string? Channel { get; init; }

    /// <summary>The UTM values a reader of the event finds, in fields, address or install referrer.</summary>
    public required string Source { get; init; }
    public required string Medium { get; init; }
    public required string Campaign { get; init; }
    public required long? RevenueTenThousandths { get; init; }

    /// <summary>The event's currency, the default one included; empty without revenue.</summary>
    public required string Currency { get; init; }
    public required bool IsConversion { get; init; }

    /// <summary>A conversion that would have happened without any touch.</summary>
    public required bool IsOrganic { get; init; }

    /// <summary>On a conversion: each channel without which it would not have happened.</summary>
    public required IReadOnlyList<string> Causes { get; init; }

    /// <summary>An event that was delivered before comes again.</summary>
    public required bool IsDuplicate { get; init; }

    internal static SimulatedEvent Of(in PlannedEvent planned, in Person person, long deliveredMillis)
    {
        int channel = Touches.ChannelOf(planned, person);
        bool carriesUtm = channel >= 0;
        Campaign campaign = Campaigns.All[planned.Campaign];
        bool hasRevenue = EventTypes.HasRevenue(planned.Type);
        return new SimulatedEvent
        {
            EventId = EventIdText(planned.Seed(person.Seed)),
            Type = EventTypes.Name(planned.Type),
            Person = planned.Person,
            TrueMillis = planned.TrueMillis,
            DeliveredMillis = deliveredMillis,
            SkewMillis = person.SkewMillis,
            UserId = planned.Has(EventTraits.HasUserId) ? UserText(person) : "",
            AnonymousId = planned.Has(EventTraits.HasAnonymousId)
                ? AnonymousText(person, planned.Has(EventTraits.SecondBrowser))
                : "",
            DeviceId = planned.Has(EventTraits.HasDeviceId) && !person.HasZeroDevice
                ? DeviceText(person)
                : "",
            Channel = carriesUtm ? Channels.Name(channel) : null,
            Source = carriesUtm ? campaign.Source : "",
            Medium = carriesUtm ? campaign.Medium : "",
            Campaign = carriesUtm ? campaign.Name : "",
            RevenueTenThousandths = hasRevenue ? Revenue.Of(planned, person) : null,
            Currency = hasRevenue ? Countries.Currency(person.Country) : "",
            IsConversion = EventTypes.IsConversion(planned.Type),
            IsOrganic = planned.IsOrganic,
            Causes = CausesOf(planned.Causes),
            IsDuplicate = planned.Has(EventTraits.Duplicate),
        };
    }

    private static string[] CausesOf(ushort causes) =>
        [.. Enumerable.Range(0, Channels.Count).Where(c => (causes & (1 << c)) != 0).Select(Channels.Name)];

    private static string EventIdText(ulong eventSeed)
    {
        var cursor = new Utf8Cursor(stackalloc byte[64]);
        Ids.Event(ref cursor, eventSeed);
        return cursor.Text;
    }

    private static string UserText(in Person person)
    {
        var cursor = new Utf8Cursor(stackalloc byte[64]);
        Ids.User(ref cursor, person);
        return cursor.Text;
    }

    private static string AnonymousText(in Person person, bool isSecondBrowser)
    {
        var cursor = new Utf8Cursor(stackalloc byte[64]);
        Ids.Anonymous(ref cursor, person, isSecondBrowser);
        return cursor.Text;
    }

    private static string DeviceText(in Person person)
    {
        var cursor = new Utf8Cursor(stackalloc byte[64]);
        Ids.Device(ref cursor, person);
        return cursor.Text;
    }
}
