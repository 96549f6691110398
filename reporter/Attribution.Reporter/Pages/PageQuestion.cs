namespace Attribution.Reporter.Pages;

/// <summary>What a page is asked for, beside project, range and server. Immutable.</summary>
internal sealed record PageQuestion
{
    /// <summary>The model where one is shown.</summary>
    public required string Model { get; init; }

    /// <summary>Options that filter what is credited; may be none.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>The funnel's steps; none where there are none, which is said instead.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
    public string NoSteps { get; init; } =
        "The range has no event of a type that is a touch, or none of one that converts: nothing begins, or "
        + "nothing ends. --funnel names other steps.";

    /// <summary>Options of the funnel; may be none.</summary>
    public IReadOnlyList<string> Within { get; init; } = [];

    /// <summary>By which cohorts are made: day, week or month.</summary>
    public required string Period { get; init; }

    /// <summary>Campaigns at most.</summary>
    public required int Campaigns { get; init; }
}
