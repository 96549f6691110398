using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Identity;
using Attribution.Engine.Recovery.Snapshots;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;

namespace Attribution.Engine.Tests.Workers;

/// <summary>Ring, identity and workers driven by hand, on the test's thread. Owned by one test.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly EventRing _ring = new(new EventRingOptions { Slots = 4096, ArenaBytes = 1 << 22 });
    private readonly Attribution.Ring.Sequence _consumed = new(-1);
    private readonly ShardExchange _exchange;
    private readonly ShardWorker[] _workers;
    private readonly ScriptedTransport _transport = new();
    private readonly IdentityConfig _rules;
    private long _handled = -1;

    /// <summary>Small tables, so that a rig is made in no time.</summary>
    public static readonly WorkerOptions Small = new()
    {
        MaxPersons = 1 << 12,
        MaxTexts = 1 << 10,
        MaxMatchTouches = 1 << 10,
        MaxMatchInstalls = 1 << 10,
    };

    public WorkerRig(int shards = 1)
        : this(null, shards)
    {
    }

    /// <param name="transport">Instead of one that keeps what lands.</param>
    /// <param name="config">Instead of the web profile.</param>
    public WorkerRig(
        IInsertTransport? transport, int shards, AttributionConfig? config = null,
        WorkerOptions? options = null)
    {
        config ??= AttributionConfig.Web;
        _rules = config.Identity;
        _ring.AddGatingSequences(_consumed);
        Sink = new SinkTest(transport ?? _transport, writers: shards + 1);
        _exchange = new ShardExchange(shards);
        Identity = new IdentityStage(
            _ring,
            config.Identity,
            new IdentityOptions { EventIds = 1 << 14, MaxLinkedIds = 1 << 10 },
            Sink.Pipeline.Writer(shards));
        var setup = new WorkerSetup(config, options ?? Small);
        _workers = new ShardWorker[shards];
        for (int shard = 0; shard < shards; shard++)
            _workers[shard] = new ShardWorker(shard, _ring, _exchange, Sink.Pipeline.Writer(shard), setup);
    }

    public SinkTest Sink { get; }

    public IdentityStage Identity { get; }

    public ShardWorker Worker => _workers[0];

    public IReadOnlyList<ShardWorker> Workers => _workers;

    public int ShardOf(ulong person) => _exchange.ShardOf(person);

    /// <summary>Puts an event into the ring and through every stage.</summary>
    public EventRecord Handle(SampleEvent sample)
    {
        EventRecord record = sample.ToRecord(out byte[] bytes);
        record.ComputeHashes(bytes);
        return Handle(record, bytes);
    }

    public EventRecord Handle(in EventRecord record, ReadOnlySpan<byte> bytes)
    {
        long sequence = Publish(record, bytes);
        HandleThrough(sequence);
        return _ring[sequence];
    }

    /// <summary>Puts events into the ring together and then, as one batch, through every stage.</summary>
    public void HandleBatch(IEnumerable<SampleEvent> samples)
    {
        long last = _handled;
        foreach (SampleEvent sample in samples)
        {
            EventRecord record = sample.ToRecord(out byte[] bytes);
            record.ComputeHashes(bytes);
            last = Publish(record, bytes);
        }

        if (last > _handled)
            HandleThrough(last);
    }

    /// <summary>The links that these events made, as a start takes them from the tables.</summary>
    public void RestoreLinks(IEnumerable<SampleEvent> samples)
    {
        var ids = new EventIds(_rules);
        foreach (SampleEvent sample in samples)
        {
            EventRecord record = sample.ToRecord(out byte[] bytes);
            record.ComputeHashes(bytes);
            ids.Read(record, bytes);
            foreach (PersonId id in ids.All)
                Identity.RestoreLink(ids.Strongest, id.Hash);
        }
    }

    /// <summary>Takes events in as a start does from the tables: nothing is written.</summary>
    public void Restore(IEnumerable<SampleEvent> samples)
    {
        foreach (SampleEvent sample in samples)
        {
            EventRecord record = sample.ToRecord(out byte[] bytes);
            record.ComputeHashes(bytes);
            Identity.Restore(ref record, bytes);
            foreach (ShardWorker worker in _workers)
                worker.Restore(record, bytes);
        }
    }

    /// <summary>Writes down what the stages know, as a stop does.</summary>
    public void Save(string folder, CancellationToken cancel = default) => new StateSnapshot(folder)
        .WriteAsync(new SnapshotHead(), Identity, _workers, cancel).GetAwaiter().GetResult();

    /// <returns>False where the snapshot is missing or broken.</returns>
    public bool TryLoad(string folder)
    {
        var snapshot = new StateSnapshot(folder);
        return snapshot.TryReadHead() is { } head
            && snapshot.TryLoadAsync(head, Identity, _workers).GetAwaiter().GetResult();
    }

    public static SampleEvent Event(
        string id, string type, long minute, params (EventField Field, string Text)[] fields)
    {
        SampleEvent sample = new SampleEvent(id)
            .At(SampleEvent.Noon + (minute * 60_000))
            .With(EventField.Type, type);
        foreach ((EventField field, string text) in fields)
            sample[field] = Encoding.UTF8.GetBytes(text);
        return sample;
    }

    /// <summary>Every event id that landed in a table's column of ids, in order.</summary>
    public IEnumerable<string> Landed(string table) =>
        _transport.LandedRows(table).Select(row => row.EventId);

    /// <summary>
    /// Drains the sink and reads back what stands: of each conversion and model the row of the highest
    /// version, as <c>touch:credit</c> pairs.
    /// </summary>
    public Task<Dictionary<(string Conversion, string Model), string>> AttributionsAsync() =>
        StandingAsync(Credits);

    /// <summary>The same with every column but the version, as <see cref="RowText"/> spells them.</summary>
    public Task<Dictionary<(string Conversion, string Model), string>> RowsAsync() =>
        StandingAsync(RowText.Of);

    public async ValueTask DisposeAsync()
    {
        foreach (ShardWorker worker in _workers)
            worker.Dispose();
        Identity.Dispose();
        await Sink.DisposeAsync();
    }

    private async Task<Dictionary<(string Conversion, string Model), string>> StandingAsync(
        Func<ReadBlock, int, string> spell)
    {
        await Sink.DrainAsync();
        var standing = new Dictionary<(string, string), (ulong Version, string Text)>();
        foreach (SentInsert insert in _transport.Landed.Where(insert => insert.Table == "attributions"))
        {
            using var frames = new FrameStream(new MemoryStream(insert.Bytes));
            var reader = new BlockReader(frames);
            while (await reader.ReadAsync())
            {
                for (int row = 0; row < reader.Block.RowCount; row++)
                    Take(reader.Block, row, spell(reader.Block, row), standing);
            }
        }

        return standing.ToDictionary(pair => pair.Key, pair => pair.Value.Text);
    }

    private static string Credits(ReadBlock block, int row)
    {
        string[] touches = block["touches"].GetArray<string>(row);
        uint[] credits = block["credits"].GetArray<uint>(row);
        return string.Join(' ', touches.Zip(credits, (touch, credit) => $"{touch}:{credit}"));
    }

    private static void Take(
        ReadBlock block, int row, string text,
        Dictionary<(string, string), (ulong Version, string Text)> standing)
    {
        var key = (block["conversion_id"].GetString(row), block["model"].GetString(row));
        ulong version = block["version"].GetUInt64(row);
        if (standing.TryGetValue(key, out (ulong Version, string Text) known))
        {
            Assert.True(known.Version != version, $"{key} is written twice under one version");
            if (known.Version > version)
                return;
        }

        standing[key] = (version, text);
    }

    private long Publish(in EventRecord record, ReadOnlySpan<byte> bytes)
    {
        Assert.True(_ring.TryClaim(1, bytes.Length, out EventClaim claim));
        bytes.CopyTo(_ring.ClaimBytes(claim));
        ref EventRecord slot = ref _ring[claim.First];
        slot = record;
        slot.ArenaOffset = claim.ArenaOffset;
        _ring.Publish(claim);
        return claim.Last;
    }

    private void HandleThrough(long last)
    {
        long first = _handled + 1;
        _handled = last;
        Identity.OnBatch(first, last);
        if (_workers.Length == 1)
            _workers[0].OnBatch(first, last);
        else
            HandleTogether(first, last);
        _consumed.SetValue(last);
    }

    /// <summary>Workers that take over a person wait for the giver, so each has its own thread.</summary>
    private void HandleTogether(long first, long last)
    {
        Task[] tasks = [.. _workers.Select(worker => Task.Factory.StartNew(
            () => worker.OnBatch(first, last), TaskCreationOptions.LongRunning))];
        Task.WaitAll(tasks);
    }
}
