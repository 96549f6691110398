using Attribution.Engine.Journal;

namespace Attribution.Faults.Simulation;

/// <summary>What became of one run. Immutable.</summary>
public sealed record SimulationResult
{
    public required int Seed { get; init; }

    public required Durability Durability { get; init; }

    /// <summary>What must not have happened; empty where every promise was kept.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Distinct events that clients had to send.</summary>
    public required int Events { get; init; }

    /// <summary>Engines started, the first one included.</summary>
    public required int Starts { get; init; }

    /// <summary>Times that a disk lost what was not synced.</summary>
    public required int PowerLosses { get; init; }

    /// <summary>
    /// Events answered with 200 and not stored, which <see cref="Durability.Os"/> and
    /// <see cref="Durability.None"/> allow at some crashes.
    /// </summary>
    public required int Lost { get; init; }

    public required SimulationEffort Effort { get; init; }

    public bool IsKept => Failures.Count == 0;
}

/// <summary>How much of what happens seldom has happened in one run or in many. Immutable.</summary>
public sealed record SimulationEffort
{
    /// <summary>Times that a writer looked for room among its sealed blocks.</summary>
    public long Waits { get; init; }

    public long SpilledBlocks { get; init; }

    /// <summary>Spilled blocks of which rows were refused, so that each was read row by row.</summary>
    public long SpillsReadTwice { get; init; }

    /// <summary>Engines that ended since a spilled block could not be read.</summary>
    public long SpillStops { get; init; }

    /// <summary>Events that were taken before the stages had their state.</summary>
    public long CaughtUp { get; init; }

    public static SimulationEffort operator +(SimulationEffort left, SimulationEffort right) => new()
    {
        Waits = left.Waits + right.Waits,
        SpilledBlocks = left.SpilledBlocks + right.SpilledBlocks,
        SpillsReadTwice = left.SpillsReadTwice + right.SpillsReadTwice,
        SpillStops = left.SpillStops + right.SpillStops,
        CaughtUp = left.CaughtUp + right.CaughtUp,
    };
}
