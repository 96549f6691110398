using Attribution.Engine.Journal;

namespace Attribution.Faults.Processes;

/// <summary>What a run of kills does. Immutable.</summary>
public sealed record CrashOptions
{
    /// <summary>An empty folder of the run's own; the data folders are made in it.</summary>
    public required string Folder { get; init; }

    /// <summary>1 to 1,000. Default 60.</summary>
    public int Kills { get; init; } = 60;

    /// <summary>Of the kills and of the events; processes make the rest differ between runs.</summary>
    public int Seed { get; init; } = 1;

    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>Kills the engine only, and never while it starts: for what a durability loses.</summary>
    public bool EngineOnly { get; init; }

    /// <summary>Senders, each with one connection and one request at a time. Default 4.</summary>
    public int Clients { get; init; } = 4;

    public int EventsPerBatch { get; init; } = 50;

    /// <summary>Events per second of all senders together, at most. Default 5,000.</summary>
    public int EventsPerSecond { get; init; } = 5_000;

    /// <summary>The longest time under load before a kill.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long one start, one drain or one query may take before the run counts as failed. Default 2 min.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Also sends the same events to an engine that nobody kills, and compares with it.</summary>
    public bool Undisturbed { get; init; } = true;
}
