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
    private readonly int[] _shareCounts;
    private readonly int[] _eligible;
    private readonly CreditShare[] _shares;
    private TouchJudgement[] _judgements;

    /// <param name="config">Whose models the result holds.</param>
    /// <param name="candidates">Candidates to have room for from the start.</param>
    public AttributionResult(AttributionConfig config, int candidates = 128)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        Config = config;
        int maxEligible = config.MaxTouchesPerConversion;
        _judgements = new TouchJudgement[candidates];
        _eligible = new int[maxEligible];
        _shareCounts = new int[config.Models.Count];
        _shares = new CreditShare[config.Models.Count * maxEligible];
        Weights = new ulong[maxEligible];
        Portions = new ulong[maxEligible];
        Values = new ulong[maxEligible];
        Apportionment = new Apportionment(maxEligible);
    }

    public AttributionConfig Config { get; }

    /// <summary>Index of the conversion into the history's conversions.</summary>
    public int Conversion { get; private set; }

    public ConversionVerdict Verdict { get; internal set; }

    /// <summary>
    /// The install that decides for mobile models: of an install that is a reinstall the first one, of any
    /// other conversion the install in force. Index into the history's conversions, or −1.
    /// </summary>
    public int Install { get; internal set; }

    /// <summary>Age of <see cref="Install"/> at the conversion, in milliseconds.</summary>
    public long InstallAgeMillis { get; internal set; }

    /// <summary>Index of the first candidate into the history's touches.</summary>
    public int CandidateStart { get; private set; }

    public int CandidateCount { get; private set; }

    /// <summary>One per candidate: touch <see cref="CandidateStart"/> + i of the history.</summary>
    public ReadOnlySpan<TouchJudgement> Judgements => _judgements.AsSpan(0, CandidateCount);

    /// <summary>How many touches took part; 0 means that nobody earned the conversion.</summary>
    public int EligibleCount { get; private set; }

    /// <summary>
    /// How many touches the config's limit left out, the oldest first; 0 means that nothing was cut.
    /// </summary>
    public int OverLimitCount { get; private set; }

    /// <summary>Indices into the history's touches of those that took part, ascending.</summary>
    public ReadOnlySpan<int> Eligible => _eligible.AsSpan(_eligible.Length - EligibleCount);

    internal ulong[] Weights { get; }
    internal ulong[] Portions { get; }
    internal ulong[] Values { get; }
    internal Apportionment Apportionment { get; }

    /// <summary>
    /// Who got something, ascending by touch. Credits sum to exactly 1,000,000 and values to exactly the
    /// revenue, where the model sums; empty where nobody earned the conversion or it does not count.
    /// </summary>
    /// <param name="model">Index into the config's models.</param>
    public ReadOnlySpan<CreditShare> Shares(int model) =>
        _shares.AsSpan(model * _eligible.Length, _shareCounts[model]);

    internal void Begin(int conversion, int candidateStart, int candidateCount)
    {
        if (candidateCount > _judgements.Length)
            _judgements = new TouchJudgement[Math.Max(candidateCount, 2 * _judgements.Length)];
        Conversion = conversion;
        CandidateStart = candidateStart;
        CandidateCount = candidateCount;
        Verdict = ConversionVerdict.Counted;
        Install = -1;
        InstallAgeMillis = 0;
        EligibleCount = 0;
        OverLimitCount = 0;
        _shareCounts.AsSpan().Clear();
    }

    /// <summary>
    /// Records a verdict. Called once per candidate, the newest first, so that the limit leaves out the
    /// oldest.
    /// </summary>
    /// <param name="candidate">0-based among the candidates.</param>
    internal void Judge(int candidate, TouchJudgement judgement)
    {
        if (judgement.Verdict == TouchVerdict.Eligible)
        {
            if (EligibleCount == _eligible.Length)
            {
                judgement.Verdict = TouchVerdict.OverLimit;
                judgement.Found = EligibleCount + ++OverLimitCount;
                judgement.Limit = _eligible.Length;
            }
            else
            {
                EligibleCount++;
                _eligible[^EligibleCount] = CandidateStart + candidate;
            }
        }

        _judgements[candidate] = judgement;
    }

    internal void AddShare(int model, CreditShare share) =>
        _shares[(model * _eligible.Length) + _shareCounts[model]++] = share;
}
