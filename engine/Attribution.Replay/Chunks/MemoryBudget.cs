namespace Attribution.Replay.Chunks;

/// <summary>The chunk's bound was reached; its reader splits it. Never leaves the assembly.</summary>
internal sealed class ChunkFullException : Exception;

/// <summary>
/// Counts the memory that one chunk's histories take and refuses more than the bound. Owned by the reading
/// thread.
/// </summary>
internal sealed class MemoryBudget(long maxBytes)
{
    public long MaxBytes => maxBytes;

    public long UsedBytes { get; private set; }

    /// <exception cref="ChunkFullException">So much is not left.</exception>
    public void Take(long bytes)
    {
        if (UsedBytes + bytes > maxBytes)
            throw new ChunkFullException();
        UsedBytes += bytes;
    }

    public void Return(long bytes) => UsedBytes -= bytes;
}
