using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Replay.Chunks;

/// <summary>
/// One config of a replay: which history it needs, what events mean to it and the histories of the chunk at
/// hand. Its chunk is written by the reading thread and read by any once reading is over.
/// </summary>
internal sealed class Lane(
    int index, AttributionConfig config, ReplayOptions options, PersonChunk chunk, InstallMatches? matches)
    : IDisposable
{
    public int Index => index;

    public AttributionConfig Config => config;

    public EventClassifier Classifier { get; } = new(config);

    public Attributor Attributor { get; } = new(config);

    public PersonChunk Chunk => chunk;

    /// <summary>Null where the config matches no touch by address and device.</summary>
    public InstallMatches? Matches => matches;

    /// <summary>Bit 1 &lt;&lt; <see cref="MilestoneKind"/> for each that can decide anything.</summary>
    public int Milestones { get; } = config.KnowsInstalls ? -1 : ~(1 << (int)MilestoneKind.Open);

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

    /// <summary>
    /// Whether an event from before the history counts all the same: whether an install begins a new cycle
    /// depends on every one before it.
    /// </summary>
    public bool IsLasting(long millis, in EventRole role) =>
        config.KnowsInstalls && role.ConversionKind == ConversionKind.Install && millis < HistoryToMillis;

    /// <summary>Forgets the chunk at hand.</summary>
    public void Clear()
    {
        chunk.Clear();
        matches?.Clear();
    }

    public void Dispose()
    {
        chunk.Dispose();
        matches?.Dispose();
    }
}
