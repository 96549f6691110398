using System.Diagnostics.Metrics;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Api;
using Attribution.Engine.Identity;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Keys;
using Attribution.Engine.Recovery;
using Attribution.Engine.Recovery.Snapshots;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Telemetry;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Identity;
using Attribution.Ring;

namespace Attribution.Engine;

/// <summary>
/// The way of an event, wired: ring → journal → identity → workers → sink. Stages start from the end of the
/// way to its beginning and drain from its beginning to the end. Owned by the run.
/// </summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private const string LostText =
        "the journal lost records that had been synced; what is left of them is in journal/quarantine";

    private readonly Meter _meter = new(MetricsText.MeterName);
    private readonly TaskCompletionSource<string> _failed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Readiness _readiness;
    private readonly Ingestor _ingestor;
    private readonly ProjectKeys _keys;
    private readonly IdentityStage _identity;
    private readonly ShardExchange _exchange;
    private readonly ShardWorker[] _workers;
    private readonly ProjectMasks _masks;
    private readonly PipelineStart _start;
    private readonly BatchProcessor[] _processors;

    private Pipeline(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, PipelineStart start)
    {
        RecoveredJournal left = start.Left;
        _start = start;
        Ring = new EventRing(new EventRingOptions
        {
            Slots = options.RingSlots,
            ArenaBytes = options.ArenaBytes,
            FirstSequence = left.FirstSequence,
            WaitStrategy = RuntimeSettings.RingWait,
        });
        Journal = new EventJournal(Ring, left, JournalOptions(options));
        Sink = new SinkPipeline(options.Sink, new ClickHouseTransport(client), new SinkSetup
        {
            Writers = options.Shards + 1,
            ConfigHash = config.Hash,
            IdentityRules = IdentityRules.Hash(config.Identity),
            LastResortPath = Path.Combine(options.DataFolder, "dead-letters.ndjson"),
            FirstSequence = left.FirstSequence,
            SpillFiles = new DiskJournalFileSystem(Path.Combine(options.DataFolder, "spill")),
            WatermarkAdvanced = Journal.ReleaseUpTo,
        });
        Journal.OtherBytes = () => Sink.Stats.Spill.Bytes;

        _masks = start.Snapshot?.Masks ?? ProjectMasks.NewSecret();
        _identity = new IdentityStage(
            Ring, config.Identity, options.Identity with { Masks = _masks }, Sink.Writer(options.Shards));
        _exchange = new ShardExchange(options.Shards);
        var setup = new WorkerSetup(config, options.Workers, _masks);
        _workers = new ShardWorker[options.Shards];
        for (int shard = 0; shard < _workers.Length; shard++)
            _workers[shard] = new ShardWorker(shard, Ring, _exchange, Sink.Writer(shard), setup);
        _processors = BuildProcessors(options.Durability);

        _keys = new ProjectKeys(
            new KeyFile(options.DataFolder), options.Edge.EventsPerSecond, TimeProvider.System, Storage.Warn);
        _keys.AddTo(_meter);
        _readiness = new Readiness(new ReadinessSources
        {
            RingFill = () => Ring.Fill,
            IsJournalWriting = () => Journal.IsWriting,
            IsJournalFull = () => Journal.IsFull,
            IsSinkHealthy = () => Sink.Stats.IsHealthy,
            Degradations =
            [
                () => left.IsDegraded ? LostText : "", () => _keys.Trouble, () => Sink.Stats.Degradation,
            ],
        });
        var ingestMetrics = new IngestMetrics(_meter, () => Ring.Fill);
        _ingestor = new Ingestor(Ring, Journal, ingestMetrics, new IngestOptions(), TimeProvider.System);
        EngineMetrics.Add(_meter, Journal, _identity, _workers, Sink);
        ProcessMetrics.Add(_meter);
        Api = new ApiServices
        {
            Ingestor = _ingestor,
            Projects = _keys,
            Readiness = _readiness,
            Metrics = new MetricsText(_meter),
            Requests = new RequestMetrics(_meter),
            Edge = options.Edge,
            Bodies = new BodyBudget(options.Edge.MaxBodiesBytes, _meter),
        };
    }

    public EventRing Ring { get; }

    public EventJournal Journal { get; }

    public SinkPipeline Sink { get; }

    public ApiServices Api { get; }

    public ProjectKeys Keys => _keys;

    /// <summary>
    /// Completes with a description when a stage failed, which is a bug or a dead disk: the run must end.
    /// </summary>
    public Task<string> Failed => _failed.Task;

    /// <summary>What the start took.</summary>
    public StartClock Clock => _start.Clock;

    public RecoveryReport Recovery { get; private set; } = new();

    /// <summary>Reads what earlier runs left, starts all stages and replays the journal.</summary>
    /// <exception cref="StartException">The journal or ClickHouse cannot be read.</exception>
    public static async Task<Pipeline> StartAsync(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, CancellationToken cancel)
    {
        try
        {
            PipelineStart start =
                await PipelineStart.ReadAsync(options, config, client, cancel).ConfigureAwait(false);
            var pipeline = new Pipeline(options, config, client, start);
            if (await pipeline.TryRecoverAsync(options, cancel).ConfigureAwait(false))
                return pipeline;

            // The snapshot was broken, and is gone now: tables and journal say the same.
            await pipeline.DisposeAsync().ConfigureAwait(false);
            return await StartAsync(options, config, client, cancel).ConfigureAwait(false);
        }
        catch (Exception failure)
            when (failure is JournalException or ClickHouseException or HttpRequestException
                or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"what earlier runs left cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>From now on events are taken.</summary>
    public void Ready() => _readiness.State = EngineState.Running;

    /// <summary>From now on events are refused; those accepted go on.</summary>
    public void Close()
    {
        _readiness.State = EngineState.Draining;
        _ingestor.Close();
    }

    /// <summary>Finishes everything that was accepted, stage by stage, as far as the time allows.</summary>
    public async Task<DrainReport> DrainAsync(CancellationToken cancel)
    {
        bool drained = true;
        try
        {
            await Task.Run(StopProcessors, CancellationToken.None).WaitAsync(cancel).ConfigureAwait(false);
            await Sink.DrainAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            drained = false;
        }

        return new DrainReport
        {
            Events = _workers.Sum(worker => worker.EventCount),
            Conversions = _workers.Sum(worker => worker.ConversionCount),
            Unsent = Math.Max(0, Ring.Cursor - Sink.Watermark),
            IsComplete = drained,
        };
    }

    /// <summary>
    /// After a drain that left nothing unsent: writes down what identity and workers know, so that the next
    /// start does not have to read it from ClickHouse.
    /// </summary>
    /// <returns>False where that cannot be, or not in time: then the next start reads it.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancel)
    {
        // Of a stage that failed nobody can say what it knows.
        if (_failed.Task.IsCompleted)
            return false;
        try
        {
            var head = new SnapshotHead
            {
                NextSequence = Ring.Cursor + 1,
                JournalNumber = Journal.NextNumber,
                Links = Recovery.Links,
                LinksOfOtherRules = Recovery.LinksOfOtherRules,
                Meaning = _start.Meaning,
                Masks = _masks,
            };
            head.Content = await _start.Stored.ContentAsync(head.RowsFrom, cancel).ConfigureAwait(false);
            await _start.Snapshots.WriteAsync(head, _identity, _workers, cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception refusal) when (refusal is OperationCanceledException or IOException
            or UnauthorizedAccessException or ClickHouseException or HttpRequestException or TimeoutException)
        {
            Storage.Warn($"no snapshot was written, the next start reads ClickHouse: {refusal.Message}");
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _keys.Dispose();
        _exchange.Stop();
        Journal.GiveUp();
        await Sink.DisposeAsync().ConfigureAwait(false);
        foreach (BatchProcessor processor in _processors)
            processor.Halt();
        foreach (ShardWorker worker in _workers)
            worker.Dispose();
        _identity.Dispose();
        Journal.Dispose();
        Api.Metrics.Dispose();
        _meter.Dispose();
    }

    internal static JournalOptions JournalOptions(EngineOptions options) =>
        Engine.Journal.JournalOptions.Within(options.JournalMaxBytes) with
        {
            Durability = options.Durability,
        };

    private BatchProcessor[] BuildProcessors(Durability durability)
    {
        var options = new BatchProcessorOptions { Faulted = OnFault };
        WaitStrategy keepsUp = RuntimeSettings.StageWait;
        WaitStrategy answers = durability == Durability.None ? keepsUp : RuntimeSettings.RingWait;
        var journal = new BatchProcessor("journal", Ring.NewBarrier(answers), Journal, options);
        var identity = new BatchProcessor(
            "identity", Ring.NewBarrier(keepsUp, journal.Sequence), _identity, options);
        var processors = new BatchProcessor[2 + _workers.Length];
        processors[0] = journal;
        processors[1] = identity;
        for (int shard = 0; shard < _workers.Length; shard++)
        {
            var worker = new BatchProcessor(
                $"worker-{shard}", Ring.NewBarrier(keepsUp, identity.Sequence), _workers[shard], options);
            Ring.AddGatingSequences(worker.Sequence);
            processors[2 + shard] = worker;
        }

        return processors;
    }

    /// <returns>False where a snapshot turned out to be broken; nothing was started then.</returns>
    private async Task<bool> TryRecoverAsync(EngineOptions options, CancellationToken cancel)
    {
        RecoveredJournal left = _start.Left;
        StoredCounts counts = default;
        bool isLoaded = false;
        if (_start.Snapshot is { } head)
        {
            counts = new StoredCounts(head.Links, head.LinksOfOtherRules, 0);
            isLoaded = await _start.Snapshots.TryLoadAsync(head, _identity, _workers).ConfigureAwait(false);
        }

        // Whatever it was, events are taken from now on that it does not know.
        _start.Snapshots.Delete();
        if (isLoaded)
            Clock.Done("snapshot");
        else if (_start.Snapshot is not null)
            return false;
        else
            counts = await RestoreAsync(options, cancel).ConfigureAwait(false);

        for (int i = _processors.Length - 1; i >= 0; i--)
            _processors[i].Start();
        _ = Sink.Completion.ContinueWith(
            sink => OnFault("sink", sink.Exception!), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        long replayed = await JournalReplay.RunAsync(Ring, left, cancel).ConfigureAwait(false);
        Clock.Done("replay");
        Recovery = new RecoveryReport
        {
            Links = counts.Links,
            LinksOfOtherRules = counts.LinksOfOtherRules,
            Events = counts.Events,
            SnapshotPersons = isLoaded ? _workers.Sum(worker => (long)worker.Journeys.PersonCount) : null,
            Replayed = replayed,
            LostRecords = left.LostRecords,
            CutBytes = left.CutBytes,
        };
        return true;
    }

    private async Task<StoredCounts> RestoreAsync(EngineOptions options, CancellationToken cancel)
    {
        StoredCounts counts = await _start.Stored
            .RestoreAsync(_identity, _workers, _start.Left.Stored, options.Identity.EventIds, cancel)
            .ConfigureAwait(false);
        Clock.Done("restore");
        Clock.Within("parsing", counts.ParserBusy);
        Clock.Within("identity", counts.IdentityBusy);
        Clock.Within("journeys", counts.WorkersBusy);
        return counts;
    }

    private void StopProcessors()
    {
        foreach (BatchProcessor processor in _processors)
            processor.DrainAndStop();
    }

    private void OnFault(BatchProcessor processor, Exception exception) => OnFault(processor.Name, exception);

    private void OnFault(string stage, Exception exception)
    {
        _exchange.Stop();
        _failed.TrySetResult($"{stage}: {exception}");
    }
}
