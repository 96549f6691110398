namespace Attribution.Model.Credits;

/// <summary>
/// The ways to share one conversion among its touches, in the order in which results hold them.
/// </summary>
public enum CreditModel : byte
{
    First = 0,
    Last = 1,
    LastNonDirect = 2,
    Linear = 3,
    TimeDecay = 4,
    PositionBased = 5,
}

/// <summary>
/// The names that configs and attribution rows use for <see cref="CreditModel"/>. Immutable.
/// </summary>
public static class CreditModels
{
    private static readonly string[] Names =
        ["first", "last", "last_non_direct", "linear", "time_decay", "position_based"];

    /// <summary>Every model, in the fixed order.</summary>
    public static IReadOnlyList<CreditModel> All { get; } = Enum.GetValues<CreditModel>();

    public static string Name(this CreditModel model) => Names[(int)model];

    public static bool TryParse(string? name, out CreditModel model)
    {
        int index = Array.IndexOf(Names, name);
        model = (CreditModel)Math.Max(index, 0);
        return index >= 0;
    }
}
