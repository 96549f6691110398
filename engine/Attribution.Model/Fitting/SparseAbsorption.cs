namespace Attribution.Model.Fitting;

/// <summary>
/// Solves a large absorbing chain by Gauss-Seidel, once for the whole chain and once without each channel.
/// Owned by one fit.
/// </summary>
/// <remarks>
/// x[s] = (Σ q[s,t] x[t] + r[s]) / (1 − q[s,s]), swept over the states in canonical order, backwards and
/// forwards in turn, from 0 on. The matrix I − Q is an M-matrix, for which this converges from below. A
/// channel is removed by holding x at 0 in the states that it is the newest channel of: a transition there is
/// one to null. Done at a residual of <see cref="Target"/>, or where sweeps gain no more and it is at most
/// <see cref="MaxResidual"/>.
/// </remarks>
internal sealed class SparseAbsorption(AbsorbingChain chain)
{
    public const double MaxResidual = 1e-13;
    private const double Target = 1e-16;
    private const int MaxSweeps = 100_000;
    private const int SweepsPerCheck = 4;

    private readonly double[] _probability = new double[chain.StateCount];
    private readonly double[] _stay = StayProbabilities(chain);
    private double _worstResidual;

    public Absorption Solve(int channelCount)
    {
        double conversion = ConversionWithout(AbsorbingChain.NoChannel);
        var effects = new double[channelCount];
        for (int channel = 0; channel < channelCount && conversion > 0; channel++)
            effects[channel] = Math.Clamp(1 - (ConversionWithout(channel) / conversion), 0, 1);
        return new Absorption(conversion, effects, _worstResidual);
    }

    private static double[] StayProbabilities(AbsorbingChain chain)
    {
        var stay = new double[chain.StateCount];
        for (int state = 0; state < stay.Length; state++)
        {
            (int from, int to) = chain.Row(state);
            for (int edge = from; edge < to; edge++)
                stay[state] += chain.Targets[edge] == state ? chain.Probabilities[edge] : 0;
        }

        return stay;
    }

    /// <returns>The probability from the start.</returns>
    private double ConversionWithout(int channel)
    {
        Array.Clear(_probability);
        double before = double.PositiveInfinity;
        for (int sweep = 0; sweep < MaxSweeps; sweep += SweepsPerCheck)
        {
            for (int i = 0; i < SweepsPerCheck; i += 2)
                SweepBothWays(channel);
            double residual = Residual(channel);
            bool gainsNoMore = residual >= before && residual <= MaxResidual;
            if (residual <= Target || gainsNoMore)
            {
                _worstResidual = Math.Max(_worstResidual, residual);
                return _probability[0];
            }

            before = residual;
        }

        throw new FitException(
            $"The chain did not settle within {MaxSweeps} sweeps: its paths repeat themselves for too long. "
            + "Fit a lower order, or make the paths simpler with the transform exposure or first.");
    }

    /// <summary>Most states come after those that lead to them, so backwards is where most is
    /// gained.</summary>
    private void SweepBothWays(int removed)
    {
        for (int state = chain.StateCount - 1; state >= 0; state--)
            Update(state, removed);
        for (int state = 0; state < chain.StateCount; state++)
            Update(state, removed);
    }

    private void Update(int state, int removed)
    {
        if (IsRemoved(state, removed))
            return;
        double others = RightSide(state) - (_stay[state] * _probability[state]);
        _probability[state] = others / (1 - _stay[state]);
    }

    /// <summary>How far the equations are from being met, at most.</summary>
    private double Residual(int removed)
    {
        double worst = 0;
        for (int state = 0; state < chain.StateCount; state++)
        {
            if (!IsRemoved(state, removed))
                worst = Math.Max(worst, Math.Abs(RightSide(state) - _probability[state]));
        }

        return worst;
    }

    private bool IsRemoved(int state, int removed) => removed >= 0 && chain.NewestOf(state) == removed;

    private double RightSide(int state)
    {
        (int from, int to) = chain.Row(state);
        ReadOnlySpan<int> targets = chain.Targets[from..to];
        ReadOnlySpan<double> probabilities = chain.Probabilities[from..to];
        double sum = chain.ToConversion[state];
        for (int i = 0; i < targets.Length; i++)
            sum += probabilities[i] * _probability[targets[i]];
        return sum;
    }
}
