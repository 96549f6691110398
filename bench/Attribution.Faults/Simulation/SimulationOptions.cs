using Attribution.Engine.Journal;
using Attribution.Engine.Sink.Inserts;

namespace Attribution.Faults.Simulation;

/// <summary>What a run is driven by, besides what its seed decides. Immutable.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides everything that is not stated here.</summary>
    public required int Seed { get; init; }

    /// <summary>What answers wait for; null lets the seed decide, fsync three times in four.</summary>
    public Durability? Durability { get; init; }

    /// <summary>False lets nothing fail: what is left is the order of steps.</summary>
    public bool HasFaults { get; init; } = true;

    /// <summary>Told of every step; null where nobody reads it.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Stands between journal and disk; a test puts a part there that does not do its work.</summary>
    public Func<IJournalFileSystem, IJournalFileSystem> Disk { get; init; } = static disk => disk;

    /// <summary>Stands between sink and ClickHouse, for the same purpose.</summary>
    public Func<IInsertTransport, IInsertTransport> Transport { get; init; } = static transport => transport;
}
