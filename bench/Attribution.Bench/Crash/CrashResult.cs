using Attribution.Faults.Processes;

namespace Attribution.Bench.Crash;

/// <summary>A run of kills in figures, for the result file. Immutable.</summary>
internal sealed record CrashResult
{
    public required string Durability { get; init; }

    public required int Seed { get; init; }

    public required int Kills { get; init; }

    /// <summary>By whom they went to and when they came.</summary>
    public required IReadOnlyDictionary<string, int> KillsOf { get; init; }

    /// <summary>One-minute load of the machine when the run was over.</summary>
    public required double? LoadAverage { get; init; }

    public required double Seconds { get; init; }

    public required long EventsSent { get; init; }

    public required long EventsAcknowledged { get; init; }

    public required long EventsStored { get; init; }

    public required long RowsWithoutFinal { get; init; }

    public required long Attributions { get; init; }

    public required long RequestsUnanswered { get; init; }

    public required long RequestsRefused { get; init; }

    public required int LostIds { get; init; }

    public required int InventedIds { get; init; }

    public required int DoubledIds { get; init; }

    public required long DeadLetters { get; init; }

    public required string Digest { get; init; }

    public required string ReplayDigest { get; init; }

    /// <summary>Null where no engine without kills was asked.</summary>
    public required string? UndisturbedDigest { get; init; }

    public required Spread? StartToReadySeconds { get; init; }

    public required Spread? RecordsReplayed { get; init; }

    public required int StartsGivenUp { get; init; }

    /// <summary>From a kill of ClickHouse alone until it answered again.</summary>
    public required Spread? ClickHouseBackSeconds { get; init; }

    /// <summary>Events lost by the kills of the engine that lost any.</summary>
    public required Spread? LostEventsPerKill { get; init; }

    /// <summary>From the oldest lost answer to the kill.</summary>
    public required Spread? LostMillisPerKill { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public static CrashResult Of(CrashOptions options, CrashReport report) => new()
    {
        Durability = options.Durability.ToString(),
        Seed = options.Seed,
        Kills = report.Kills.Count,
        KillsOf = report.Kills.GroupBy(kill => $"{kill.Target} {kill.Moment}")
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count()),
        LoadAverage = MachineLoad.OneMinute(),
        Seconds = Math.Round(report.Seconds, 1),
        EventsSent = report.Audit.Sent,
        EventsAcknowledged = report.Audit.Acknowledged,
        EventsStored = report.Audit.Stored,
        RowsWithoutFinal = report.Audit.RowsWithoutFinal,
        Attributions = report.Audit.Attributions,
        RequestsUnanswered = report.Unanswered,
        RequestsRefused = report.Refused,
        LostIds = report.Audit.Lost.Count,
        InventedIds = report.Audit.Invented.Count,
        DoubledIds = report.Audit.Doubled.Count,
        DeadLetters = report.Audit.DeadLetters,
        Digest = report.Audit.Digest,
        ReplayDigest = report.Audit.ReplayDigest,
        UndisturbedDigest = report.Undisturbed?.Digest,
        StartToReadySeconds = Spread.Of(report.Starts.Select(start => start.ReadySeconds).OfType<double>()),
        RecordsReplayed = Spread.Of(
            report.Starts.Where(start => start.ReadySeconds is not null)
                .Select(start => (double)start.Replayed)),
        StartsGivenUp = report.StartsGivenUp,
        ClickHouseBackSeconds = Spread.Of(report.ClickHouseSeconds),
        LostEventsPerKill = Spread.Of(report.Losses.Select(loss => (double)loss.Events)),
        LostMillisPerKill = Spread.Of(report.Losses.Select(loss => loss.Millis)),
        Problems = report.Problems,
    };
}
