using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Identity;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Workers;

/// <summary>Ring, identity and workers driven by hand, on the test's thread. Owned by one test.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly EventRing _ring = new(new EventRingOptions { Slots = 4096, ArenaBytes = 1 << 22 });
    private readonly Attribution.Ring.Sequence _consumed = new(-1);
    private readonly ShardExchange _exchange;
    private readonly ShardWorker[] _workers;
    private readonly ScriptedTransport _transport = new();
    private long _handled = -1;

    public WorkerRig(int shards = 1)
        : this(null, shards)
    {
    }

    /// <param name="transport">Instead of one that keeps what lands.</param>
    public WorkerRig(IInsertTransport? transport, int shards)
    {
        _ring.AddGatingSequences(_consumed);
        Sink = new SinkTest(transport ?? _transport, writers: shards + 1);
        _exchange = new ShardExchange(shards);
        Identity = new IdentityStage(
            _ring,
            AttributionConfig.Web.Identity,
            new IdentityOptions { EventIds = 1 << 14, MaxLinkedIds = 1 << 10 },
            Sink.Pipeline.Writer(shards));
        var setup = new WorkerSetup(
            AttributionConfig.Web, new WorkerOptions { MaxPersons = 1 << 12, MaxTexts = 1 << 10 });
        _workers = new ShardWorker[shards];
        for (int shard = 0; shard < shards; shard++)
            _workers[shard] = new ShardWorker(shard, _ring, _exchange, Sink.Pipeline.Writer(shard), setup);
    }

    public SinkTest Sink { get; }

    public IdentityStage Identity { get; }

    public ShardWorker Worker => _workers[0];

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
        Assert.True(_ring.TryClaim(1, bytes.Length, out EventClaim claim));
        bytes.CopyTo(_ring.ClaimBytes(claim));
        ref EventRecord slot = ref _ring[claim.First];
        slot = record;
        slot.ArenaOffset = claim.ArenaOffset;
        _ring.Publish(claim);
        long first = _handled + 1;
        _handled = claim.Last;
        Identity.OnBatch(first, _handled);
        for (int shard = 0; shard < _workers.Length; shard++)
            HandleShard(shard, first);
        EventRecord handled = _ring[claim.Last];
        _consumed.SetValue(_handled);
        return handled;
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
    public async Task<Dictionary<(string Conversion, string Model), string>> AttributionsAsync()
    {
        await Sink.DrainAsync();
        var standing = new Dictionary<(string, string), (ulong Version, string Credits)>();
        foreach (SentInsert insert in _transport.Landed.Where(insert => insert.Table == "attributions"))
        {
            using var frames = new FrameStream(new MemoryStream(insert.Bytes));
            var reader = new BlockReader(frames);
            while (await reader.ReadAsync())
            {
                for (int row = 0; row < reader.Block.RowCount; row++)
                    Take(reader.Block, row, standing);
            }
        }

        return standing.ToDictionary(pair => pair.Key, pair => pair.Value.Credits);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ShardWorker worker in _workers)
            worker.Dispose();
        Identity.Dispose();
        await Sink.DisposeAsync();
    }

    private static void Take(
        ReadBlock block, int row, Dictionary<(string, string), (ulong Version, string Credits)> standing)
    {
        var key = (block["conversion_id"].GetString(row), block["model"].GetString(row));
        ulong version = block["version"].GetUInt64(row);
        string[] touches = block["touches"].GetArray<string>(row);
        uint[] credits = block["credits"].GetArray<uint>(row);
        string text = string.Join(' ', touches.Zip(credits, (touch, credit) => $"{touch}:{credit}"));
        if (standing.TryGetValue(key, out (ulong Version, string Credits) known))
        {
            Assert.True(known.Version != version || known.Credits == text, $"{key} shares a version");
            if (known.Version > version)
                return;
        }

        standing[key] = (version, text);
    }

    /// <summary>Workers that take over a person wait for the giver, so each has its own thread.</summary>
    private void HandleShard(int shard, long first)
    {
        if (_workers.Length == 1)
        {
            _workers[0].OnBatch(first, _handled);
            return;
        }

        if (shard > 0)
            return;
        HandleTogether(first, _handled);
    }

    private void HandleTogether(long first, long last) =>
        Task.WaitAll([.. _workers.Select(worker => Task.Run(() => worker.OnBatch(first, last)))]);
}
