namespace Attribution.Bench.Load;

/// <summary>
/// What a load run found; the names are those of its JSON file. Immutable. Null: could not be measured.
/// </summary>
internal sealed record LoadResult
{
    public required double Seconds { get; init; }
    public required long Events { get; init; }
    public required long Errors { get; init; }
    public required string FirstError { get; init; }
    public required double EventsPerSecond { get; init; }
    public required double AnswerP50Millis { get; init; }
    public required double AnswerP99Millis { get; init; }
    public required double AnswerP999Millis { get; init; }
    public required double AnswerMaxMillis { get; init; }
    public required double? EngineCpuMicrosPerEvent { get; init; }
    public required double? EngineAllocatedBytesPerEvent { get; init; }

    /// <summary>Events accepted but not yet visible, once a second.</summary>
    public required IReadOnlyList<long> LagEvents { get; init; }

    /// <summary>From the last answer until every accepted event was visible.</summary>
    public required double? LagAtEndSeconds { get; init; }
}
