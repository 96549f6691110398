namespace Attribution.Bench.Crash;

/// <summary>How repeated measurements of one thing spread. Immutable.</summary>
internal sealed record Spread(int Count, double Min, double Median, double P90, double Max)
{
    /// <returns>Null where nothing was measured.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? null
            : new Spread(sorted.Length, sorted[0], MedianOf(sorted), At(sorted, 0.9), sorted[^1]);
    }

    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    public static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The nearest rank: a value that was measured.</summary>
    private static double At(double[] sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
