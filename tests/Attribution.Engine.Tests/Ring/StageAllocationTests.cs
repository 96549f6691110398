using Attribution.ClickHouse.Compression;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Ring;

/// <remarks>
/// All stages behind the ring as the engine wires them: a thread each, the journal on a disk, blocks that are
/// sealed and compressed. Each stage's thread is asked for what it allocated around every batch; the producer
/// claims, publishes and waits for durability on a thread that is asked as well. Events have new ids and new
/// persons in every batch.
/// </remarks>
public sealed class StageAllocationTests : IDisposable
{
    private const int Batch = 100;
    private const int WarmUpBatches = 600;
    private const int MeasuredBatches = 600;

    /// <summary>
    /// A sealed block or a new segment costs a few small objects, and the runtime may allocate while it
    /// compiles; what is allocated for an event, or a batch, shows in every batch.
    /// </summary>
    private const int MaxAllocatingBatches = MeasuredBatches / 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("stages-").FullName;
    private readonly EventRing _ring = new(new EventRingOptions { Slots = 1024, ArenaBytes = 1 << 20 });

    [Fact]
    public async Task RingJournalIdentityWorkerBlocks_AfterWarmUp_AllocateNothing()
    {
        var options = new JournalOptions { SegmentBytes = 4 * 1024 * 1024 };
        RecoveredJournal left = JournalRecovery.Run(new DiskJournalFileSystem(_folder), options);
        using var journal = new EventJournal(_ring, left, options);
        await using var sink = new SinkTest(
            new Nowhere(), new SinkOptions { MaxBatchRows = 10_000 }, writers: 2);
        AttributionConfig config = AttributionConfig.Web;
        using var identity = new IdentityStage(
            _ring, config.Identity, new IdentityOptions { EventIds = 1 << 18, MaxLinkedIds = 1 << 10 },
            sink.Pipeline.Writer(1));
        using var worker = new ShardWorker(
            0, _ring, new ShardExchange(1), sink.Pipeline.Writer(0),
            new WorkerSetup(config, WorkerRig.Small with { MaxPersons = 1 << 18 }));
        Measured[] stages = [new(journal), new(identity), new(worker)];
        BatchProcessor[] processors = Wire(stages);

        int allocating = Produce(journal);
        Array.ForEach(processors, processor => processor.DrainAndStop());

        Assert.All(processors, processor => Assert.Null(processor.Fault));
        Assert.Equal((WarmUpBatches + MeasuredBatches) * Batch, worker.EventCount);
        Assert.InRange(allocating, 0, MaxAllocatingBatches);
        Assert.All(stages, stage => Assert.InRange(stage.AllocatingBatches, 0, MaxAllocatingBatches));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BatchProcessor[] Wire(Measured[] stages)
    {
        var processors = new BatchProcessor[stages.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            SequenceBarrier barrier =
                i == 0 ? _ring.NewBarrier() : _ring.NewBarrier(processors[i - 1].Sequence);
            processors[i] = new BatchProcessor($"stage-{i}", barrier, stages[i]);
        }

        _ring.AddGatingSequences(processors[^1].Sequence);
        Array.ForEach(processors, processor => processor.Start());
        return processors;
    }

    /// <returns>In how many of the measured batches the producer's thread allocated.</returns>
    private int Produce(EventJournal journal)
    {
        EventRecord click = Prepare("click", out byte[] clickBytes);
        EventRecord purchase = Prepare("purchase", out byte[] purchaseBytes);
        var wait = new SpinWait();
        int allocating = 0;
        for (int batch = 0; batch < WarmUpBatches + MeasuredBatches; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            EventClaim claim;
            while (!_ring.TryClaim(Batch, Batch * clickBytes.Length, out claim))
                wait.SpinOnce(sleep1Threshold: -1);
            for (int i = 0; i < Batch; i++)
            {
                bool converts = i % 25 == 24;
                Fill(claim, i, converts ? purchase : click, converts ? purchaseBytes : clickBytes);
            }

            _ring.Publish(claim);
            while (journal.Gate.DurableSequence < claim.Last)
                wait.SpinOnce(sleep1Threshold: -1);
            bool allocated = GC.GetAllocatedBytesForCurrentThread() != before;
            allocating += allocated && batch >= WarmUpBatches ? 1 : 0;
        }

        return allocating;
    }

    private static EventRecord Prepare(string type, out byte[] bytes)
    {
        SampleEvent sample = WorkerRig.Event(
            "00000000", type, 0, (EventField.AnonymousId, "a"), (EventField.Source, "google"),
            (EventField.Content, type == "click" ? "padding" : "room"));
        EventRecord record = sample.ToRecord(out bytes);
        record.ComputeHashes(bytes);
        return record;
    }

    private void Fill(in EventClaim claim, int index, in EventRecord record, byte[] bytes)
    {
        ulong number = (ulong)(claim.First + index) + 1;
        ref EventRecord slot = ref _ring[claim.First + index];
        slot = record;
        slot.ArenaOffset = claim.ArenaOffset + (index * bytes.Length);
        slot.EventIdHash += number;

        // Every person has 25 events, the last of them a conversion.
        slot.AnonymousIdHash = ((number / 25) + 1) * 0x9E3779B97F4A7C15;
        slot.Header.TimestampMillis += (long)number;
        Span<byte> target = _ring.ClaimBytes(claim).Slice(index * bytes.Length, bytes.Length);
        bytes.CopyTo(target);
        FieldSlice id = record.Header.Fields[(int)EventField.EventId];
        number.TryFormat(target.Slice(id.Offset, id.Length), out _, "x8");
    }

    /// <summary>Counts the batches of a stage in which its thread allocated.</summary>
    private sealed class Measured(IBatchHandler stage) : IBatchHandler
    {
        private long _handled;

        public int AllocatingBatches { get; private set; }

        public void OnBatch(long first, long last)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            stage.OnBatch(first, last);
            bool allocated = GC.GetAllocatedBytesForCurrentThread() != before;
            _handled += last - first + 1;
            AllocatingBatches += allocated && _handled > WarmUpBatches * Batch ? 1 : 0;
        }

        public void OnIdle() => stage.OnIdle();

        public void OnStart() => stage.OnStart();

        public void OnStop() => stage.OnStop();
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
