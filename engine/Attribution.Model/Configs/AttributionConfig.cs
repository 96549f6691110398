using System.Security.Cryptography;
using Attribution.Model.Channels;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Configs;

/// <summary>
/// Everything that decides a result besides the history itself: windows, models, touches, conversions,
/// channels.
/// Immutable and validated: it comes from <c>Parse</c> or is <see cref="Web"/>.
/// </summary>
public sealed class AttributionConfig
{
    private readonly Lazy<byte[]> _canonicalJson;
    private readonly Lazy<string> _hash;
    private readonly Lazy<long> _maxLookbackMillis;
    private readonly Lazy<long> _reachMillis;
    private readonly Lazy<bool> _knowsInstalls;

    internal AttributionConfig()
    {
        _canonicalJson = new Lazy<byte[]>(() => Configs.CanonicalJson.Write(ConfigWriter.Of(this)));
        _hash = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(_canonicalJson.Value)));
        _maxLookbackMillis = new Lazy<long>(() => Windows.Longest);
        _knowsInstalls = new Lazy<bool>(() => Installs.AppliesReinstalls
            || Models.Any(model => model.Kind is CreditModel.Mmp or CreditModel.MmpRetargeting));
        _reachMillis = new Lazy<long>(Reach);
    }

    /// <summary>The default profile: 30 days for every kind of touch.</summary>
    public static AttributionConfig Web { get; } = Parse("{}"u8);

    /// <summary>The profile of mobile measurement: its windows, waterfall, reinstalls.</summary>
    public static AttributionConfig Mmp { get; } = Parse("""{"profile":"mmp"}"""u8);

    public string Name { get; internal init; } = "web";

    /// <summary>
    /// SHA-256 of <see cref="CanonicalJson"/> in lower-case hex; stands on every attribution row.
    /// </summary>
    public string Hash => _hash.Value;

    /// <summary>The whole document, defaults filled in, in the canonical form of RFC 8785.</summary>
    public ReadOnlyMemory<byte> CanonicalJson => _canonicalJson.Value;

    /// <summary>The models to compute, in the order of <see cref="CreditModel"/>, custom ones last.</summary>
    public IReadOnlyList<ModelSpec> Models { get; internal init; } =
        [.. CreditModels.All.Take(6).Select(model => new ModelSpec(model.Name(), model))];

    public WindowConfig Windows { get; internal init; } = new();

    /// <summary>The longest of the windows.</summary>
    public long MaxLookbackMillis => _maxLookbackMillis.Value;

    /// <summary>
    /// How long after an event it can still change a conversion's rows: older history can be forgotten.
    /// </summary>
    public long ReachMillis => _reachMillis.Value;

    /// <summary>Whether a conversion's result can depend on the install before it.</summary>
    public bool KnowsInstalls => _knowsInstalls.Value;

    /// <summary>Whether a touch before the person's previous conversion counts no more.</summary>
    public bool StartsAnewAtConversion { get; internal init; }

    public bool RequiresSameCurrency { get; internal init; }

    /// <summary>A click id seen again within this is a duplicate; 0 for never.</summary>
    public long DuplicateClickMillis { get; internal init; }

    public CandidateConfig Candidates { get; internal init; } = new();
    public IdentityConfig Identity { get; internal init; } = new();
    public InstallConfig Installs { get; internal init; } = new();
    public FraudConfig Fraud { get; internal init; } = new();
    public MilestoneConfig Milestones { get; internal init; } = new();
    public TimeDecayConfig TimeDecay { get; internal init; } = new();

    public MilestoneWeights WShaped { get; internal init; } =
        new() { First = 300_000, Lead = 300_000, Opportunity = 300_000, Rest = 100_000 };

    public MilestoneWeights FullPath { get; internal init; } = new()
    {
        First = 225_000,
        Lead = 225_000,
        Opportunity = 225_000,
        Last = 225_000,
        Rest = 100_000,
    };

    public PositionWeights PositionBased { get; internal init; } =
        new() { First = [400_000], Rest = 200_000, Last = [400_000] };

    public PositionWeights JShaped { get; internal init; } =
        new() { First = [200_000], Rest = 200_000, Last = [600_000] };

    public PositionWeights InverseJ { get; internal init; } =
        new() { First = [600_000], Rest = 200_000, Last = [200_000] };

    /// <summary>The config's own models, sorted by name.</summary>
    public IReadOnlyList<PositionWeights> CustomWeights { get; internal init; } = [];

    /// <summary>The tables of the fitted models; null where the config names none.</summary>
    public IFittedTable? Markov { get; internal init; }
    public IFittedTable? Shapley { get; internal init; }

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

    /// <summary>Most touches that share one conversion; older ones are left out.</summary>
    public int MaxTouchesPerConversion { get; internal init; } = 128;

    /// <summary>Grouping and own rules for channels.</summary>
    public ChannelConfig Grouping { get; internal init; } = new();

    /// <summary>Rules that assign campaigns, in order; the first that holds decides.</summary>
    public IReadOnlyList<CampaignRule> CampaignRules { get; internal init; } = [];

    /// <summary>Channel names; <see cref="Touch.Channel"/> is an index into them.</summary>
    public IReadOnlyList<string> Channels => Grouping.Names;

    public ushort DirectChannel { get; } = Ga4Channels.Direct;

    /// <summary>The last channel: stands on conversions that no touch earned.</summary>
    public ushort UnattributedChannel => (ushort)(Channels.Count - 1);

    /// <summary>
    /// Reads a document; what it leaves out is as in the profile it names, <see cref="Web"/> unless it does.
    /// </summary>
    /// <exception cref="ConfigException">
    /// The document is no valid config; names everything that is wrong.
    /// </exception>
    public static AttributionConfig Parse(ReadOnlySpan<byte> json) => Parse(json, _ => null);

    /// <summary>The same for a config that names fitted tables.</summary>
    /// <param name="fitted">Gives the table of a hash, or null where there is none.</param>
    /// <exception cref="ConfigException">The same, or a table is unknown.</exception>
    public static AttributionConfig Parse(ReadOnlySpan<byte> json, Func<string, IFittedTable?> fitted) =>
        ConfigReader.Read(json, fitted);

    /// <summary>
    /// A touch changes others that are up to a window, a repetition or a flood later; where conversions rest
    /// on installs, these reach further still.
    /// </summary>
    private long Reach()
    {
        long flood = Fraud.MaxClicks > 0 ? Fraud.MaxClicksWithinMillis : 0;
        long ofTouch = MaxLookbackMillis
            + Math.Max(Candidates.BeforeMillis, Math.Max(DuplicateClickMillis, flood));
        if (!KnowsInstalls)
            return ofTouch;
        return ofTouch + Math.Max(
            Math.Max(Installs.LifetimeMillis, MaxLookbackMillis),
            Installs.ReengagementMillis + Installs.InactivityMillis);
    }
}
