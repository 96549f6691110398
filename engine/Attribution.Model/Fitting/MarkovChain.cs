namespace Attribution.Model.Fitting;

/// <summary>
/// Fits the removal effect of each channel from a Markov chain of order 1 to 4, never by simulation.
/// Stateless.
/// </summary>
/// <remarks>
/// A state is the last channels of a journey, as many as the order says and fewer at its start; a journey
/// goes from the start through its states to conversion or null. Transition probabilities are whole counts
/// over their sum. The removal effect of channel c is 1 − P(conversion, with every transition into a state
/// whose newest channel is c led to null) / P(conversion) (Anderl, Becker, von Wangenheim and Schumann,
/// 2016). Conversions are credited in proportion to it: total × effect / sum of effects, and so is value.
/// Up to <see cref="MaxDenseStates"/> states the chain is solved exactly (<see cref="DenseAbsorption"/>): its
/// inverse takes about a second there and grows with the third power. Above, the rows are sparse and journeys
/// short, and <see cref="SparseAbsorption"/> converges in tens of sweeps to a residual of at most 1e-13.
/// </remarks>
public static class MarkovChain
{
    public const int MaxOrder = 4;
    public const int MaxDenseStates = 1_000;

    /// <param name="paths">What is fitted; transforms were applied before.</param>
    /// <param name="order">1 to <see cref="MaxOrder"/>.</param>
    /// <param name="solver">Chosen by the number of states where it is not given.</param>
    /// <exception cref="FitException">The chain is too large, or an iterative solution does not converge.
    /// </exception>
    public static MarkovFit Fit(ChannelPaths paths, int order, MarkovSolver solver = MarkovSolver.Auto)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, MaxOrder);
        IReadOnlyList<string> channels = paths.Channels;
        AbsorbingChain chain = TransitionCounts.Of(paths, order).ToChain();
        if (solver == MarkovSolver.Auto)
            solver = chain.StateCount <= MaxDenseStates ? MarkovSolver.Lu : MarkovSolver.GaussSeidel;

        Absorption absorption = solver == MarkovSolver.Lu
            ? DenseAbsorption.Solve(chain, channels.Count)
            : new SparseAbsorption(chain).Solve(channels.Count);
        double[] effects = absorption.RemovalEffects;
        return new MarkovFit(chain, channels)
        {
            Order = order,
            Solver = solver,
            Residual = absorption.Residual,
            Totals = paths.Totals,
            ConversionProbability = absorption.Conversion,
            Channels = FittedShares.ByWeight(channels, effects, effects, paths.Totals),
        };
    }
}
