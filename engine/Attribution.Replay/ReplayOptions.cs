using Attribution.Model.Configs;

namespace Attribution.Replay;

/// <summary>
/// What is attributed again: whose events, which conversions, under which configs. Immutable.
/// </summary>
public sealed record ReplayOptions
{
    /// <summary>The config of lane 0.</summary>
    public required AttributionConfig Config { get; init; }

    /// <summary>
    /// Further configs that are computed over the same reading, as lanes 1, 2 … A conversion is attributed
    /// in every lane within the same chunk.
    /// </summary>
    public IReadOnlyList<AttributionConfig> Others { get; init; } = [];
    public required string Project { get; init; }

    /// <summary>Conversions from this time on; UTC, whole milliseconds.</summary>
    public required DateTime From { get; init; }

    /// <summary>Conversions before this time.</summary>
    public required DateTime To { get; init; }

    /// <summary>
    /// Bound on the histories held at once, in bytes; at least 16 MiB. What a sink holds comes on top.
    /// </summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How many passes over the events; null for as many as the memory asks for.</summary>
    public int? Chunks { get; init; }

    /// <summary>Threads that attribute; 1 to 64.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The newest sequence taken into account; null for the newest stored at the start.</summary>
    public ulong? Through { get; init; }

    /// <summary>Chunks that need not be done, for a replay that goes on.</summary>
    public IReadOnlyCollection<int> SkipChunks { get; init; } = [];

    /// <summary>All lanes' configs in their order.</summary>
    internal AttributionConfig[] Lanes => [Config, .. Others];

    internal long FromMillis => new DateTimeOffset(From, TimeSpan.Zero).ToUnixTimeMilliseconds();

    internal long ToMillis => new DateTimeOffset(To, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (From.Kind != DateTimeKind.Utc || To.Kind != DateTimeKind.Utc)
            throw new ArgumentException("From and To are times in UTC.");
        ArgumentOutOfRangeException.ThrowIfLessThan(To, From);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, 16L << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, 64);
        if (Chunks is < 1 or > Replayer.MaxChunks)
            throw new ArgumentOutOfRangeException(
                nameof(Chunks), Chunks, $"Chunks are 1 to {Replayer.MaxChunks}.");
    }
}
