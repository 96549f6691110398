using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

/// <remarks>
/// Rings so small that they wrap thousands of times while producers and stages fight for two or three cores.
/// Every stage checks what the stages before it wrote, and the last accounts for each producer's every
/// number; a slot that is overtaken, seen too early, lost or seen twice breaks one of these.
/// </remarks>
public class ContentionTests
{
    private const int Producers = 3;
    private const int EventsPerProducer = 30_000;

    public static TheoryData<string, int, long, bool> Shapes => new()
    {
        { "blocking", 16, 0, true },
        { "spin then park", 16, 0, true },
        { "spin then park", 64, 777, false },
        { "spin then park", 1, int.MaxValue - 1000L, true },
        { "yielding", 64, 1L << 55, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ManyProducers_DiamondOrPipeline_EverySlotIsHandledOnceByEveryStage(
        string strategy, int size, long first, bool diamond)
    {
        var sequencer = new MultiProducerSequencer(size, Create(strategy), first);
        var ring = new RingBuffer<Cell>(sequencer);
        int perProducer = size == 1 ? EventsPerProducer / 10 : EventsPerProducer;
        var account = new Account(ring, first);

        var journal = Processor("journal", ring.NewBarrier(), account.CheckSequences);
        var left = Processor("left", ring.NewBarrier(journal.Sequence), account.FillLeft);
        SequenceBarrier besideOrBehind = ring.NewBarrier(diamond ? journal.Sequence : left.Sequence);
        var right = Processor("right", besideOrBehind, account.FillRight);
        var last = Processor("last", ring.NewBarrier(left.Sequence, right.Sequence), account.Settle);
        ring.AddGatingSequences(last.Sequence);

        using var stages = new Stages(journal, left, right, last);
        Patience.Join(Enumerable.Range(0, Producers)
            .Select(id => Patience.Start($"producer {id}", () => Produce(ring, stages, id, perProducer)))
            .ToList());
        stages.Drain();

        Assert.Equal(first + (Producers * perProducer) - 1, last.Sequence.Value);
        Assert.All(account.NextNumbers, next => Assert.Equal(perProducer, next));
    }

    [Theory]
    [InlineData("blocking", 0)]
    [InlineData("spin then park", 99)]
    public void OneProducer_BatchClaims_EverySlotIsHandledOnceByEveryStage(string strategy, long first)
    {
        const int Events = 100_000;
        var ring = new RingBuffer<Cell>(new SingleProducerSequencer(32, Create(strategy), first));
        var account = new Account(ring, first);
        var left = Processor("left", ring.NewBarrier(), account.FillLeft);
        var right = Processor("right", ring.NewBarrier(), account.FillRight);
        var last = Processor("last", ring.NewBarrier(left.Sequence, right.Sequence), account.Settle);
        ring.AddGatingSequences(last.Sequence);
        using var stages = new Stages(left, right, last);

        Patience.Join([Patience.Start("producer", () => Produce(ring, stages, 0, Events))]);
        stages.Drain();

        Assert.Equal(Events, account.NextNumbers[0]);
    }

    [Fact]
    public async Task AsyncProducers_OnFewPoolThreads_AllGetThrough()
    {
        const int Tasks = 20;
        const int PerTask = 2_000;
        var ring = new RingBuffer<Cell>(new MultiProducerSequencer(16));
        var account = new Account(ring, 0, Tasks);
        var left = Processor("left", ring.NewBarrier(), account.FillLeft);
        var right = Processor("right", ring.NewBarrier(), account.FillRight);
        var last = Processor("last", ring.NewBarrier(left.Sequence, right.Sequence), account.Settle);
        ring.AddGatingSequences(last.Sequence);
        using var stages = new Stages(left, right, last);

        await Task.WhenAll(Enumerable.Range(0, Tasks)
            .Select(id => Task.Run(() => ProduceAsync(ring, id, PerTask))))
            .WaitAsync(Patience.Limit);
        stages.Drain();

        Assert.All(account.NextNumbers, next => Assert.Equal(PerTask, next));
    }

    private static void Produce(RingBuffer<Cell> ring, Stages stages, int producer, int events)
    {
        var random = new Random(producer);
        for (int number = 0; number < events;)
        {
            int count = Math.Min(random.Next(1, Math.Min(ring.BufferSize, 9) + 1), events - number);
            long last;
            for (var wait = new SpinWait(); !ring.TryNext(count, out last); wait.SpinOnce())
            {
                if (wait.Count % 100 == 99)
                    stages.CheckFaults();
            }

            Publish(ring, last, count, producer, number);
            number += count;
        }
    }

    private static async Task ProduceAsync(RingBuffer<Cell> ring, int producer, int events)
    {
        var random = new Random(producer);
        for (int number = 0; number < events;)
        {
            int count = Math.Min(random.Next(1, 9), events - number);
            long last;
            while (!ring.TryNext(count, out last))
                Assert.True(await ring.WaitForRoomAsync(count, Patience.Limit, default));
            Publish(ring, last, count, producer, number);
            number += count;
        }
    }

    private static void Publish(RingBuffer<Cell> ring, long last, int count, int producer, int number)
    {
        long first = last - count + 1;
        for (long sequence = first; sequence <= last; sequence++)
            ring[sequence] = new Cell { Producer = producer, Number = number++, Sequence = sequence };
        ring.Publish(first, last);
    }

    private static BatchProcessor Processor(
        string name, SequenceBarrier barrier, Action<long, long> onBatch) => new(
            name, barrier, new RecordingHandler(onBatch), new BatchProcessorOptions { MaxBatchEvents = 20 });

    private static WaitStrategy Create(string strategy) => strategy switch
    {
        "blocking" => new BlockingWaitStrategy(),
        "yielding" => new YieldingWaitStrategy(),
        _ => new SpinThenParkWaitStrategy(),
    };

    /// <summary>What each stage checks and writes; each member is called by one stage's thread.</summary>
    private sealed class Account(RingBuffer<Cell> ring, long first, int producers = Producers)
    {
        private long _nextJournalled = first;
        private long _nextSettled = first;

        public long[] NextNumbers { get; } = new long[producers];

        public void CheckSequences(long from, long to)
        {
            Require(from == _nextJournalled, "journal: gap");
            for (long sequence = from; sequence <= to; sequence++)
                Require(ring[sequence].Sequence == sequence, "journal: not published or overtaken");
            _nextJournalled = to + 1;
        }

        public void FillLeft(long from, long to)
        {
            for (long sequence = from; sequence <= to; sequence++)
                ring[sequence].Left = ring[sequence].LeftWanted;
        }

        public void FillRight(long from, long to)
        {
            for (long sequence = from; sequence <= to; sequence++)
                ring[sequence].Right = ring[sequence].RightWanted;
        }

        public void Settle(long from, long to)
        {
            Require(from == _nextSettled, "last: gap");
            for (long sequence = from; sequence <= to; sequence++)
            {
                ref Cell cell = ref ring[sequence];
                Require(cell.Sequence == sequence, "last: overtaken");
                Require(cell.Left == cell.LeftWanted, "last: before left");
                Require(cell.Right == cell.RightWanted, "last: before right");
                Require(cell.Number == NextNumbers[cell.Producer]++, "last: lost or out of order");
            }

            _nextSettled = to + 1;
        }

        private static void Require(bool fact, string otherwise)
        {
            if (!fact)
                throw new InvalidDataException(otherwise);
        }
    }
}
