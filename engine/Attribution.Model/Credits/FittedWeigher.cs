using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>Weighs touches by a fitted table's weights of their channels. Immutable.</summary>
internal sealed class FittedWeigher(IFittedTable table, AttributionConfig config)
{
    /// <summary>
    /// Parts of a weight that are told apart where a channel's touches share it: 2,000 touches of 10^9 stay
    /// below <see cref="Apportionment.MaxWeightSum"/>.
    /// </summary>
    private const ulong Units = 1_000;

    private readonly string[] _channels = [.. config.Channels];

    /// <param name="counts">Room for one number per channel; all 0 before and after.</param>
    /// <returns>The sum of the weights; 0 where the table knows none of the channels.</returns>
    public ulong Weigh(
        ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible, Span<int> counts, Span<ulong> weights)
    {
        if (table.SharesWithinChannel)
        {
            foreach (int touch in eligible)
                counts[touches[touch].Channel]++;
        }

        ulong sum = 0;
        for (int i = 0; i < eligible.Length; i++)
        {
            int channel = touches[eligible[i]].Channel;
            weights[i] = table.Weight(_channels[channel], i) * Units / (ulong)Math.Max(counts[channel], 1);
            sum += weights[i];
        }

        foreach (int touch in eligible)
            counts[touches[touch].Channel] = 0;
        return sum;
    }
}
