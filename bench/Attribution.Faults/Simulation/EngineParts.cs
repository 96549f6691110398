using System.Diagnostics.Metrics;
using System.Globalization;
using Attribution.Engine;
using Attribution.Engine.Identity;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Recovery;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Workers;
using Attribution.Faults.ClickHouse;
using Attribution.Model.Configs;
using Attribution.Model.Identity;
using Attribution.Ring;

namespace Attribution.Faults.Simulation;

/// <summary>What one life of an engine is made over: all of it outlives the engine. Immutable.</summary>
internal sealed record EngineGround
{
    public required Random Random { get; init; }

    public required SimulatedClock Clock { get; init; }

    public required IJournalFileSystem Files { get; init; }

    public required SimulatedClickHouse ClickHouse { get; init; }

    public required IInsertTransport Transport { get; init; }

    public required JournalOptions Journal { get; init; }

    public required SinkOptions Sink { get; init; }

    /// <summary>Where blocks are spilled; null where they never are.</summary>
    public IJournalFileSystem? Spill { get; init; }

    public required AttributionConfig Config { get; init; }

    public required int Shards { get; init; }

    /// <summary>What a start finds in ClickHouse.</summary>
    public required IStoredState Stored { get; init; }

    /// <summary>Told each watermark; says what the journal may forget.</summary>
    public Func<long, long> WatermarkAdvanced { get; init; } = static watermark => watermark;

    /// <summary>Told each time that a writer looks for room; may end the engine.</summary>
    public Action WriterWaits { get; init; } = static () => { };
}

/// <summary>
/// The stages of one engine, wired as <see cref="Pipeline"/> wires them, each at the hand of whoever owns
/// this. Small tables. Used by one thread.
/// </summary>
internal sealed class EngineParts : IDisposable
{
    /// <summary>Room for everything a run sends, twice over: the replay then needs no consumer.</summary>
    private const int RingSlots = 1024;
    private const int ArenaBytes = 1024 * 1024;

    private static readonly IdentityOptions IdentitySizes =
        new() { EventIds = 1 << 11, MaxLinkedIds = 1 << 9 };

    /// <summary>What the clock's jumps make late is not forgotten.</summary>
    private static readonly WorkerOptions WorkerSizes = new()
    {
        MaxPersons = 1 << 8,
        MaxTexts = 1 << 8,
        MaxTouches = 1 << 10,
        MaxMatchTouches = 1 << 8,
        MaxMatchInstalls = 1 << 6,
        LateArrival = TimeSpan.FromDays(60),
    };

    private readonly Meter _meter = new("Attribution.Faults");
    private readonly EngineGround _ground;
    private readonly RecoveredJournal _left;

    /// <summary>Reads what the journal holds and makes the stages; nothing runs yet.</summary>
    /// <exception cref="JournalException">The disk refuses.</exception>
    public EngineParts(EngineGround ground)
    {
        _ground = ground;
        _left = JournalRecovery.Run(ground.Files, ground.Journal);
        _left.GoOnAfter(
            Done(ground.Stored.NextSequenceAsync(_left.EndSequence, CancellationToken.None)));

        Ring = NewRing(_left.NextSequence);
        Behind = NewRing(_left.FirstSequence);
        Stages = Behind;
        Journal = new EventJournal(Ring, _left, ground.Journal);
        Scheduler = new StepScheduler(ground.Random);
        Sink = NewSink();
        Identity = new IdentityStage(
            Behind, ground.Config.Identity, IdentitySizes, Sink.Writer(ground.Shards));
        Exchange = new ShardExchange(ground.Shards);
        var setup = new WorkerSetup(ground.Config, WorkerSizes);
        Workers = new ShardWorker[ground.Shards];
        Handled = new Sequence[ground.Shards];
        for (int shard = 0; shard < Workers.Length; shard++)
        {
            Workers[shard] = new ShardWorker(shard, Behind, Exchange, Sink.Writer(shard), setup);
            Handled[shard] = new Sequence(_left.FirstSequence - 1);
        }

        Behind.AddGatingSequences(Handled);
        Journalled = new Sequence(_left.NextSequence - 1);
        Ring.AddGatingSequences(Journalled);
        var metrics = new IngestMetrics(_meter, () => Ring.Fill);
        var impatient = new IngestOptions { RoomTimeout = TimeSpan.Zero };
        Ingestor = new Ingestor(Ring, Journal, metrics, impatient, ground.Clock);
    }

