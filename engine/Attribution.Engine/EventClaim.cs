namespace Attribution.Engine;

/// <summary>
/// Slots and bytes of the ring that one producer fills and must publish, whatever happens: consumers wait for
/// them. A value; owned by the producer that claimed it.
/// </summary>
public readonly struct EventClaim(long first, int count, long arenaOffset, int bytes)
{
    /// <summary>The sequence of the first slot.</summary>
    public long First { get; } = first;

    /// <summary>How many slots, at least one.</summary>
    public int Count { get; } = count;

    /// <summary>Where the bytes begin; every record's own offset lies at or after it.</summary>
    public long ArenaOffset { get; } = arenaOffset;

    public int Bytes { get; } = bytes;

    /// <summary>The sequence of the last slot.</summary>
    public long Last => First + Count - 1;
}
