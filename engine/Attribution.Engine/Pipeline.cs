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
    private readonly BatchProcessor _journal;
    private readonly StateRecovery _recovery;

    private Pipeline(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, PipelineStart start)
    {
        RecoveredJournal left = start.Left;
        _start = start;
        Ring = new EventRing(new EventRingOptions
        {
            Slots = options.RingSlots,
            ArenaBytes = options.ArenaBytes,
            FirstSequence = left.NextSequence,
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
        _journal = JournalProcessor(options.Durability);
        // Until identity and workers are there an event may leave the ring when the journal has it.
        Ring.AddGatingSequences(_journal.Sequence);
        _recovery = new StateRecovery(
            start, Ring, _journal, new StageSet(_identity, _workers, OnFault));

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
            Restoring = () => _recovery.Progress,
        });
        var ingestMetrics = new IngestMetrics(_meter, () => Ring.Fill);
        _ingestor = new Ingestor(Ring, Journal, ingestMetrics, new IngestOptions(), TimeProvider.System);
        EngineMetrics.Add(_meter, Journal, _identity, _workers, Sink);
        RecoveryMetrics.Add(_meter, _recovery, Sink);
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

    /// <summary>What the start took, until events can be taken.</summary>
    public StartClock Clock => _start.Clock;

    /// <summary>What identity and workers knew, as it comes back.</summary>
    public StateRecovery Recovery => _recovery;

    /// <summary>
    /// Reads what earlier runs left in the journal and starts it; what identity and workers knew comes back
    /// meanwhile or afterwards.
    /// </summary>
    /// <exception cref="StartException">The journal or ClickHouse cannot be read.</exception>
    public static async Task<Pipeline> StartAsync(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, CancellationToken cancel)
    {
        try
        {
            PipelineStart start =
                await PipelineStart.ReadAsync(options, config, client, cancel).ConfigureAwait(false);
            var pipeline = new Pipeline(options, config, client, start);
            if (await pipeline.TryBeginAsync().ConfigureAwait(false))
                return pipeline;

            // The snapshot was broken, and is gone now: tables and journal say the same.
            await pipeline.DisposeAsync().ConfigureAwait(false);
            return await StartAsync(options, config, client, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (StateRecovery.IsUnreadable(failure))
        {
            throw StateRecovery.Unreadable(failure);
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

    /// <summary>
    /// Finishes everything that was accepted, stage by stage, as far as the time allows. Where identity and
    /// workers do not have their state yet, it goes no further than the journal.
    /// </summary>
    public async Task<DrainReport> DrainAsync(CancellationToken cancel)
    {
        bool drained = true;
        try
        {
            await _recovery.StopAsync().WaitAsync(cancel).ConfigureAwait(false);
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
        // Of a stage that failed nobody can say what it knows, and one that waits for it knows too little.
        if (_failed.Task.IsCompleted || !_recovery.IsWhole)
            return false;
        try
        {
            var head = new SnapshotHead
            {
                NextSequence = Ring.Cursor + 1,
                JournalNumber = Journal.NextNumber,
                Links = Recovery.Report.Links,
                LinksOfOtherRules = Recovery.Report.LinksOfOtherRules,
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
        // Before the tables go that it fills.
        await _recovery.DisposeAsync().ConfigureAwait(false);
        _journal.Halt();
        _recovery.Live.Halt();
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

    private BatchProcessor JournalProcessor(Durability durability)
    {
        WaitStrategy answers =
            durability == Durability.None ? RuntimeSettings.StageWait : RuntimeSettings.RingWait;
        return new BatchProcessor(
            "journal", Ring.NewBarrier(answers), Journal, new BatchProcessorOptions { Faulted = OnFault });
    }

    /// <returns>False where a snapshot turned out to be broken; nothing was started then.</returns>
    private async Task<bool> TryBeginAsync()
    {
        if (!await _recovery.TryLoadAsync().ConfigureAwait(false))
            return false;
        if (_start.Snapshot is not null)
            Clock.Done("snapshot");
        _journal.Start();
        _ = Sink.Completion.ContinueWith(
            sink => OnFault("sink", sink.Exception!), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await _recovery.BeginAsync().ConfigureAwait(false);
        return true;
    }

    private void StopProcessors()
    {
        _journal.DrainAndStop();
        _recovery.Live.DrainAndStop();
    }

    private void OnFault(BatchProcessor processor, Exception exception) => OnFault(processor.Name, exception);

    private void OnFault(string stage, Exception exception)
    {
        _exchange.Stop();
        _failed.TrySetResult($"{stage}: {exception}");
    }
}
