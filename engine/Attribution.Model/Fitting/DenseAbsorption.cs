using MathNet.Numerics.LinearAlgebra;

namespace Attribution.Model.Fitting;

/// <summary>
/// Solves an absorbing chain by LU factorisation. Stateless.
/// </summary>
/// <remarks>
/// With Q the transitions between states and r those to conversion, x = (I − Q)⁻¹ r is the probability of a
/// conversion from each state, and N = (I − Q)⁻¹ the expected visits. Where C are the states whose newest
/// channel is c, the row h = N[start, C] · N[C, C]⁻¹ is the probability that each of them is the first of C
/// to be visited. All conversions through c pass there, so those lost without c are h · x[C], and the removal
/// effect is that over x[start]: 1 − P(without c) / P, without the cancellation of the subtraction.
/// </remarks>
internal static class DenseAbsorption
{
    public static Absorption Solve(AbsorbingChain chain, int channelCount)
    {
        int count = chain.StateCount;
        Matrix<double> matrix = Matrix<double>.Build.DenseIdentity(count);
        for (int state = 0; state < count; state++)
        {
            (int from, int to) = chain.Row(state);
            for (int edge = from; edge < to; edge++)
                matrix[state, chain.Targets[edge]] -= chain.Probabilities[edge];
        }

        Matrix<double> visits = matrix.LU().Inverse();
        Vector<double> conversion = visits * Vector<double>.Build.Dense(chain.ToConversion.ToArray());
        var effects = new double[channelCount];
        for (int channel = 0; channel < channelCount && conversion[0] > 0; channel++)
            effects[channel] = Math.Clamp(Lost(chain, channel, visits, conversion) / conversion[0], 0, 1);
        return new Absorption(conversion[0], effects, Residual: 0);
    }

    /// <summary>The probability of a conversion that passes the channel.</summary>
    private static double Lost(
        AbsorbingChain chain, int channel, Matrix<double> visits, Vector<double> conversion)
    {
        int[] states = [.. Enumerable.Range(0, chain.StateCount).Where(s => chain.NewestOf(s) == channel)];
        Matrix<double> among =
            Matrix<double>.Build.Dense(states.Length, states.Length, (i, j) => visits[states[j], states[i]]);
        Vector<double> fromStart = Vector<double>.Build.Dense(states.Length, i => visits[0, states[i]]);
        Vector<double> firstVisit = among.LU().Solve(fromStart);
        return firstVisit * Vector<double>.Build.Dense(states.Length, i => conversion[states[i]]);
    }
}
