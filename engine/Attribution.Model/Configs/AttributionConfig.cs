using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>
/// Everything that decides a result besides the history itself: windows, models, touches, conversions, channels.
/// Immutable and validated: it comes from <see cref="Parse"/> or is <see cref="Web"/>.
/// </summary>
public sealed class AttributionConfig
{
    public static AttributionConfig Web { get; } = new();

    public string Name { get; } = "web";

    /// <summary>SHA-256 of <see cref="CanonicalJson"/> in lower-case hex; stands on every attribution row.</summary>
    public string Hash { get; } = "";

    /// <summary>The whole document, defaults filled in, in the canonical form of RFC 8785.</summary>
    public ReadOnlyMemory<byte> CanonicalJson { get; }

    /// <summary>The models to compute, in the order of <see cref="CreditModel"/>.</summary>
    public IReadOnlyList<CreditModel> Models { get; } = CreditModels.All;

    /// <summary>Longest age of a click at the conversion; a click exactly that old counts.</summary>
    public long ClickLookbackMillis { get; } = 30L * 86_400_000;
    public long ViewLookbackMillis { get; } = 30L * 86_400_000;
    public long VisitLookbackMillis { get; } = 30L * 86_400_000;
    public long ReferrerLookbackMillis { get; } = 30L * 86_400_000;

    /// <summary>The longest of the windows: older touches can be forgotten.</summary>
    public long MaxLookbackMillis { get; } = 30L * 86_400_000;

    public IReadOnlyList<string> ConversionTypes { get; } = ["install", "purchase", "signup", "subscribe"];
    public IReadOnlyList<string> ClickTypes { get; } = ["click"];
    public IReadOnlyList<string> ViewTypes { get; } = ["impression"];

    /// <summary>Types that are a visit whatever they carry.</summary>
    public IReadOnlyList<string> VisitTypes { get; } = ["visit"];

    /// <summary>Types that are a visit only where they say where the person came from.</summary>
    public IReadOnlyList<string> OpenTypes { get; } = ["open"];

    /// <summary>Types that are a touch where they carry an install referrer that names a campaign.</summary>
    public IReadOnlyList<string> ReferrerTypes { get; } = ["install", "open"];

    public long TimeDecayHalfLifeMillis { get; } = 7L * 86_400_000;

    /// <summary>Credit of the first touch in millionths; with the two others it makes 1,000,000.</summary>
    public int PositionFirst { get; } = 400_000;
    public int PositionMiddle { get; } = 200_000;
    public int PositionLast { get; } = 400_000;

    /// <summary>Channel names; <see cref="Journeys.Touch.Channel"/> is an index into them.</summary>
    public IReadOnlyList<string> Channels { get; } = ["Direct", "Unassigned", "Unattributed"];
    public ushort DirectChannel { get; }
    public ushort UnassignedChannel { get; } = 1;

    /// <summary>The last channel: stands on conversions that no touch earned.</summary>
    public ushort UnattributedChannel { get; } = 2;

    /// <summary>Most touches that share one conversion; older ones are left out.</summary>
    public int MaxTouchesPerConversion { get; } = 128;

    /// <exception cref="ConfigException">The document is no valid config; names everything that is wrong.</exception>
    public static AttributionConfig Parse(ReadOnlySpan<byte> json) => throw new NotImplementedException();
}
