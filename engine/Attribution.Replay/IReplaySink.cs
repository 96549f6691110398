using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay;

/// <summary>
/// Takes what a replay attributes. <see cref="NewLane"/> is called from one thread, before anything else;
/// <c>ChunkDoneAsync</c> when no lane is being called.
/// </summary>
public interface IReplaySink
{
    /// <summary>One per thread and lane; used until the replay ends, then disposed.</summary>
    /// <param name="lane">0 for the options' config, then their others.</param>
    IReplayLane NewLane(int lane, AttributionConfig config);

    /// <summary>All lanes were flushed; what they wrote of the chunk is durable when this ends.</summary>
    /// <param name="chunk">0-based.</param>
    ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel);

    /// <summary>The same for a sink that wants to know what the chunk held; what a replay calls.</summary>
    ValueTask ChunkDoneAsync(ChunkTotals totals, CancellationToken cancel) =>
        ChunkDoneAsync(totals.Chunk, cancel);
}

/// <summary>What one chunk held. A value.</summary>
/// <param name="Chunk">0-based.</param>
/// <param name="Events">Events that took part in a history.</param>
/// <param name="Conversions">Attributed in lane 0.</param>
/// <param name="Rows">Of lane 0.</param>
public readonly record struct ChunkTotals(int Chunk, long Events, long Conversions, long Rows);

/// <summary>One thread's part of a sink under one config. Called by one thread at a time.</summary>
public interface IReplayLane : IDisposable
{
    /// <summary>
    /// Whether <see cref="NoConversion"/> is wanted: histories without a conversion are passed by otherwise.
    /// </summary>
    bool WantsNoConversion => true;

    /// <summary>One attributed conversion, all models. What is given is valid during the call only.</summary>
    void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp);

    /// <summary>
    /// A person's touches within the range that no conversion followed there. May be ignored.
    /// </summary>
    /// <param name="touches">Indices into the history's touches, ascending; at least one.</param>
    void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches);

    /// <summary>Hands on what is held back; called at the end of each chunk.</summary>
    ValueTask FlushAsync(CancellationToken cancel);
}
