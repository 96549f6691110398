using Attribution.Bench.Crash;
using Attribution.Bench.Load;

namespace Attribution.Bench.EndToEnd;

/// <summary>
/// What the stream and ClickHouse alone came to; the names are those of the JSON file. Immutable.
/// </summary>
internal sealed record EndToEndResult
{
    public required string EngineOptions { get; init; }
    public required int InsertsInFlight { get; init; }

    /// <summary>Prepared once: events, and inserts of all tables that hold them and what follows.</summary>
    public required long PreparedEvents { get; init; }

    public required int PreparedInserts { get; init; }
    public required long PreparedBytes { get; init; }
    public required IReadOnlyList<EndToEndRound> Rounds { get; init; }

    /// <summary>The stream's events per second over ClickHouse's alone, round by round.</summary>
    public required Spread? Ratio { get; init; }

    /// <summary>Events answered with 200 in the whole run, warm-up included.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Rows of <c>events</c> at the end, without any collapsing.</summary>
    public required long StoredRows { get; init; }

    /// <summary>Different ids among them.</summary>
    public required long StoredIds { get; init; }

    public bool IsExact => StoredRows == Acknowledged && StoredIds == Acknowledged;
}

/// <summary>One round: the stream, and ClickHouse alone. Immutable.</summary>
internal sealed record EndToEndRound
{
    public required long StreamEvents { get; init; }

    /// <summary>Until every one of them was visible.</summary>
    public required double StreamSeconds { get; init; }

    public required double StreamEventsPerSecond { get; init; }
    public required long AloneEvents { get; init; }
    public required double AloneSeconds { get; init; }
    public required double AloneEventsPerSecond { get; init; }
    public required double Ratio { get; init; }
    public required double EngineCpuMicrosPerEvent { get; init; }
    public required double ClickHouseCpuMicrosPerEvent { get; init; }
    public required double AloneCpuMicrosPerEvent { get; init; }

    /// <summary>Median of the events behind in each third of the stream: flat where they are alike.</summary>
    public required IReadOnlyList<long> LagOfThirds { get; init; }

    public required LoadStep Load { get; init; }

    public static IReadOnlyList<long> ThirdsOf(IReadOnlyList<LoadSecond> course)
    {
        long[] lags =
        [
            .. from second in course where second.LagEvents is not null select second.LagEvents!.Value,
        ];
        if (lags.Length < 3)
            return [];
        return
        [
            .. from third in Enumerable.Range(0, 3)
               let part = lags[(third * lags.Length / 3)..((third + 1) * lags.Length / 3)].Order().ToArray()
               select part[part.Length / 2],
        ];
    }
}
