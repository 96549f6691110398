using System.Diagnostics;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay.Chunks;
using Attribution.Replay.Persons;
using Attribution.Replay.Reading;

namespace Attribution.Replay;

/// <summary>
/// Attributes the stored conversions of a range again, under one config or several, and hands them to a sink:
/// reads raw events as they lie, groups them by person itself, chunk by chunk. Run once; the client is the
/// caller's.
/// </summary>
public sealed class Replayer
{
    /// <summary>Most passes over the events.</summary>
    public const int MaxChunks = 65_536;

    private const string ThroughSql =
        "SELECT max(sequence) FROM events WHERE project = {project:String}";

    private readonly ClickHouseClient _client;
    private readonly ReplayOptions _options;
    private readonly long _started = Stopwatch.GetTimestamp();

    public Replayer(ClickHouseClient client, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _client = client;
        _options = options;
    }

    /// <summary>
    /// Fixes what a replay leaves open, its newest sequence and its chunks, so that it can be gone on with.
    /// </summary>
    public static async Task<ReplayOptions> PlanAsync(
        ClickHouseClient client, ReplayOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ulong through = options.Through ?? await client.ScalarAsync<ulong>(
            ThroughSql, new QueryParameters().Add("project", options.Project), cancel).ConfigureAwait(false);
        if (options.Chunks is not null)
            return options with { Through = through };

        AttributionConfig[] configs = options.Lanes;
        var events = new EventReader(client, EventColumns.Of(configs), EventRange.Of(options, through));
        long rows = await events.CountAsync(cancel).ConfigureAwait(false);
        int chunks = ChunkPlan.Chunks(rows, configs.Length, options.MemoryBytes);
        return options with { Through = through, Chunks = chunks };
    }

    /// <exception cref="ReplayException">The replay cannot go on; says what would help.</exception>
    public async Task<ReplayReport> RunAsync(
        IReplaySink sink, IProgress<ReplayProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ReplayOptions plan = await PlanAsync(_client, _options, cancel).ConfigureAwait(false);
        ulong through = plan.Through!.Value;
        int chunks = plan.Chunks!.Value;
        AttributionConfig[] configs = plan.Lanes;
        var links = new LinkReader(_client, _options.Project, through);
        using PersonNames names = await links.ReadAsync(configs, cancel).ConfigureAwait(false);

        EventColumns columns = EventColumns.Of(configs);
        var events = new EventReader(_client, columns, EventRange.Of(_options, through));
        long rows = await events.CountAsync(cancel).ConfigureAwait(false);

        using var run = new ReplayRun(_options, sink, names, rows / chunks);
        var reader = new ChunkReader(
            events, new EventDecoder(columns, Encoding.UTF8.GetBytes(_options.Project)), names, run.Lanes,
            run.Texts);
        int skipped = _options.SkipChunks.Count(chunk => chunk < chunks);
        ReplayProgress At(int done) => new(
            reader.RowsRead, rows * (chunks - skipped), done, chunks, run.Conversions(0), Elapsed);
        int done = skipped;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            if (_options.SkipChunks.Contains(chunk))
                continue;
            int doneBefore = done;
            await run.AttributeAsync(
                reader, new ChunkPart((ulong)chunk, (ulong)chunks), () => progress?.Report(At(doneBefore)),
                cancel).ConfigureAwait(false);
            await sink.ChunkDoneAsync(run.TakeTotals(chunk), cancel).ConfigureAwait(false);
            progress?.Report(At(++done));
        }

        return run.Report(chunks, through, Elapsed);
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);
}
