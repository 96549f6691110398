using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>Weighs touches by 2^(−age ÷ half-life). Immutable.</summary>
/// <remarks>
/// Ages are counted from the newest touch: the shares are the same as if counted from the conversion, and the
/// newest weight is never 0, however old the whole journey is. With a step, ages are rounded down to whole
/// steps as counted from the conversion, since that is what "two days before" means; then the newest touch's
/// steps are taken off all, which changes no share for the same reason.
/// </remarks>
internal sealed class DecayWeigher(TimeDecayConfig config)
{
    private readonly ulong _halfLifeMillis = (ulong)config.HalfLifeMillis;

    /// <returns>The sum of the weights; never 0.</returns>
    public ulong Weigh(
        ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible, long conversionMillis, Span<ulong> weights)
    {
        long newestAge = Rounded(conversionMillis - touches[eligible[^1]].TimeMillis);
        ulong sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            long age = Rounded(conversionMillis - touches[eligible[i]].TimeMillis) - newestAge;
            weights[i] = DecayTable.Weight(DecayTable.Exponent((ulong)age, _halfLifeMillis));
            sum += weights[i];
        }

        return sum;
    }

    private long Rounded(long ageMillis) =>
        config.StepMillis == 0 ? ageMillis : ageMillis - (ageMillis % config.StepMillis);
}
