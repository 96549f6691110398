using System.Numerics;

namespace Attribution.Model.Fitting;

/// <summary>
/// Solves a large absorbing chain by Gauss-Seidel, for the whole chain and without each channel. Owned by one
/// fit.
/// </summary>
/// <remarks>
/// x[s] = (Σ q[s,t] x[t] + r[s] − q[s,s] x[s]) / (1 − q[s,s]), swept over the states in canonical order,
/// backwards and forwards in turn, from 0 on. The matrix I − Q is an M-matrix, for which this converges from
/// below. A channel is removed by holding x at 0 in the states that it is the newest channel of: a transition
/// there is one to null. Done at a residual of <see cref="Target"/>, or where sweeps gain no more and it is
/// at most <see cref="MaxResidual"/>. A row is read once for <see cref="Columns"/> systems side by side:
/// reading it is what takes the time (MarkovFitBenchmarks.FitOrder3). Each column is summed in the same order
/// whatever the width of a vector, so the bits do not depend on the machine.
/// </remarks>
internal sealed class SparseAbsorption(AbsorbingChain chain)
{
    public const double MaxResidual = 1e-13;
    private const double Target = 1e-15;
    private const int MaxSweeps = 100_000;
    private const int SweepsPerCheck = 4;

    /// <summary>Systems at a time; a multiple of every vector's width.</summary>
    private const int Columns = 16;

    private readonly double[] _x = new double[checked(chain.StateCount * Columns)];
    private readonly double[] _stay = StayProbabilities(chain);
    private int _firstRemoved;
    private double _worstResidual;

    public Absorption Solve(int channelCount)
    {
        // The first system is the whole chain; number i + 1 is the one without channel i.
        var conversions = new double[channelCount + 1];
        for (int first = 0; first <= channelCount; first += Columns)
        {
            _firstRemoved = first - 1;
            Settle();
            int count = Math.Min(Columns, conversions.Length - first);
            _x.AsSpan(0, count).CopyTo(conversions.AsSpan(first));
        }

        double whole = conversions[0];
        double[] effects = [.. conversions.Skip(1).Select(
            without => whole > 0 ? Math.Clamp(1 - (without / whole), 0, 1) : 0)];
        return new Absorption(whole, effects, _worstResidual);
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

    private void Settle()
    {
        Array.Clear(_x);
        double before = double.PositiveInfinity;
        for (int sweep = 0; sweep < MaxSweeps; sweep += SweepsPerCheck)
        {
            for (int i = 0; i < SweepsPerCheck; i += 2)
                SweepBothWays();
            double residual = Residual();
            bool gainsNoMore = residual >= before && residual <= MaxResidual;
            if (residual <= Target || gainsNoMore)
            {
                _worstResidual = Math.Max(_worstResidual, residual);
                return;
            }

            before = residual;
        }

        throw new FitException(
            $"The chain did not settle within {MaxSweeps} sweeps: its paths repeat themselves for too long. "
            + "Fit a lower order, or make the paths simpler with the transform exposure or first.");
    }

    /// <summary>Most states come after those that lead to them, so backwards is where most is
    /// gained.</summary>
    private void SweepBothWays()
    {
        for (int state = chain.StateCount - 1; state >= 0; state--)
            Update(state);
        for (int state = 0; state < chain.StateCount; state++)
            Update(state);
    }

    private void Update(int state)
    {
        double stay = _stay[state];
        for (int column = 0; column < Columns; column += Vector<double>.Count)
        {
            int at = (state * Columns) + column;
            Vector<double> others = RightSide(state, column) - (new Vector<double>(_x, at) * stay);
            (others / new Vector<double>(1 - stay)).CopyTo(_x, at);
        }

        int removed = RemovedColumn(state);
        if (removed >= 0)
            _x[(state * Columns) + removed] = 0;
    }

    /// <summary>How far the equations are from being met, at most.</summary>
    private double Residual()
    {
        Vector<double> worst = Vector<double>.Zero;
        for (int state = 0; state < chain.StateCount; state++)
        {
            int removed = RemovedColumn(state);
            for (int column = 0; column < Columns; column += Vector<double>.Count)
            {
                Vector<double> off =
                    RightSide(state, column) - new Vector<double>(_x, (state * Columns) + column);
                if (removed >= column && removed < column + Vector<double>.Count)
                    off = off.WithElement(removed - column, 0);
                worst = Vector.Max(worst, Vector.Abs(off));
            }
        }

        double largest = 0;
        for (int i = 0; i < Vector<double>.Count; i++)
            largest = Math.Max(largest, worst[i]);
        return largest;
    }

    /// <summary>The column in which the state leads to null, or −1.</summary>
    private int RemovedColumn(int state)
    {
        int channel = chain.NewestOf(state);
        int column = channel - _firstRemoved;
        return channel != AbsorbingChain.NoChannel && column is >= 0 and < Columns ? column : -1;
    }

    private Vector<double> RightSide(int state, int column)
    {
        (int from, int to) = chain.Row(state);
        ReadOnlySpan<int> targets = chain.Targets[from..to];
        ReadOnlySpan<double> probabilities = chain.Probabilities[from..to];
        var sum = new Vector<double>(chain.ToConversion[state]);
        for (int i = 0; i < targets.Length; i++)
            sum += new Vector<double>(_x, (targets[i] * Columns) + column) * probabilities[i];
        return sum;
    }
}
