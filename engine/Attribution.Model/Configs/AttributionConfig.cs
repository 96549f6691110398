using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Attribution.Model.Channels;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Configs;

/// <summary>
/// Everything that decides a result besides the history itself: windows, models, touches, conversions,
/// channels.
/// Immutable and validated: it comes from <see cref="Parse"/> or is <see cref="Web"/>.
/// </summary>
public sealed class AttributionConfig
{
    private const long DefaultLookbackMillis = 30 * ConfigReader.DayMillis;
    private readonly Lazy<byte[]> _canonicalJson;
    private readonly Lazy<string> _hash;

    internal AttributionConfig()
    {
        _canonicalJson = new Lazy<byte[]>(() => Configs.CanonicalJson.Write(ToDocument()));
        _hash = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(_canonicalJson.Value)));
    }

    /// <summary>The default profile: 30 days for every kind of touch.</summary>
    public static AttributionConfig Web { get; } = Parse("{}"u8);

    public string Name { get; internal init; } = "web";

    /// <summary>
    /// SHA-256 of <see cref="CanonicalJson"/> in lower-case hex; stands on every attribution row.
    /// </summary>
    public string Hash => _hash.Value;

    /// <summary>The whole document, defaults filled in, in the canonical form of RFC 8785.</summary>
    public ReadOnlyMemory<byte> CanonicalJson => _canonicalJson.Value;

    /// <summary>The models to compute, in the order of <see cref="CreditModel"/>.</summary>
    public IReadOnlyList<CreditModel> Models { get; internal init; } = CreditModels.All;

    /// <summary>Longest age of a click at the conversion; a click exactly that old counts.</summary>
    public long ClickLookbackMillis { get; internal init; } = DefaultLookbackMillis;
    public long ViewLookbackMillis { get; internal init; } = DefaultLookbackMillis;
    public long VisitLookbackMillis { get; internal init; } = DefaultLookbackMillis;
    public long ReferrerLookbackMillis { get; internal init; } = DefaultLookbackMillis;

    /// <summary>The longest of the windows: older touches can be forgotten.</summary>
    public long MaxLookbackMillis => Math.Max(
        Math.Max(ClickLookbackMillis, ViewLookbackMillis),
        Math.Max(VisitLookbackMillis, ReferrerLookbackMillis));

    public IReadOnlyList<string> ConversionTypes { get; internal init; } =
        ["install", "purchase", "signup", "subscribe"];

    public IReadOnlyList<string> ClickTypes { get; internal init; } = ["click"];
    public IReadOnlyList<string> ViewTypes { get; internal init; } = ["impression"];

    /// <summary>Types that are a visit whatever they carry.</summary>
    public IReadOnlyList<string> VisitTypes { get; internal init; } = ["visit"];

    /// <summary>Types that are a visit only where they say where the person came from.</summary>
    public IReadOnlyList<string> OpenTypes { get; internal init; } = ["open"];

    /// <summary>Types that are a touch where they carry an install referrer that names a campaign.</summary>
    public IReadOnlyList<string> ReferrerTypes { get; internal init; } = ["install", "open"];

    public long TimeDecayHalfLifeMillis { get; internal init; } = 7 * ConfigReader.DayMillis;

    /// <summary>Credit of the first touch in millionths; with the two others it makes 1,000,000.</summary>
    public int PositionFirst { get; internal init; } = 400_000;

    /// <summary>Credit of all touches between the first and the last together.</summary>
    public int PositionMiddle { get; internal init; } = 200_000;
    public int PositionLast { get; internal init; } = 400_000;

    /// <summary>Most touches that share one conversion; older ones are left out.</summary>
    public int MaxTouchesPerConversion { get; internal init; } = 128;

    /// <summary>Channel names; <see cref="Touch.Channel"/> is an index into them.</summary>
    public IReadOnlyList<string> Channels { get; } = Ga4Channels.NamesWith([]);

    public ushort DirectChannel { get; } = Ga4Channels.Direct;

    /// <summary>The last channel: stands on conversions that no touch earned.</summary>
    public ushort UnattributedChannel => (ushort)(Channels.Count - 1);

    /// <summary>Reads a document; what it leaves out is as in <see cref="Web"/>.</summary>
    /// <exception cref="ConfigException">
    /// The document is no valid config; names everything that is wrong.
    /// </exception>
    public static AttributionConfig Parse(ReadOnlySpan<byte> json) => ConfigReader.Read(json);

    /// <summary>The window of a kind of touch.</summary>
    public long LookbackMillis(TouchKind kind) => kind switch
    {
        TouchKind.Click => ClickLookbackMillis,
        TouchKind.View => ViewLookbackMillis,
        TouchKind.Visit => VisitLookbackMillis,
        TouchKind.Referrer => ReferrerLookbackMillis,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no kind of touch"),
    };

    private JsonObject ToDocument() => new()
    {
        ["version"] = 1,
        ["name"] = Name,
        ["channel_grouping"] = Ga4Channels.GroupingName,
        ["models"] = ToArray(Models.Select(model => model.Name())),
        ["conversions"] = ToArray(ConversionTypes),
        ["max_touches"] = MaxTouchesPerConversion,
        ["windows"] = new JsonObject
        {
            ["click"] = Duration.Format(ClickLookbackMillis),
            ["view"] = Duration.Format(ViewLookbackMillis),
            ["visit"] = Duration.Format(VisitLookbackMillis),
            ["referrer"] = Duration.Format(ReferrerLookbackMillis),
        },
        ["touches"] = new JsonObject
        {
            ["click"] = ToArray(ClickTypes),
            ["view"] = ToArray(ViewTypes),
            ["visit"] = ToArray(VisitTypes),
            ["open"] = ToArray(OpenTypes),
            ["referrer"] = ToArray(ReferrerTypes),
        },
        ["time_decay"] = new JsonObject { ["half_life"] = Duration.Format(TimeDecayHalfLifeMillis) },
        ["position_based"] = new JsonObject
        {
            ["first"] = PositionFirst,
            ["middle"] = PositionMiddle,
            ["last"] = PositionLast,
        },
    };

    private static JsonArray ToArray(IEnumerable<string> items) =>
        [.. items.Select(item => JsonValue.Create(item))];
}
