namespace Attribution.Model.Evidence;

/// <summary>One candidate that earned nothing, as the evidence has it. Immutable.</summary>
public sealed record RejectedTouch
{
    /// <summary>The touch's event id.</summary>
    public required string Touch { get; init; }
    public required long TimeMillis { get; init; }
    public required string Rule { get; init; }

    /// <summary>What was found; null where the rule compares no numbers.</summary>
    public long? Found { get; init; }

    /// <summary>What it was compared with.</summary>
    public long? Limit { get; init; }

    /// <summary>The same two of the rule <c>other_currency</c>.</summary>
    public string? FoundCurrency { get; init; }
    public string? LimitCurrency { get; init; }

    /// <summary>Where the limit stands in the config, such as <c>windows.rules[0].click</c>.</summary>
    public string? Setting { get; init; }

    /// <summary>Event id of the touch that decided.</summary>
    public string? By { get; init; }
}

/// <summary>The install, opening or verdict that decided for a mobile model. Immutable.</summary>
public sealed record DecidingEvent
{
    /// <summary><c>reinstall</c> or <c>reattributed</c>; null where it simply counts.</summary>
    public string? Rule { get; init; }

    /// <summary>Event id of the install, or of the opening.</summary>
    public required string Id { get; init; }

    /// <summary>Null where the evidence does not name it.</summary>
    public long? TimeMillis { get; init; }
    public required long AgeMillis { get; init; }
    public required long LimitMillis { get; init; }

    /// <summary>Of a re-engagement, event id of the click that led to the opening.</summary>
    public string? Touch { get; init; }
}
