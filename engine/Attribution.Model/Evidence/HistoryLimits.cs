namespace Attribution.Model.Evidence;

/// <summary>What the keeper of a history could not keep; stands in the evidence. A value.</summary>
public readonly record struct HistoryLimits
{
    /// <summary>Touches dropped because a bound was reached.</summary>
    public int DroppedTouches { get; init; }

    /// <summary>Time of the newest one dropped; milliseconds since 1970 UTC.</summary>
    public long DroppedThroughMillis { get; init; }

    /// <summary>Whole persons were dropped before, so an earlier history may be missing.</summary>
    public bool MayBeIncomplete { get; init; }
}
