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

    public bool IsKept => Failures.Count == 0;
}
