namespace Attribution.Model.Events;

/// <summary>
/// The text fields of an event, as indices into <see cref="EventRecord"/>'s field table.
/// The numbers are part of the journal's format: append, never renumber.
/// </summary>
public enum EventField
{
    /// <summary>The project the event belongs to; comes from the key, never from the body.</summary>
    Project = 0,

    /// <summary>The event's type; on a rejected event, the reason it was rejected.</summary>
    Type = 1,
    EventId = 2,
    UserId = 3,
    AnonymousId = 4,
    DeviceId = 5,
    InstallReferrer = 6,
    Source = 7,
    Medium = 8,
    Campaign = 9,
    Term = 10,
    Content = 11,
    ClickId = 12,

    /// <summary>
    /// The name of the parameter the click id came in, such as <c>gclid</c>; empty when sent as
    /// <c>click_id</c>.
    /// </summary>
    ClickIdType = 13,
    Url = 14,
    Referrer = 15,
    UserAgent = 16,
    Country = 17,

    /// <summary>
    /// The properties object's JSON exactly as sent; on a rejected event, the bytes that were rejected.
    /// </summary>
    Properties = 18,
}
