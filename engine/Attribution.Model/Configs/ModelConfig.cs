using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>One model to compute: its name on rows, and how it shares. Immutable.</summary>
/// <param name="Name">As configs and rows write it; <c>custom:NAME</c> for the config's own.</param>
/// <param name="Custom">Index into <see cref="AttributionConfig.CustomWeights"/>, or −1.</param>
public sealed record ModelSpec(string Name, CreditModel Kind, int Custom = -1)
{
    /// <summary>False where every touch gets the whole credit, so that credits do not sum to one.</summary>
    public bool IsSumming => Kind != CreditModel.Participation;
}

/// <summary>
/// Credit by position, in millionths that sum to 1,000,000: the first touches and the last touches each
/// have their own, all between them share <see cref="Rest"/> evenly. Immutable.
/// </summary>
public sealed record PositionWeights
{
    public string Name { get; init; } = "";

    /// <summary>Of the first touch, the second …; at most 10.</summary>
    public IReadOnlyList<int> First { get; init; } = [];
    public int Rest { get; init; }

    /// <summary>… of the last but one, the last; at most 10.</summary>
    public IReadOnlyList<int> Last { get; init; } = [];
}

/// <summary>Credit by milestone, in millionths that sum to 1,000,000. Immutable.</summary>
public sealed record MilestoneWeights
{
    public int First { get; init; }
    public int Lead { get; init; }
    public int Opportunity { get; init; }

    /// <summary>0 in the W-shaped model, which does not know the last touch.</summary>
    public int Last { get; init; }
    public int Rest { get; init; }
}

/// <summary>Event types that are milestones; sorted. Immutable.</summary>
public sealed record MilestoneConfig
{
    public IReadOnlyList<string> Lead { get; init; } = [];
    public IReadOnlyList<string> Opportunity { get; init; } = [];
}

/// <summary>The half-life, and the step that ages are rounded down to. Milliseconds. Immutable.</summary>
public sealed record TimeDecayConfig
{
    public long HalfLifeMillis { get; init; } = 7 * ConfigReader.DayMillis;

    /// <summary>0 where ages count as they are.</summary>
    public long StepMillis { get; init; }
}
