using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// The event contract's field names. The first ones, up to <see cref="Properties"/>, have the numbers of
/// <see cref="EventField"/>. A plain value.
/// </summary>
public enum EventKey : byte
{
    /// <summary>Not one field but the event as a whole.</summary>
    Event = 0,
    Type = EventField.Type,
    EventId = EventField.EventId,
    UserId = EventField.UserId,
    AnonymousId = EventField.AnonymousId,
    DeviceId = EventField.DeviceId,
    InstallReferrer = EventField.InstallReferrer,
    Source = EventField.Source,
    Medium = EventField.Medium,
    Campaign = EventField.Campaign,
    Term = EventField.Term,
    Content = EventField.Content,
    ClickId = EventField.ClickId,
    Url = EventField.Url,
    Referrer = EventField.Referrer,
    UserAgent = EventField.UserAgent,
    Country = EventField.Country,
    Properties = EventField.Properties,
    Timestamp = 19,
    SentAt = 20,
    Ip = 21,
    Revenue = 22,
    Currency = 23,

    /// <summary>A name the contract does not have: checked to be JSON, then ignored and counted.</summary>
    Unknown = 24,
}

/// <summary>What the contract says of each field: its name and its longest value. Stateless.</summary>
internal static class EventKeys
{
    public const int Count = 24;

    /// <summary>The longest of the contract's names: <c>install_referrer</c>.</summary>
    public const int MaxNameBytes = 16;

    private static readonly string[] Names =
    [
        "event", "type", "event_id", "user_id", "anonymous_id", "device_id", "install_referrer", "source",
        "medium", "campaign", "term", "content", "click_id", "", "url", "referrer", "user_agent", "country",
        "properties", "timestamp", "sent_at", "ip", "revenue", "currency",
    ];

    private static readonly int[] Limits = NewLimits();

    public static string Name(EventKey key) => Names[(int)key];

    /// <summary>Most bytes of UTF-8 in the field's value.</summary>
    public static int MaxBytes(EventKey key) => Limits[(int)key];

    public static EventKey Find(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 2: return name.SequenceEqual("ip"u8) ? EventKey.Ip : EventKey.Unknown;
            case 3: return name.SequenceEqual("url"u8) ? EventKey.Url : EventKey.Unknown;
            case 4:
                return name.SequenceEqual("type"u8) ? EventKey.Type
                    : name.SequenceEqual("term"u8) ? EventKey.Term : EventKey.Unknown;
            case 6:
                return name.SequenceEqual("source"u8) ? EventKey.Source
                    : name.SequenceEqual("medium"u8) ? EventKey.Medium : EventKey.Unknown;
            case 7: return FindOfSeven(name);
            case 8:
                return name.SequenceEqual("event_id"u8) ? EventKey.EventId
                    : name.SequenceEqual("campaign"u8) ? EventKey.Campaign
                    : name.SequenceEqual("click_id"u8) ? EventKey.ClickId
                    : name.SequenceEqual("referrer"u8) ? EventKey.Referrer
                    : name.SequenceEqual("currency"u8) ? EventKey.Currency : EventKey.Unknown;
            case 9:
                return name.SequenceEqual("timestamp"u8) ? EventKey.Timestamp
                    : name.SequenceEqual("device_id"u8) ? EventKey.DeviceId : EventKey.Unknown;
            case 10:
                return name.SequenceEqual("properties"u8) ? EventKey.Properties
                    : name.SequenceEqual("user_agent"u8) ? EventKey.UserAgent : EventKey.Unknown;
            case 12: return name.SequenceEqual("anonymous_id"u8) ? EventKey.AnonymousId : EventKey.Unknown;
            case 16:
                return name.SequenceEqual("install_referrer"u8)
                    ? EventKey.InstallReferrer : EventKey.Unknown;
            default: return EventKey.Unknown;
        }
    }

    private static EventKey FindOfSeven(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("user_id"u8) ? EventKey.UserId
        : name.SequenceEqual("sent_at"u8) ? EventKey.SentAt
        : name.SequenceEqual("revenue"u8) ? EventKey.Revenue
        : name.SequenceEqual("country"u8) ? EventKey.Country
        : name.SequenceEqual("content"u8) ? EventKey.Content : EventKey.Unknown;

    private static int[] NewLimits()
    {
        int[] limits = new int[Count];
        limits.AsSpan().Fill(EventRecord.MaxBytes);
        limits[(int)EventKey.Type] = limits[(int)EventKey.EventId] = limits[(int)EventKey.Country] = 64;
        limits.AsSpan((int)EventKey.UserId, 3).Fill(256);
        limits[(int)EventKey.InstallReferrer] = 4096;
        limits[(int)EventKey.Url] = limits[(int)EventKey.Referrer] = 4096;
        for (EventKey key = EventKey.Source; key <= EventKey.ClickId; key++)
            limits[(int)key] = 512;
        return limits;
    }
}
