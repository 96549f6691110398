using Attribution.Model.Configs;

namespace Attribution.Model.Credits;

/// <summary>
/// Weighs touches by what they led to: the first, the one at the lead, the one at the opportunity, in the
/// full path the last, and evenly all others. Immutable.
/// </summary>
/// <remarks>
/// A touch that is several of them weighs their sum. What a missing milestone would weigh goes to the others
/// in their proportion; the rest does too where there are no other touches.
/// </remarks>
internal sealed class MilestoneWeigher(MilestoneWeights weights, bool namesLast)
{
    private const ulong Whole = Attributor.WholeCredit;

    /// <param name="target">One per eligible touch; at least one.</param>
    /// <returns>The sum of the weights; 0 where nothing weighs anything.</returns>
    public ulong Weigh(MilestoneTouches touches, Span<ulong> target)
    {
        ulong rest = (ulong)weights.Rest;
        target.Clear();
        ulong named = Add(target, 0, weights.First) + Add(target, touches.Lead, weights.Lead)
            + Add(target, touches.Opportunity, weights.Opportunity)
            + (namesLast ? Add(target, target.Length - 1, weights.Last) : 0);

        int others = target.Length - CountNamed(touches, target.Length);
        if (others == 0)
            return named;

        // Each named share is its weight ÷ named × (whole − rest), each other one rest ÷ others: times both
        // divisors they are whole, and the sum stays below 10^6 × 10^6 × 2,000.
        ulong scale = named == 0 ? 0 : (Whole - rest) * (ulong)others;
        ulong each = named == 0 ? 1 : rest * named;
        ulong sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = IsNamed(touches, i, target.Length) ? target[i] * scale : each;
            sum += target[i];
        }

        return sum;
    }

    private static ulong Add(Span<ulong> target, int position, int weight)
    {
        if (position < 0)
            return 0;
        target[position] += (ulong)weight;
        return (ulong)weight;
    }

    private bool IsNamed(MilestoneTouches touches, int position, int count) =>
        position == 0 || position == touches.Lead || position == touches.Opportunity
        || (namesLast && position == count - 1);

    private int CountNamed(MilestoneTouches touches, int count)
    {
        int named = 0;
        for (int i = 0; i < count; i++)
            named += IsNamed(touches, i, count) ? 1 : 0;
        return named;
    }
}
