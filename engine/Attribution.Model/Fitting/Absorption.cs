namespace Attribution.Model.Fitting;

/// <summary>How an absorbing chain is solved. A value.</summary>
public enum MarkovSolver : byte
{
    /// <summary>LU up to <see cref="MarkovChain.MaxDenseStates"/> states, Gauss-Seidel above.</summary>
    Auto = 0,

    /// <summary>Exact but for rounding: LU factorisation of the dense matrix.</summary>
    Lu = 1,

    /// <summary>Gauss-Seidel over the sparse rows, to a residual of at most 1e-13.</summary>
    GaussSeidel = 2,
}

/// <summary>What solving a chain gives. Immutable.</summary>
/// <param name="Conversion">The probability of a conversion from the start.</param>
/// <param name="RemovalEffects">One per channel in ordinal order, each 0 to 1.</param>
/// <param name="Residual">The largest residual of an iterative solution; 0 for LU.</param>
internal sealed record Absorption(double Conversion, double[] RemovalEffects, double Residual);