    public long FirstSequence => _left.FirstSequence;

    /// <summary>The first sequence of an event that this life takes.</summary>
    public long NextSequence => _left.NextSequence;

    /// <summary>Where events are taken.</summary>
    public EventRing Ring { get; }

    /// <summary>Where the journal's records go until the stages have caught up.</summary>
    public EventRing Behind { get; }

    /// <summary>That of both which identity and workers stand behind.</summary>
    public EventRing Stages { get; private set; }

    /// <summary>How far the journal has come.</summary>
    public Sequence Journalled { get; }

    public EventJournal Journal { get; }

    public StepScheduler Scheduler { get; }

    public SinkPipeline Sink { get; }

    public SinkLog Log { get; } = new();

    public IdentityStage Identity { get; }

    public ShardExchange Exchange { get; }

    public ShardWorker[] Workers { get; }

    /// <summary>How far each worker has come.</summary>
    public Sequence[] Handled { get; }

    public Ingestor Ingestor { get; }

    /// <summary>Brings back what was stored, and has earlier lives' records wait for the stages.</summary>
    /// <returns>How many records.</returns>
    public long Restore()
    {
        Done(_ground.Stored.RestoreAsync(
            Identity, Workers, _left.Stored, IdentitySizes.EventIds, CancellationToken.None));
        return Replay(NextSequence);
    }

    /// <summary>Has the journal's records up to before a sequence wait for the stages.</summary>
    /// <exception cref="JournalException">The disk refuses.</exception>
    public long Replay(long end) => Done(JournalReplay.RunAsync(Behind, _left, end, CancellationToken.None));

    /// <summary>Puts the stages behind the ring where events are taken.</summary>
    /// <param name="after">The last event that they have handled.</param>
    public void Switch(long after)
    {
        Stages = Ring;
        Identity.Follow(Ring);
        foreach (ShardWorker worker in Workers)
            worker.Follow(Ring);
        Ring.AddGatingSequences(Handled);
        foreach (Sequence handled in Handled)
            handled.SetValue(after);
        Ring.RemoveGatingSequence(Journalled);
    }

    public void Dispose()
    {
        foreach (ShardWorker worker in Workers)
            worker.Dispose();
        Identity.Dispose();
        _meter.Dispose();
    }

    private static T Done<T>(Task<T> task) => task.IsCompleted
        ? task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("the simulated ring is too small for what the journal holds");

    private static EventRing NewRing(long firstSequence) => new(new EventRingOptions
    {
        Slots = RingSlots,
        ArenaBytes = ArenaBytes,
        FirstSequence = firstSequence,
    });

    private SinkPipeline NewSink()
    {
        Random random = _ground.Random;
        var wait = new WriterWait(_ground, this);
        return new SinkPipeline(_ground.Sink, _ground.Transport, new SinkSetup
        {
            Writers = _ground.Shards + 1,
            ConfigHash = _ground.Config.Hash,
            IdentityRules = IdentityRules.Hash(_ground.Config.Identity),
            LastResortPath = Path.Combine(Path.GetTempPath(), "attribution-simulation-letters.ndjson"),
            FirstSequence = _left.FirstSequence,
            Run = random.Next().ToString("x", CultureInfo.InvariantCulture),
            Clock = _ground.Clock,
            Scheduler = Scheduler,
            Jitter = random.NextDouble,
            Log = Log,
            SpillFiles = _ground.Spill,
            WaitForRoom = wait.TryTake,
            WatermarkAdvanced = watermark => Journal.ReleaseUpTo(_ground.WatermarkAdvanced(watermark)),
        });
    }
}
