namespace Attribution.Engine.Workers;

/// <summary>Bounds of one worker's memory. What a bound drops is counted and marked on the result.</summary>
public sealed record WorkerOptions
{
    /// <summary>
    /// Persons per shard; a power of two. Default 4 Mi. The longest idle of a few is dropped for a new one.
    /// </summary>
    public int MaxPersons { get; init; } = 4 * 1024 * 1024;

    /// <summary>Touches per person, 1 to 128. Default 128; the oldest is dropped for a new one.</summary>
    public int MaxTouchesPerPerson { get; init; } = 128;

    /// <summary>
    /// Conversions per person that can still change, 1 to 128. Default 128; the oldest that is no install is
    /// dropped for a new one. Its rows stand; where the event that dropped it changes them, as a merge of two
    /// persons does, they are written a last time and marked.
    /// </summary>
    public int MaxConversionsPerPerson { get; init; } = 128;

    /// <summary>
    /// Milestones per person, 1 to 128, where the config needs any. Default 128; the oldest is dropped for a
    /// new one.
    /// </summary>
    public int MaxMilestonesPerPerson { get; init; } = 128;

    /// <summary>Touches of all persons of a shard. Default 64 Mi: 2.25 GiB when full.</summary>
    public long MaxTouches { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Different sources, campaigns and other repeating texts; a power of two. Default 1 Mi.
    /// </summary>
    public int MaxTexts { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long a touch is kept beyond the longest lookback window, for conversions that come late.
    /// </summary>
    public TimeSpan LateArrival { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Clicks and views of all persons of all shards, for probabilistic matches; a power of two, the oldest
    /// is dropped for a new one. Default 1 Mi: 112 MiB per shard when full, nothing where the config has
    /// none.
    /// </summary>
    public int MaxMatchTouches { get; init; } = 1024 * 1024;

    /// <summary>The same for installs. Default 256 Ki: 16 MiB per shard when full.</summary>
    public int MaxMatchInstalls { get; init; } = 256 * 1024;

    /// <summary>
    /// The same for one address and device, touches and installs each: a shared network must not slow down
    /// all. Default 128.
    /// </summary>
    public int MaxMatchesPerDevice { get; init; } = 128;
}
