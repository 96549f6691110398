using Attribution.Model.Configs;

namespace Attribution.Model.Credits;

/// <summary>
/// Weighs touches by their position: the first and the last ones as named, those between evenly.
/// Immutable.
/// </summary>
/// <remarks>
/// A touch of a journey too short to keep the named positions apart stands in several and weighs their sum;
/// positions that no touch stands in, and the rest where no touch lies between, weigh nothing, so the others
/// share by their proportion.
/// </remarks>
internal sealed class PositionWeigher(PositionWeights weights)
{
    private readonly ulong[] _first = [.. weights.First.Select(weight => (ulong)weight)];
    private readonly ulong[] _last = [.. weights.Last.Select(weight => (ulong)weight)];
    private readonly ulong _rest = (ulong)weights.Rest;

    /// <returns>The sum of the weights; 0 where no position in use weighs anything.</returns>
    public ulong Weigh(Span<ulong> weights)
    {
        // Times the number between, so that each of them has a whole weight.
        int between = weights.Length - _first.Length - _last.Length;
        ulong scale = (ulong)Math.Max(between, 1);
        weights.Clear();
        if (between > 0)
            weights.Slice(_first.Length, between).Fill(_rest);

        for (int i = 0; i < Math.Min(_first.Length, weights.Length); i++)
            weights[i] += _first[i] * scale;
        for (int i = 1; i <= Math.Min(_last.Length, weights.Length); i++)
            weights[^i] += _last[^i] * scale;

        ulong sum = 0;
        foreach (ulong weight in weights)
            sum += weight;
        return sum;
    }
}
