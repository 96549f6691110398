using System.Runtime.InteropServices;

namespace Attribution.Simulator.Journeys;

/// <summary>
/// The types of event that are simulated; the name on the wire is in <see cref="EventTypes"/>.
/// </summary>
internal enum EventType : byte
{
    Impression,
    Click,
    Visit,
    Open,
    Identify,
    AddToCart,
    Search,
    Refund,
    Install,
    Signup,
    Purchase,
    Subscribe,
}

/// <summary>Names and kinds of <see cref="EventType"/>. Constants; shared.</summary>
internal static class EventTypes
{
    public const int Count = 12;

    private static readonly string[] Names =
    [
        "impression", "click", "visit", "open", "identify", "add_to_cart", "search", "refund",
        "install", "signup", "purchase", "subscribe",
    ];

    public static string Name(EventType type) => Names[(int)type];

    private static readonly byte[][] NamesUtf8 = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static ReadOnlySpan<byte> NameUtf8(EventType type) => NamesUtf8[(int)type];

    public static bool IsConversion(EventType type) => type >= EventType.Install;

    public static bool HasRevenue(EventType type) =>
        type is EventType.Purchase or EventType.Subscribe or EventType.Refund;
}

/// <summary>Facts about a planned event that are one bit each.</summary>
[Flags]
internal enum EventTraits : byte
{
    None = 0,
    HasUserId = 1,
    HasAnonymousId = 2,
    HasDeviceId = 4,

    /// <summary>The anonymous id is that of the person's second browser.</summary>
    SecondBrowser = 8,

    /// <summary>A second sending of an event that was sent before.</summary>
    Duplicate = 16,

    /// <summary>
    /// The landing after a click that was counted already: a touch to the engine, without effect in truth.
    /// </summary>
    FollowsClick = 32,
}

/// <summary>
/// One event of one person's journey, as small as it can be kept until it is delivered: its texts follow from
/// the seed, the person and the index. A value.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct PlannedEvent
{
    /// <summary>When it truly happened; milliseconds since 1970 UTC.</summary>
    public long TrueMillis;
    public int Person;

    /// <summary>On a conversion: one bit per channel without which it would not have happened.</summary>
    public ushort Causes;

    /// <summary>Names the event within its person's journey.</summary>
    public byte Index;
    public EventType Type;
    public byte Campaign;
    public EventTraits Traits;

    /// <summary>On an install that names a campaign: the index of the click that the store saw.</summary>
    public byte ClickIndex;

    /// <summary>On a conversion: it needed no touch at all.</summary>
    public bool IsOrganic;

    public readonly bool Has(EventTraits trait) => (Traits & trait) != 0;

    /// <summary>The seed of everything about the event that is not in this value.</summary>
    public readonly ulong Seed(ulong personSeed) => SeedOf(personSeed, Index);

    public static ulong SeedOf(ulong personSeed, byte index) => SplitMix.At(personSeed, 1_000UL + index);
}
