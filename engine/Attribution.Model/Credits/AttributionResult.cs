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
    }

    public AttributionConfig Config { get; }

    /// <summary>Longest history that it can take, eligible or not.</summary>
    public int MaxTouches { get; }

    /// <summary>Length of the history given.</summary>
    public int TouchCount { get; private set; }

    /// <summary>How many touches took part; 0 means that nobody earned the conversion.</summary>
    public int EligibleCount { get; private set; }

    /// <summary>How many eligible touches were left out by the config's limit, the oldest first.</summary>
    public int OverLimitCount { get; private set; }

    /// <summary>One per touch given.</summary>
    public ReadOnlySpan<TouchVerdict> Verdicts => _verdicts.AsSpan(0, TouchCount);

    /// <summary>Millionths, one per touch given; they sum to exactly 1,000,000 where any touch is eligible.</summary>
    /// <param name="modelIndex">Index into the config's models.</param>
    public ReadOnlySpan<uint> Credits(int modelIndex) => _credits.AsSpan(modelIndex * MaxTouches, TouchCount);

    /// <summary>Ten-thousandths, one per touch given; they sum to exactly the revenue where any touch is eligible.</summary>
    /// <param name="modelIndex">Index into the config's models.</param>
    public ReadOnlySpan<long> Values(int modelIndex) => _values.AsSpan(modelIndex * MaxTouches, TouchCount);
}
