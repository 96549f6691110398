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

    /// <summary>First touch, lead and opportunity, and the rest.</summary>
    WShaped = 6,

    /// <summary>The same and the last touch.</summary>
    FullPath = 7,
    JShaped = 8,
    InverseJ = 9,

    /// <summary>The whole credit to each touch: shows reach, and does not sum.</summary>
    Participation = 10,

    /// <summary>Last touch by the waterfall of mobile measurement.</summary>
    Mmp = 11,

    /// <summary>The retargeting touch that brought the person back, where one did.</summary>
    MmpRetargeting = 12,

    /// <summary>By the removal effects of a fitted Markov chain.</summary>
    Markov = 13,

    /// <summary>By fitted Shapley values.</summary>
    Shapley = 14,

    /// <summary>By positions that the config weighs.</summary>
    Custom = 15,
}

/// <summary>
/// The names that configs and attribution rows use for <see cref="CreditModel"/>. Immutable.
/// </summary>
public static class CreditModels
{
    /// <summary>What a config's own models begin with.</summary>
    public const string CustomPrefix = "custom:";

    private static readonly string[] Names =
    [
        "first", "last", "last_non_direct", "linear", "time_decay", "position_based", "w_shaped", "full_path",
        "j_shaped", "inverse_j", "participation", "mmp", "mmp_retargeting", "markov", "shapley", "custom",
    ];

    /// <summary>Every model but custom ones, in the fixed order.</summary>
    public static IReadOnlyList<CreditModel> All { get; } =
        [.. Enum.GetValues<CreditModel>().Where(model => model != CreditModel.Custom)];

    public static string Name(this CreditModel model) => Names[(int)model];

    /// <returns>False for a name of no model, and for custom ones.</returns>
    public static bool TryParse(string? name, out CreditModel model)
    {
        int index = Array.IndexOf(Names, name, 0, (int)CreditModel.Custom);
        model = (CreditModel)Math.Max(index, 0);
        return index >= 0;
    }
}
