namespace Attribution.Replay.Chunks;

/// <summary>How many passes over the events a replay makes. Stateless.</summary>
internal static class ChunkPlan
{
    /// <summary>
    /// What an event takes in one lane, estimated from above: its node of 64 to 72 bytes, its part of the
    /// person's 40 and the table's 16, long ids and texts.
    /// </summary>
    public const int BytesPerEvent = 144;

    /// <summary>
    /// As many as let each chunk fill three quarters of the memory: persons are not of one size, and a chunk
    /// that turns out too large costs a reading more.
    /// </summary>
    public static int Chunks(long events, int lanes, long memoryBytes)
    {
        double bytes = (double)events * lanes * BytesPerEvent;
        return (int)Math.Clamp(Math.Ceiling(bytes / (0.75 * memoryBytes)), 1, Replayer.MaxChunks);
    }
}
