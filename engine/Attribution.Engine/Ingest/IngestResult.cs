namespace Attribution.Engine.Ingest;

/// <summary>What became of a body. A plain value.</summary>
public enum IngestStatus : byte
{
    /// <summary>What was valid is durable; what was not is in the batch's rejections.</summary>
    Accepted,

    /// <summary>Nothing was kept; <see cref="IngestResult.Error"/> says why.</summary>
    BodyRefused,

    /// <summary>Events there were, but no valid one; they are dead letters.</summary>
    NothingValid,

    /// <summary>
    /// The ring had no room in time. Of a body larger than one claim a part may have been kept.
    /// </summary>
    RingFull,

    /// <summary>The journal takes no more, by its limit or as the disk refuses; nothing was kept.</summary>
    DiskFull,

    /// <summary>The key has used up its events per second; nothing was kept: 429.</summary>
    OverQuota,

    /// <summary>The events are in the ring, but could not be made durable.</summary>
    NotDurable,

    /// <summary>The engine takes no more events, as it is about to stop.</summary>
    Closed,
}

/// <summary>The outcome of one body; the counts and rejections are in its batch. A plain value.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Error">Why, where it was refused for what it is.</param>
/// <param name="RetryAfterSeconds">When to send it again, where it was refused for anything else.</param>
public readonly record struct IngestResult(
    IngestStatus Status,
    BodyError Error = BodyError.None,
    int RetryAfterSeconds = IngestResponse.RetryAfterSeconds);
