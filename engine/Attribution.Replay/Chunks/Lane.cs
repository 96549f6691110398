using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Replay.Chunks;

/// <summary>
/// One config of a replay: which history it needs, what events mean to it and the histories of the chunk at
/// hand. Its chunk is written by the reading thread and read by any once reading is over.
/// </summary>
internal sealed class Lane(int index, AttributionConfig config, ReplayOptions options, PersonChunk chunk)
    : IDisposable
{
    public int Index => index;

    public AttributionConfig Config => config;

    public EventClassifier Classifier { get; } = new(config);

    public Attributor Attributor { get; } = new(config);

    public PersonChunk Chunk => chunk;

    /// <summary>Conversions to attribute begin here.</summary>
    public long FromMillis { get; } = options.FromMillis;

    /// <summary>They end before this.</summary>
    public long ToMillis { get; } = options.ToMillis;

    /// <summary>Older events change nothing in the range.</summary>
    public long HistoryFromMillis { get; } = options.FromMillis - config.ReachMillis;

    /// <summary>Exclusive; later events change nothing in the range.</summary>
    public long HistoryToMillis { get; } = options.ToMillis + config.Candidates.AfterMillis;

    public bool IsInRange(long millis) => millis >= FromMillis && millis < ToMillis;

    public bool IsInHistory(long millis) => millis >= HistoryFromMillis && millis < HistoryToMillis;

    public void Dispose() => chunk.Dispose();
}
