namespace Attribution.Replay.Chunks;

/// <summary>
/// Which persons a reading keeps: those whose hash leaves <paramref name="Remainder"/> when divided by
/// <paramref name="Divisor"/>. A value.
/// </summary>
internal readonly record struct ChunkPart(ulong Remainder, ulong Divisor)
{
    /// <summary>A part cannot be halved further: whoever is left shares nearly all of a hash.</summary>
    public bool IsSmallest => Divisor > 1UL << 40;

    public bool Contains(ulong group) => Divisor == 1 || PersonChunk.Hash(group) % Divisor == Remainder;

    /// <summary>Two parts that hold together what this one does.</summary>
    public (ChunkPart First, ChunkPart Second) Halves() =>
        (new ChunkPart(Remainder, Divisor * 2), new ChunkPart(Remainder + Divisor, Divisor * 2));
}
