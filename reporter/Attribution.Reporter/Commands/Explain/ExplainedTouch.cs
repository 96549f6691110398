using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>What a model made of a candidate. A value.</summary>
internal enum VerdictKind
{
    Credited,

    /// <summary>It took part and got nothing.</summary>
    Eligible,
    Rejected,
}

/// <summary>One model's verdict about one candidate. Immutable.</summary>
internal sealed record ModelVerdict(string Model, VerdictKind Kind)
{
    /// <summary>Of the conversion, 0 to 1; null unless credited.</summary>
    public decimal? Credit { get; init; }
    public decimal? Value { get; init; }

    /// <summary>Why it got nothing; null where it got something, or nothing is said.</summary>
    public RejectedTouch? Rejection { get; init; }
}

/// <summary>
/// A candidate touch of a conversion with every shown model's verdict. Owned by one command.
/// </summary>
internal sealed class ExplainedTouch(TouchKey key, long ageMillis)
{
    public TouchKey Key => key;

    /// <summary>Negative where it came after the conversion.</summary>
    public long AgeMillis => ageMillis;

    /// <summary>Null where no row credits it and its event is not stored.</summary>
    public TouchTraits? Traits { get; set; }

    public List<ModelVerdict> Verdicts { get; } = [];
}
