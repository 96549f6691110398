using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// One conversion's verdicts, credits and values, in buffers that are reused for the next conversion.
/// Owned by one worker; not thread-safe.
/// </summary>
public sealed class AttributionResult
{
    private readonly TouchVerdict[] _verdicts;
    private readonly uint[] _credits;
    private readonly long[] _values;
    private readonly int[] _eligible;

    /// <param name="config">Whose models the result holds.</param>
    /// <param name="maxTouches">Longest history that it can take, eligible or not.</param>
    public AttributionResult(AttributionConfig config, int maxTouches)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTouches, 1);
        Config = config;
        MaxTouches = maxTouches;
        _verdicts = new TouchVerdict[maxTouches];
        _credits = new uint[maxTouches * config.Models.Count];
        _values = new long[maxTouches * config.Models.Count];

        int maxEligible = Math.Min(maxTouches, config.MaxTouchesPerConversion);
        _eligible = new int[maxEligible];
        Weights = new ulong[maxEligible];
        Shares = new ulong[maxEligible];
        Apportionment = new Apportionment(maxEligible);
    }

    public AttributionConfig Config { get; }

    /// <summary>Longest history that it can take, eligible or not.</summary>
    public int MaxTouches { get; }

    /// <summary>Length of the history given.</summary>
    public int TouchCount { get; private set; }

    /// <summary>How many touches took part; 0 means that nobody earned the conversion.</summary>
    public int EligibleCount { get; private set; }

    /// <summary>
    /// How many touches the config's limit left out, the oldest first; 0 means that nothing was cut.
    /// </summary>
    public int OverLimitCount { get; private set; }

    /// <summary>One per touch given.</summary>
    public ReadOnlySpan<TouchVerdict> Verdicts => _verdicts.AsSpan(0, TouchCount);

    /// <summary>Indices of the touches that took part, ascending.</summary>
    public ReadOnlySpan<int> Eligible => _eligible.AsSpan(_eligible.Length - EligibleCount);

    internal ulong[] Weights { get; }
    internal ulong[] Shares { get; }
    internal Apportionment Apportionment { get; }

    /// <summary>
    /// Millionths, one per touch given; they sum to exactly 1,000,000 where any touch is eligible.
    /// </summary>
    /// <param name="modelIndex">Index into the config's models.</param>
    public ReadOnlySpan<uint> Credits(int modelIndex) => CreditsOf(modelIndex);

    /// <summary>
    /// Ten-thousandths, one per touch given; they sum to exactly the revenue where any touch is eligible.
    /// </summary>
    /// <param name="modelIndex">Index into the config's models.</param>
    public ReadOnlySpan<long> Values(int modelIndex) => ValuesOf(modelIndex);

    internal Span<uint> CreditsOf(int modelIndex) => _credits.AsSpan(modelIndex * MaxTouches, TouchCount);

    internal Span<long> ValuesOf(int modelIndex) => _values.AsSpan(modelIndex * MaxTouches, TouchCount);

    internal void Begin(int touchCount)
    {
        if (touchCount > MaxTouches)
            throw new ArgumentException($"{touchCount} touches, but the result has room for {MaxTouches}.");

        TouchCount = touchCount;
        EligibleCount = 0;
        OverLimitCount = 0;
    }

    /// <summary>
    /// Records a verdict. Called once per touch, the newest first, so that the limit leaves out the oldest.
    /// </summary>
    internal void Judge(int touch, TouchVerdict verdict)
    {
        if (verdict == TouchVerdict.Eligible)
        {
            if (EligibleCount == _eligible.Length)
            {
                verdict = TouchVerdict.OverLimit;
                OverLimitCount++;
            }
            else
            {
                EligibleCount++;
                _eligible[^EligibleCount] = touch;
            }
        }

        _verdicts[touch] = verdict;
    }
}
