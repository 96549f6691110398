namespace Attribution.Simulator.Truths;

/// <summary>
/// What one channel truly did: the conversions that would not have happened had it been switched off while
/// every random number stayed the same. A conversion that needed two channels counts for both, so channels
/// need not sum to the whole. A value.
/// </summary>
/// <param name="Channel">GA4's name.</param>
/// <param name="Touches">Distinct events that are touches of the channel.</param>
/// <param name="Conversions">Conversions that needed the channel.</param>
/// <param name="ExpectedConversions">
/// The same before chance: the probability the channel added, summed over all decisions. Less noisy for
/// comparing models.
/// </param>
/// <param name="RevenueTenThousandths">Revenue of those conversions, by currency.</param>
public sealed record ChannelTruth(
    string Channel,
    long Touches,
    long Conversions,
    decimal ExpectedConversions,
    IReadOnlyDictionary<string, long> RevenueTenThousandths);
