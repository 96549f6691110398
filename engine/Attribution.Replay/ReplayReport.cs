namespace Attribution.Replay;

/// <summary>How far a replay is. A value.</summary>
/// <param name="EventsRead">Rows read so far, each as often as it is read.</param>
/// <param name="EventsTotal">Rows that all passes together will read.</param>
/// <param name="Conversions">Attributed so far, in lane 0.</param>
public readonly record struct ReplayProgress(
    long EventsRead, long EventsTotal, int ChunksDone, int Chunks, long Conversions, TimeSpan Elapsed);

/// <summary>What one config's lane came to. Immutable.</summary>
public sealed record LaneTotals
{
    /// <summary>The config's hash.</summary>
    public required string Config { get; init; }
    public required long Persons { get; init; }
    public required long Conversions { get; init; }

    /// <summary>One per conversion and model.</summary>
    public required long Rows { get; init; }

    /// <summary>Links between ids that were refused because a person would have had too many.</summary>
    public required long RefusedLinks { get; init; }
}

/// <summary>What a replay did; chunks that were skipped do not count. Immutable.</summary>
public sealed record ReplayReport
{
    /// <summary>Events that took part in a history, each once however often it was read.</summary>
    public required long Events { get; init; }

    /// <summary>Persons in lane 0 of whom anything was read.</summary>
    public required long Persons { get; init; }

    /// <summary>Conversions attributed in lane 0.</summary>
    public required long Conversions { get; init; }

    /// <summary>Rows of all lanes.</summary>
    public required long Rows { get; init; }
    public required int Chunks { get; init; }

    /// <summary>The newest sequence that was taken into account.</summary>
    public required ulong Through { get; init; }
    public required TimeSpan Elapsed { get; init; }
    public required IReadOnlyList<LaneTotals> Lanes { get; init; }
}
