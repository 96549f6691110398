namespace Attribution.Model.Fitting;

/// <summary>Which model a table was fitted by. A value.</summary>
public enum FittedKind : byte
{
    Markov = 0,
    Shapley = 1,
    ShapleyOrdered = 2,
    ShapleyRate = 3,
}

/// <summary>The names that tables use for <see cref="FittedKind"/>. Immutable.</summary>
public static class FittedKinds
{
    private static readonly string[] Names = ["markov", "shapley", "shapley_ordered", "shapley_rate"];

    public static IReadOnlyList<string> AllNames => Names;

    public static string Name(this FittedKind kind) => Names[(int)kind];

    public static bool TryParse(string? name, out FittedKind kind)
    {
        int index = Array.IndexOf(Names, name);
        kind = (FittedKind)Math.Max(index, 0);
        return index >= 0;
    }
}
