using System.ComponentModel.DataAnnotations;

namespace Attribution.Engine.Sink;

/// <summary>
/// When a block is sent to ClickHouse (at the first of three limits it reaches) and how many may be on
/// their way. Immutable; checked once by <see cref="SinkPipeline"/>'s constructor.
/// </summary>
public sealed record SinkOptions
{
    /// <summary>Rows per insert. Default 100,000: few, large parts keep ClickHouse's merges cheap.</summary>
    [Range(1, 1_000_000)]
    public int MaxBatchRows { get; init; } = 100_000;

    /// <summary>Uncompressed bytes per insert, as estimated while filling. Default 16 MiB.</summary>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int MaxBatchBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Age of the oldest unsent row. Default 200 ms; this bounds how stale a report can be. After a quiet
    /// time as long, a row is sent in an eighth of it; while all inserts that may be on their way are, it may
    /// wait four times as long, as it would only wait in the queue.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan MaxBatchAge { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Months that one writer fills at a time, per table. Default 6: late events come from few months.
    /// </summary>
    [Range(1, 64)]
    public int MaxOpenPartitions { get; init; } = 6;

    /// <summary>
    /// Blocks per writer and table that are sealed and not yet landed. Default 2: one is sent while one
    /// waits. With all of them taken the writer waits, which is how a slow ClickHouse slows the senders.
    /// </summary>
    [Range(1, 64)]
    public int MaxSealedBlocks { get; init; } = 2;

    /// <summary>
    /// Inserts on their way at a time. Default 2: one is compressed while ClickHouse works on another.
    /// </summary>
    [Range(1, 64)]
    public int MaxInFlight { get; init; } = 2;

    /// <summary>
    /// The longest first wait after a failed insert; it doubles with each further attempt. Default 50 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryBaseDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait between two attempts, however many there were. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan RetryMaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long no insert may have landed, while attempts fail, before full blocks are spilled to the disk
    /// instead of waited for. Five times as long where attempts neither land nor fail. Default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan SpillAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <exception cref="ValidationException">An option is out of its range; the message names it.</exception>
    public void Validate() =>
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
