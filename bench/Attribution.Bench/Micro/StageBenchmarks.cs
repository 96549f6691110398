using System.Runtime.InteropServices;
using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.Engine;
using Attribution.Engine.Identity;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Workers;
using Attribution.Faults.Files;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Ring;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of one event at each stage behind the ring, with tables as full as a busy engine's: a million persons
/// met in no order, 4 % conversions under six models, batches of a hundred. Without disk and ClickHouse. The
/// baseline makes the same slots look like new events, which all the others do as well.
/// </summary>
[MemoryDiagnoser]
public class StageBenchmarks : IDisposable
{
    private const int Events = 65_536;
    private const int Batch = 128;
    private const int Persons = 1_000_000;
    private const long StepMillis = 1_000;

    private readonly EventRing _ring = new(new EventRingOptions { Slots = Events, ArenaBytes = 1 << 26 });
    private readonly JournalOptions _options = new();
    private readonly Random _random = new(1);
    private SinkPipeline _sink = null!;
    private EventJournal _journal = null!;
    private IdentityStage _identity = null!;
    private ShardWorker _worker = null!;
    private long _next;
    private uint _nextId;

    [GlobalSetup]
    public void Start()
    {
        AttributionConfig config = AttributionConfig.Web;
        _sink = new SinkPipeline(new SinkOptions(), new Nowhere(), new SinkSetup
        {
            Writers = 2,
            ConfigHash = config.Hash,
            LastResortPath = "last-resort.ndjson",
        });
        ProjectMasks masks = ProjectMasks.NewSecret();
        _journal = new EventJournal(_ring, JournalRecovery.Run(new EmptyFileSystem(), _options), _options);
        _identity = new IdentityStage(
            _ring, config.Identity, new IdentityOptions { Masks = masks }, _sink.Writer(1));
        var setup = new WorkerSetup(config, new WorkerOptions(), masks);
        _worker = new ShardWorker(0, _ring, new ShardExchange(1), _sink.Writer(0), setup);
        Fill();
        _ring.AddGatingSequences(new Sequence());
        while (_worker.Journeys.PersonCount < Persons * 9L / 10)
            ThroughWorker();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long Renew() => Run(static (_, _, _) => { });

    [Benchmark(OperationsPerInvoke = Events)]
    public long ThroughJournal() => Run(static (bench, first, last) => bench._journal.OnBatch(first, last));

    [Benchmark(OperationsPerInvoke = Events)]
    public long ThroughIdentity() => Run(static (bench, first, last) => bench._identity.OnBatch(first, last));

    [Benchmark(OperationsPerInvoke = Events)]
    public long ThroughWorker() => Run(static (bench, first, last) => bench._worker.OnBatch(first, last));

    [GlobalCleanup]
    public void Dispose()
    {
        _sink.DisposeAsync().AsTask().Wait();
        _worker.Dispose();
        _identity.Dispose();
        _journal.Dispose();
        GC.SuppressFinalize(this);
    }

    private long Run(Action<StageBenchmarks, long, long> stage)
    {
        // One lap: sequences go on, and so each lap is later than the one before for the watermark as well.
        for (long first = _next; first < _next + Events; first += Batch)
        {
            Renew(first);
            stage(this, first, first + Batch - 1);
        }

        _next += Events;
        return _next;
    }

    private void Renew(long first)
    {
        for (long sequence = first; sequence < first + Batch; sequence++)
        {
            ref EventRecord record = ref _ring[sequence];
            record.EventIdHash += 0x9E3779B97F4A7C15;
            record.Header.TimestampMillis += StepMillis;
            record.AnonymousIdHash = ((ulong)_random.Next(Persons) + 1) * 0x9E3779B97F4A7C15;
            record.Person = record.AnonymousIdHash;
            record.IsDuplicate = false;
            record.MergedCount = 0;

            // The id's first eight digits are an event's own.
            Span<byte> id = Writable(record.Field(EventField.EventId, _ring.Bytes(record)));
            (++_nextId).TryFormat(id, out _, "x8");
        }
    }

    private static Span<byte> Writable(ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);

    private void Fill()
    {
        var batch = new EventBatch();
        for (int filled = 0; filled < Events; filled += Batch)
        {
            var body = new StringBuilder();
            for (int i = 0; i < Batch; i++)
                body.Append(Event(filled + i)).Append('\n');
            batch.Clear();
            var context = new IngestContext(
                new Project("default"), default, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            BatchReader.Read(Encoding.UTF8.GetBytes(body.ToString()), context, batch);
            if (batch.Accepted != Batch || !_ring.TryClaim(Batch, batch.TextBytes, out EventClaim claim))
                throw new InvalidOperationException("The ring cannot be filled.");
            batch.Text.CopyTo(_ring.ClaimBytes(claim));
            long offset = claim.ArenaOffset;
            for (int i = 0; i < Batch; i++)
            {
                ref EventRecord slot = ref _ring[claim.First + i];
                slot = batch.Records[i];
                slot.ArenaOffset = offset;
                offset += slot.Header.BytesLength;
            }

            _ring.Publish(claim);
        }
    }

    private static string Event(int number)
    {
        string ids = $"\"event_id\":\"{number:x16}\",\"anonymous_id\":\"a-{number:x8}\"";
        const string browser =
            "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0\"";
        return (number % 28) switch
        {
            0 => $"{{\"type\":\"purchase\",{ids},\"revenue\":49.95,\"currency\":\"EUR\"}}",
            < 8 => $"{{\"type\":\"impression\",{ids},"
                + "\"source\":\"dv360\",\"medium\":\"display\",\"campaign\":\"reach\"}",
            < 15 => $"{{\"type\":\"click\",{ids},\"url\":\"https://www.acme.example/shoes?utm_source=google"
                + $"&utm_medium=cpc&utm_campaign=generic&gclid=Cj0KCQjw-1f3BhC\",{browser}}}",
            _ => $"{{\"type\":\"visit\",{ids},\"url\":\"https://www.acme.example/\","
                + $"\"referrer\":\"https://www.google.com/\",{browser}}}",
        };
    }

    /// <summary>Takes every block at once and keeps nothing.</summary>
    private sealed class Nowhere : IInsertTransport
    {
        public ValueTask<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel) =>
            new(InsertAnswer.Landed);

        public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
            throw new InvalidOperationException("Every insert landed; nobody should ask.");
    }
}
