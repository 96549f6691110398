namespace Attribution.Bench.Load;

/// <summary>
/// What a load run found; the names are those of its JSON file. Immutable. Null: could not be measured.
/// </summary>
internal sealed record LoadResult
{
    public required int BatchEvents { get; init; }
    public required int Connections { get; init; }
    public required int Pipelined { get; init; }
    public required string FirstError { get; init; }

    /// <summary>How many times as fast as the clock event time ran.</summary>
    public required double EventTimeSpeed { get; init; }

    /// <summary>One for each rate; one where there are no steps.</summary>
    public required IReadOnlyList<LoadStep> Steps { get; init; }

    /// <summary>Events per second of the highest step that was kept; null without steps.</summary>
    public required double? KneeEventsPerSecond { get; init; }

    /// <summary>From the last answer until every accepted event was visible.</summary>
    public required double? LagAtEndSeconds { get; init; }

    /// <summary>From the answer until an event can be queried, while the load goes on.</summary>
    public required VisibleResult? Visible { get; init; }

    public long Errors => Steps.Sum(step => step.Errors);

    public long Events => Steps.Sum(step => step.Events);
}

/// <summary>A measured phase of a load run. Immutable.</summary>
internal sealed record LoadStep
{
    /// <summary>Share of what was due that was answered at which a rate counts as kept.</summary>
    private const double KeptShare = 0.98;

    /// <summary>Answers slower than this are no longer service, whatever their rate.</summary>
    private const double KeptP99Millis = 200;

    /// <summary>Events per second that were due; 0 in a closed loop.</summary>
    public required double Rate { get; init; }

    public required double Seconds { get; init; }
    public required long Events { get; init; }
    public required long Errors { get; init; }
    public required double EventsPerSecond { get; init; }
    public required double RequestsPerSecond { get; init; }

    /// <summary>Requests answered over requests due; 1 in a closed loop.</summary>
    public required double AnsweredShare { get; init; }

    public required double AnswerP50Millis { get; init; }
    public required double AnswerP90Millis { get; init; }
    public required double AnswerP99Millis { get; init; }
    public required double AnswerP999Millis { get; init; }
    public required double AnswerMaxMillis { get; init; }
    public required LoadCosts Costs { get; init; }

    /// <summary>Share of all answers, and the milliseconds that this share took at most.</summary>
    public required IReadOnlyList<LatencyPoint> Curve { get; init; }

    public required IReadOnlyList<LoadSecond> Course { get; init; }

    public bool IsKept => Errors == 0 && AnsweredShare >= KeptShare && AnswerP99Millis <= KeptP99Millis;
}

/// <summary>One point of a curve of latencies. A value.</summary>
internal readonly record struct LatencyPoint(double Share, double Millis);

/// <summary>One second of a load. A value; the lag is null where ClickHouse does not answer.</summary>
internal readonly record struct LoadSecond(
    double At, double EventsPerSecond, double AnswerP50Millis, double AnswerP99Millis, long? LagEvents);
