namespace Attribution.Faults.Processes;

/// <summary>One SIGKILL as it was carried out, and what followed. Immutable.</summary>
public sealed record CarriedOutKill
{
    public required KillTarget Target { get; init; }

    public required KillMoment Moment { get; init; }

    /// <summary>Ticks of <see cref="System.Diagnostics.Stopwatch"/>, right before the signal.</summary>
    public required long At { get; init; }

    /// <summary>Since the run began.</summary>
    public required double Seconds { get; init; }
}

/// <summary>One start of the engine. Immutable.</summary>
public sealed record CarriedOutStart
{
    /// <summary>From the start of the process until it was ready; null where it was killed before.</summary>
    public required double? ReadySeconds { get; init; }

    /// <summary>Records it replayed from the journal.</summary>
    public required long Replayed { get; init; }
}

/// <summary>What was acknowledged before one kill and is not stored. Immutable.</summary>
public sealed record Loss
{
    public required double KillSeconds { get; init; }

    public required long Events { get; init; }

    /// <summary>From the oldest lost answer to the kill: so much traffic is lost at most.</summary>
    public required double Millis { get; init; }
}

/// <summary>The ids of a run beside what ClickHouse holds at its end. Immutable.</summary>
public sealed record CrashAudit
{
    /// <summary>Different ids that were sent.</summary>
    public required long Sent { get; init; }

    /// <summary>Those of them that an answer of 200 was read for.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Rows of <c>events</c> read through FINAL.</summary>
    public required long Stored { get; init; }

    /// <summary>Rows that lie in <c>events</c>, those written again included.</summary>
    public required long RowsWithoutFinal { get; init; }

    /// <summary>Acknowledged and not stored.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Stored and never sent.</summary>
    public required IReadOnlyList<string> Invented { get; init; }

    /// <summary>Stored more than once.</summary>
    public required IReadOnlyList<string> Doubled { get; init; }

    public required long DeadLetters { get; init; }

    /// <summary>Rows of <c>attributions</c> read through FINAL.</summary>
    public required long Attributions { get; init; }

    /// <summary>Of the attributions as they were streamed.</summary>
    public required string Digest { get; init; }

    /// <summary>Of the stored events attributed again by the pure function.</summary>
    public required string ReplayDigest { get; init; }

    /// <summary>
    /// Of every column of the events but when and how they came: any other byte makes it another.
    /// </summary>
    public required string ContentHash { get; init; }
}

/// <summary>What a run of kills showed. Immutable.</summary>
public sealed record CrashReport
{
    public required IReadOnlyList<CarriedOutKill> Kills { get; init; }

    public required IReadOnlyList<CarriedOutStart> Starts { get; init; }

    /// <summary>Starts that gave up, with a message, because their ClickHouse was killed.</summary>
    public required int StartsGivenUp { get; init; }

    /// <summary>From a kill of ClickHouse alone until it answered again.</summary>
    public required IReadOnlyList<double> ClickHouseSeconds { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Of the last engine; frames included.</summary>
    public required double JournalBytesPerEvent { get; init; }

    public required long Unanswered { get; init; }

    public required long Refused { get; init; }

    public required CrashAudit Audit { get; init; }

    /// <summary>Of an engine that was sent the same events and that nobody killed.</summary>
    public CrashAudit? Undisturbed { get; init; }

    /// <summary>Per kill that lost something; empty under fsync.</summary>
    public IReadOnlyList<Loss> Losses { get; init; } = [];

    /// <summary>Everything that breaks the promise of `fsync`; empty is what must be.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
