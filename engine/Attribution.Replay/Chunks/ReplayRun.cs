using Attribution.Model.Configs;
using Attribution.Replay.Persons;

namespace Attribution.Replay.Chunks;

/// <summary>
/// What a replay keeps from chunk to chunk: the histories' memory, lanes and workers, and the totals. Owned
/// by the replay.
/// </summary>
internal sealed class ReplayRun : IDisposable
{
    /// <summary>A guess from above: the tables of persons grow where there are more.</summary>
    private const int EventsPerPerson = 6;

    private readonly ReplayOptions _options;
    private readonly PersonNames _names;
    private readonly LaneWorker[][] _workers;
    private readonly ChunkAttribution _attribution;
    private readonly long[] _persons;
    private long _events;
    private ChunkTotals _taken;

    /// <param name="chunkEvents">Events that a chunk will hold, about.</param>
    public ReplayRun(ReplayOptions options, IReplaySink sink, PersonNames names, long chunkEvents)
    {
        _options = options;
        _names = names;
        var budget = new MemoryBudget(options.MemoryBytes);
        Texts = new ChunkTexts(budget);
        AttributionConfig[] configs = options.Lanes;
        Lanes = [.. configs.Select((config, index) =>
            new Lane(index, config, options, new PersonChunk(Texts, budget, chunkEvents / EventsPerPerson),
                MatchesOf(config, budget)))];
        _workers = [.. Enumerable.Range(0, options.Threads).Select(_ => (LaneWorker[])
            [.. Lanes.Select(lane => new LaneWorker(lane, sink.NewLane(lane.Index, lane.Config)))])];
        _attribution = new ChunkAttribution(Lanes, _workers);
        _persons = new long[Lanes.Length];
    }

    public Lane[] Lanes { get; }

    public ChunkTexts Texts { get; }

    public long Conversions(int lane) => _workers.Sum(thread => thread[lane].ConversionCount);

    /// <summary>Reads and attributes a part; in two halves where it turns out too large.</summary>
    /// <exception cref="ReplayException">Not even one person fits.</exception>
    public async Task AttributeAsync(
        ChunkReader reader, ChunkPart part, Action onBlock, CancellationToken cancel)
    {
        try
        {
            await reader.ReadAsync(part, onBlock, cancel).ConfigureAwait(false);
        }
        catch (ChunkFullException)
        {
            if (part.IsSmallest || Lanes.All(lane => lane.Chunk.PersonCount <= 1))
                throw TooLarge();
            (ChunkPart first, ChunkPart second) = part.Halves();
            await AttributeAsync(reader, first, onBlock, cancel).ConfigureAwait(false);
            await AttributeAsync(reader, second, onBlock, cancel).ConfigureAwait(false);
            return;
        }

        _events += reader.EventCount;
        foreach (Lane lane in Lanes)
            _persons[lane.Index] += lane.Chunk.PersonCount;
        await _attribution.RunAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>What was done since this was last asked: a chunk.</summary>
    public ChunkTotals TakeTotals(int chunk)
    {
        long conversions = Conversions(0);
        var totals = new ChunkTotals(
            chunk, _events - _taken.Events, conversions - _taken.Conversions,
            (conversions - _taken.Conversions) * Lanes[0].Config.Models.Count);
        _taken = new ChunkTotals(chunk, _events, conversions, 0);
        return totals;
    }

    public ReplayReport Report(int chunks, ulong through, TimeSpan elapsed)
    {
        LaneTotals[] lanes = [.. Lanes.Select(lane => new LaneTotals
        {
            Config = lane.Config.Hash,
            Persons = _persons[lane.Index],
            Conversions = Conversions(lane.Index),
            Rows = Conversions(lane.Index) * lane.Config.Models.Count,
            RefusedLinks = _names.RefusedLinks(lane.Index),
        })];
        return new ReplayReport
        {
            Events = _events,
            Persons = lanes[0].Persons,
            Conversions = lanes[0].Conversions,
            Rows = lanes.Sum(lane => lane.Rows),
            Chunks = chunks,
            Through = through,
            Elapsed = elapsed,
            Lanes = lanes,
        };
    }

    public void Dispose()
    {
        foreach (LaneWorker[] thread in _workers)
        {
            foreach (LaneWorker worker in thread)
                worker.Dispose();
        }

        foreach (Lane lane in Lanes)
            lane.Dispose();
        Texts.Dispose();
    }

    private static InstallMatches? MatchesOf(AttributionConfig config, MemoryBudget budget) =>
        config.Windows.HasProbabilistic
            ? new InstallMatches(config.Windows.LongestProbabilistic, budget)
            : null;

    private ReplayException TooLarge() => new(
        $"One person's history does not fit {_options.MemoryBytes / (1 << 20)} MiB: give the replay more "
        + "(--memory), or leave the id that joins so many events out of the config's identity rules "
        + "(identity.ignore, identity.max_ids).");
}
