using System.Security.Cryptography;

namespace Attribution.Engine.Journal;

/// <summary>
/// Sizes and limits of the journal. Immutable; checked once, by <see cref="Validate"/>.
/// </summary>
public sealed record JournalOptions
{
    /// <summary>
    /// What an answer waits for. Default fsync: anything less can lose what was acknowledged.
    /// </summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>
    /// Bytes of one segment file, preallocated: syncing into a growing file costs twice as much.
    /// </summary>
    public long SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes gathered before they are handed to the system; a larger batch takes several writes.
    /// </summary>
    public int BufferBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all segments from which the journal reports itself full; 0 sets no limit.</summary>
    public long MaxBytes { get; init; }

    /// <summary>The least limit that leaves room for several segments.</summary>
    public const long SmallestMaxBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of damaged stretches kept for people to look at; more are only counted.</summary>
    public long MaxQuarantineBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Failed writes of one batch before its requests are refused; attempts go on after that. A failed sync
    /// refuses them at once.
    /// </summary>
    public int AttemptsBeforeRefusal { get; init; } = 4;

    /// <summary>
    /// Pause before the third attempt; the second follows at once. Doubles up to the longest.
    /// </summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan LongestRetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Seeds the checksums of one new segment; never 0. Random, so that no sender can craft an event whose
    /// bytes would pass for a frame when a damaged stretch is searched for the next good one.
    /// </summary>
    public Func<uint> NewSalt { get; init; } = RandomSalt;

    /// <summary>Options of a journal with this limit: eight segments or more have room below it.</summary>
    public static JournalOptions Within(long maxBytes) => new()
    {
        MaxBytes = maxBytes,
        SegmentBytes = Math.Min(new JournalOptions().SegmentBytes, maxBytes / 8),
    };

    public void Validate()
    {
        const int Smallest = SegmentHeader.RegionBytes + JournalFrame.MaxBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, Smallest);
        ArgumentOutOfRangeException.ThrowIfLessThan(BufferBytes, JournalFrame.MaxBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQuarantineBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(AttemptsBeforeRefusal, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestRetryPause, RetryPause);
    }

    private static uint RandomSalt() => (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
