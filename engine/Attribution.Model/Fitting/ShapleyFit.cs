namespace Attribution.Model.Fitting;

/// <summary>What a coalition of channels is worth. A value.</summary>
public enum ShapleyForm : byte
{
    /// <summary>
    /// The conversions of all paths whose channels are in the coalition. Its Shapley value is simple: each
    /// path's conversions, shared equally by its different channels.
    /// </summary>
    Simplified = 0,

    /// <summary>The same, each channel's part split by where in the path it stood.</summary>
    Ordered = 1,

    /// <summary>The conversion rate of all paths whose channels are in the coalition; 0 without
    /// any.</summary>
    Rate = 2,
}

/// <summary>Shapley values fitted from paths, and what they credit. Immutable.</summary>
/// <remarks>
/// The Shapley value of channel c (Shapley, 1953) is what c adds to a coalition, averaged over all orders in
/// which the channels can join: φ(c) = Σ over S without c of |S|! (n − |S| − 1)! / n! · (v(S ∪ c) − v(S)).
/// Simplified and ordered are those of Zhao, Mahboobi and Bagheri (2018, arXiv 1804.05327), in whole numbers
/// and decimals, for any number of channels. Rate is summed over all coalitions up to
/// <see cref="MaxExactChannels"/> channels, and sampled beyond (<see cref="SampledRate"/>).
/// </remarks>
public sealed class ShapleyFit
{
    public const int MaxExactChannels = 15;

    /// <summary>Positions that are told apart; the last stands for all later ones.</summary>
    public const int MaxPositions = 20;

    public required ShapleyForm Form { get; init; }

    /// <summary>What was on the paths, and is credited.</summary>
    public required PathTotals Totals { get; init; }

    /// <summary>
    /// In ordinal order. The effect is the Shapley value: in conversions where the form is simplified or
    /// ordered, in conversions per journey where it is rate. There it can be negative; such a channel is
    /// credited nothing, and the others share in proportion to theirs.
    /// </summary>
    public required IReadOnlyList<FittedChannel> Channels { get; init; }

    /// <summary>
    /// Ordered only: for each of <see cref="Channels"/> its Shapley value at each position, in conversions;
    /// the first is position 1. Where <see cref="LongestPath"/> exceeds <see cref="MaxPositions"/>, the last
    /// is the mean of it and of all later ones up to there.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<decimal>> Positions { get; init; } = [];

    /// <summary>Ordered only: the channels of the longest path that converted.</summary>
    public int LongestPath { get; init; }

    /// <summary>Rate only: permutations sampled; 0 where the values are exact.</summary>
    public int Permutations { get; init; }

    /// <summary>
    /// Rate only: with a probability of at least 99 % no Shapley value is off by more than this; 0 where
    /// exact.
    /// </summary>
    public double ErrorBound { get; init; }

    /// <param name="paths">What is fitted; transforms were applied before.</param>
    /// <param name="form">What a coalition is worth.</param>
    public static ShapleyFit Fit(ChannelPaths paths, ShapleyForm form) => form switch
    {
        ShapleyForm.Simplified => ShapleyShares.Simplified(paths),
        ShapleyForm.Ordered => ShapleyShares.Ordered(paths),
        ShapleyForm.Rate => FitRate(paths, paths.Channels.Count > MaxExactChannels),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no form of the Shapley value"),
    };

    internal static ShapleyFit FitRate(ChannelPaths paths, bool isSampled)
    {
        IReadOnlyList<string> channels = paths.Channels;
        var coalitions = new Coalitions(paths);
        SampledValues sampled = isSampled ? SampledRate.Values(coalitions, channels.Count) : default;
        double[] values = isSampled ? sampled.Values : ExactRate.Values(coalitions, channels.Count);
        double[] weights = [.. values.Select(value => Math.Max(value, 0))];
        return new ShapleyFit
        {
            Form = ShapleyForm.Rate,
            Totals = paths.Totals,
            Channels = FittedShares.ByWeight(channels, values, weights, paths.Totals),
            Permutations = sampled.Permutations,
            ErrorBound = sampled.ErrorBound,
        };
    }
}
