namespace Attribution.Model.Fitting;

/// <summary>How often one state followed another, and the probability that makes. A value.</summary>
/// <param name="From">Channels with <c> &gt; </c> between them, or <see cref="MarkovFit.Start"/>.</param>
/// <param name="To">The same, or <see cref="MarkovFit.Conversion"/> or <see cref="MarkovFit.Null"/>.</param>
/// <param name="Count">How many journeys.</param>
/// <param name="Probability">Of all that left <paramref name="From"/>.</param>
public readonly record struct MarkovTransition(string From, string To, long Count, double Probability);

/// <summary>A fitted Markov chain and what it credits. Immutable.</summary>
public sealed class MarkovFit
{
    public const string Start = "(start)";
    public const string Conversion = "(conversion)";
    public const string Null = "(null)";

    private readonly AbsorbingChain _chain;
    private readonly IReadOnlyList<string> _names;

    internal MarkovFit(AbsorbingChain chain, IReadOnlyList<string> names)
    {
        _chain = chain;
        _names = names;
    }

    public required int Order { get; init; }

    /// <summary>How the chain was solved.</summary>
    public required MarkovSolver Solver { get; init; }

    /// <summary>The largest residual of an iterative solution; 0 where it was solved exactly.</summary>
    public required double Residual { get; init; }

    /// <summary>What was on the paths, and is credited.</summary>
    public required PathTotals Totals { get; init; }

    /// <summary>That a journey converts; the share of converting journeys, by construction.</summary>
    public required double ConversionProbability { get; init; }

    /// <summary>In ordinal order; the effect is the removal effect, 0 to 1.</summary>
    public required IReadOnlyList<FittedChannel> Channels { get; init; }

    /// <summary>States, the start among them.</summary>
    public int StateCount => _chain.StateCount;

    /// <summary>
    /// The transition matrix without its zeros, state by state in canonical order (the start, then shorter
    /// before longer states, channel by channel); in each row conversion and null come last.
    /// </summary>
    public IEnumerable<MarkovTransition> Transitions()
    {
        for (int state = 0; state < _chain.StateCount; state++)
        {
            string from = Text(state);
            (int begin, int end) = _chain.Row(state);
            for (int edge = begin; edge < end; edge++)
            {
                yield return new MarkovTransition(
                    from, Text(_chain.Targets[edge]), _chain.Counts[edge], _chain.Probabilities[edge]);
            }

            foreach ((string to, long count) in Ends(state))
                yield return new MarkovTransition(from, to, count, (double)count / _chain.Sum(state));
        }
    }

    private IEnumerable<(string To, long Count)> Ends(int state)
    {
        if (_chain.Conversions(state) > 0)
            yield return (Conversion, _chain.Conversions(state));
        if (_chain.Nulls(state) > 0)
            yield return (Null, _chain.Nulls(state));
    }

    private string Text(int state)
    {
        ulong key = _chain.Key(state);
        if (key == 0)
            return Start;

        string text = "";
        for (; key != 0; key >>= TransitionCounts.LaneBits)
        {
            string channel = _names[(int)(key & ushort.MaxValue) - 1];
            text = text.Length == 0 ? channel : channel + ChannelPath.Separator + text;
        }

        return text;
    }
}
