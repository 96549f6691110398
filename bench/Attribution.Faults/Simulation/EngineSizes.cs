using Attribution.Engine.Journal;
using Attribution.Engine.Sink;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Picks the sizes and limits of a run's engines: small, so that a few events fill segments, blocks and
/// queues. Stateless.
/// </summary>
internal static class EngineSizes
{
    public static JournalOptions Journal(Random random, Durability durability)
    {
        long segment = SegmentHeader.RegionBytes + JournalFrame.MaxBytes + (random.Next(8) * 512);
        return new JournalOptions
        {
            Durability = durability,
            SegmentBytes = segment,
            BufferBytes = JournalFrame.MaxBytes,
            MaxBytes = random.Next(3) == 0 ? segment * random.Next(2, 6) : 0,
            AttemptsBeforeRefusal = random.Next(1, 4),
            RetryPause = TimeSpan.Zero,
            LongestRetryPause = TimeSpan.Zero,
            NewSalt = () => (uint)random.Next(1, int.MaxValue),
        };
    }

    /// <summary>Full after a few rows, two times in three, so that writers must wait.</summary>
    public static SinkOptions Sink(Random random) => new()
    {
        MaxBatchRows = random.Next(3) == 0 ? 400 : random.Next(2, 12),
        MaxOpenPartitions = random.Next(1, 3),
        MaxSealedBlocks = random.Next(1, 3),
        MaxInFlight = random.Next(1, 4),
        SpillAfter = TimeSpan.FromMilliseconds(random.Next(100, 2_000)),
    };
}
