namespace Attribution.Reporter.Output;

/// <summary>How and where to the answer is written. Immutable.</summary>
internal sealed record OutputSettings
{
    public required OutputFormat Format { get; init; }

    /// <summary>Null is the standard output.</summary>
    public string? File { get; init; }

    /// <summary>The columns to show, in this order; none is all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool HasHeader { get; init; } = true;

    /// <summary>Nothing but data and errors.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Null leaves it to the terminal.</summary>
    public bool? HasColor { get; init; }

    /// <summary>Whether an answer that is more than rows is written whole.</summary>
    public bool IsDocument => Fields.Count == 0 && FailIf is null && !IsExplained;

    /// <summary>Statements instead of data.</summary>
    public bool IsExplained { get; init; }

    /// <summary>What makes the run fail; null is nothing.</summary>
    public string? FailIf { get; init; }
}
