using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>What one touch gets of one conversion under one model. A value.</summary>
/// <param name="Touch">Index into the history's touches.</param>
/// <param name="Credit">Millionths of the conversion.</param>
/// <param name="Value">Ten-thousandths of the major unit; the sign is the revenue's.</param>
public readonly record struct CreditShare(int Touch, uint Credit, long Value);

/// <summary>
/// One conversion's verdicts and shares, in buffers that are reused for the next conversion and grow to the
/// longest history seen. Owned by one worker; not thread-safe.
/// </summary>
public sealed class AttributionResult
{
    private readonly int _maxEligible;
    private readonly int[] _shareCounts;
    private readonly bool[] _fallbacks;
    private readonly CreditShare[] _shares;

    /// <param name="config">Whose models the result holds.</param>
    /// <param name="candidates">Candidates to have room for from the start.</param>
    public AttributionResult(AttributionConfig config, int candidates = 128)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        Config = config;
        _maxEligible = config.MaxTouchesPerConversion;
        Judged = new JudgedTouches(candidates, _maxEligible);
        InstallJudged = new JudgedTouches(config.KnowsInstalls ? candidates : 0, _maxEligible);
        Repeats = new ClickRepeats(config);
        _shareCounts = new int[config.Models.Count];
        _fallbacks = new bool[config.Models.Count];
        _shares = new CreditShare[config.Models.Count * _maxEligible];
        Weights = new ulong[_maxEligible];
        Portions = new ulong[_maxEligible];
        Values = new ulong[_maxEligible];
        ChannelCounts = new int[config.Channels.Count];
        Apportionment = new Apportionment(_maxEligible);
    }

    public AttributionConfig Config { get; }

    /// <summary>Index of the conversion into the history's conversions.</summary>
    public int Conversion { get; private set; }

    public ConversionVerdict Verdict { get; internal set; }

    /// <summary>
    /// The install that decides for mobile models: of an install that may be a reinstall the first one of its
    /// cycle, of any other conversion the newest that is not older than it earns for. Index into the
    /// history's conversions, or −1; the latter is looked for only where the config has the model <c>mmp</c>.
    /// </summary>
    public int Install { get; internal set; }

    /// <summary>
    /// What <see cref="Install"/> itself is; after a <see cref="ConversionVerdict.Reinstall"/> conversions
    /// are organic.
    /// </summary>
    public ConversionVerdict InstallVerdict { get; internal set; }

    /// <summary>Age of <see cref="Install"/> at the conversion, in milliseconds.</summary>
    public long InstallAgeMillis { get; internal set; }

    /// <summary>What brought the person back, under the model <c>mmp_retargeting</c>.</summary>
    public Reengagement Reengagement { get; internal set; }

    /// <summary>Index of the first candidate into the history's touches.</summary>
    public int CandidateStart => Judged.Start;

    public int CandidateCount => Judged.Count;

    /// <summary>One per candidate: touch <see cref="CandidateStart"/> + i of the history.</summary>
    public ReadOnlySpan<TouchJudgement> Judgements => Judged.Judgements;

    /// <summary>How many touches took part; 0 means that nobody earned the conversion.</summary>
    public int EligibleCount => Judged.EligibleCount;

    /// <summary>
    /// How many touches the config's limit left out, the oldest first; 0 means that nothing was cut.
    /// </summary>
    public int OverLimitCount => Judged.OverLimitCount;

    /// <summary>Indices into the history's touches of those that took part, ascending.</summary>
    public ReadOnlySpan<int> Eligible => Judged.Eligible;

    /// <summary>Differs from that of every earlier conversion that this result held.</summary>
    internal long Version { get; private set; }

    internal JudgedTouches Judged { get; }

    /// <summary>Verdicts for <see cref="Install"/>; scratch where there is none.</summary>
    internal JudgedTouches InstallJudged { get; }
    internal ClickRepeats Repeats { get; }

    internal ulong[] Weights { get; }
    internal ulong[] Portions { get; }
    internal ulong[] Values { get; }
    internal int[] ChannelCounts { get; }
    internal Apportionment Apportionment { get; }

    /// <summary>
    /// Who got something, ascending by touch. Credits sum to exactly 1,000,000 and values to exactly the
    /// revenue, where the model sums; empty where nobody earned the conversion or it does not count.
    /// </summary>
    /// <param name="model">Index into the config's models.</param>
    public ReadOnlySpan<CreditShare> Shares(int model) =>
        _shares.AsSpan(model * _maxEligible, _shareCounts[model]);

    /// <summary>
    /// Whether the model's weights were all 0, so that the touches share evenly in its stead.
    /// </summary>
    /// <param name="model">Index into the config's models.</param>
    public bool IsFallback(int model) => _fallbacks[model];

    internal void Begin(int conversion)
    {
        Version++;
        Conversion = conversion;
        Verdict = ConversionVerdict.Counted;
        Install = -1;
        InstallVerdict = ConversionVerdict.Counted;
        InstallAgeMillis = 0;
        Reengagement = Reengagement.None;
        _shareCounts.AsSpan().Clear();
        _fallbacks.AsSpan().Clear();
    }

    internal void SetFallback(int model) => _fallbacks[model] = true;

    internal void AddShare(int model, CreditShare share) =>
        _shares[(model * _maxEligible) + _shareCounts[model]++] = share;
}
