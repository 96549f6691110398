namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// What a row keeps beside its credits, read back: which candidates were rejected and by which rule, what
/// limits dropped, what the mobile rules went by. Immutable.
/// </summary>
internal sealed record StoredEvidence
{
    public static StoredEvidence None { get; } = new();

    /// <summary>Null where the row came without evidence.</summary>
    public long? Considered { get; init; }

    public long? Eligible { get; init; }

    /// <summary>False where every touch gets the whole credit.</summary>
    public bool IsSumming { get; init; } = true;

    /// <summary>The model that shared where the row's own could not.</summary>
    public string? Fallback { get; init; }

    /// <summary>What was decided of the conversion as a whole: a reinstall, a re-attribution.</summary>
    public EvidenceFact? Conversion { get; init; }

    /// <summary>The install in force.</summary>
    public EvidenceFact? Install { get; init; }

    /// <summary>What the person was brought back by.</summary>
    public EvidenceFact? Reengagement { get; init; }

    public long DroppedTouches { get; init; }

    /// <summary>Time of the newest one dropped; milliseconds since 1970.</summary>
    public long? DroppedThrough { get; init; }

    public bool IsTruncated { get; init; }
    public bool MayBeIncomplete { get; init; }
    public IReadOnlyList<RejectedTouch> Rejected { get; init; } = [];
}

/// <summary>An event that the evidence names, and the age it was judged by. Immutable.</summary>
internal sealed record EvidenceFact
{
    public string? Rule { get; init; }
    public string? Id { get; init; }
    public long? TimeMillis { get; init; }
    public long? AgeMillis { get; init; }
    public long? LimitMillis { get; init; }
}

/// <summary>A candidate that was rejected, the rule and the numbers compared. Immutable.</summary>
internal sealed record RejectedTouch
{
    public required string Touch { get; init; }
    public required long TimeMillis { get; init; }
    public required string Rule { get; init; }

    /// <summary>An age in milliseconds, or a count, as the rule has it.</summary>
    public long? Found { get; init; }
    public long? Limit { get; init; }

    /// <summary>What was compared where it is no number, such as a currency.</summary>
    public string? FoundText { get; init; }
    public string? LimitText { get; init; }

    /// <summary>Where the config sets the limit, such as <c>windows.click</c>.</summary>
    public string? Setting { get; init; }

    /// <summary>The touch that decided, such as the first of two duplicates.</summary>
    public string? By { get; init; }
}
