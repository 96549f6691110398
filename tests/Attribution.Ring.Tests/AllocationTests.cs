using Attribution.Ring.Tests.Support;
using Attribution.Testing;

namespace Attribution.Ring.Tests;

/// <remarks>Producer and consumer are both measured on the thread that calls, so nothing can hide on
/// another.</remarks>
public class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClaimPublishWaitAdvance_AfterWarmUp_AllocateNothing(bool multi)
    {
        Sequencer sequencer = multi ? new MultiProducerSequencer(64) : new SingleProducerSequencer(64);
        var ring = new RingBuffer<Cell>(sequencer);
        var consumer = new Sequence();
        SequenceBarrier barrier = ring.NewBarrier();
        ring.AddGatingSequences(consumer);

        long allocated = Allocations.DuringSteadyState(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                ring.TryNext(10, out long last);
                ring[last].Number = i;
                ring.Publish(last - 9, last);
                barrier.TryWaitFor(last - 9, 100, TimeSpan.Zero, out long available);
                consumer.SetValue(available);
                barrier.Advanced();
            }
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void BatchProcessor_HandlingAndSleeping_AllocatesNothing()
    {
        var sequencer = new MultiProducerSequencer(64);
        var allocatedAt = new long[2_000];
        int batches = 0;
        var handler = new CountingHandler(() =>
        {
            if (batches < allocatedAt.Length)
                allocatedAt[batches++] = GC.GetAllocatedBytesForCurrentThread();
        });
        var processor = new BatchProcessor("measured", sequencer.NewBarrier(), handler);
        sequencer.AddGatingSequences(processor.Sequence);
        processor.Start();

        for (int i = 0; i < allocatedAt.Length; i++)
        {
            long sequence = sequencer.Next(1);
            sequencer.Publish(sequence);
            Patience.WaitUntil(() => processor.Sequence.Value == sequence);
        }

        processor.DrainAndStop();
        Assert.Equal(allocatedAt.Length, batches);
        // The runtime may allocate on its own now and then; the ring, if it did, would do so in each batch.
        int quiet = allocatedAt.Zip(allocatedAt.Skip(1)).Count(pair => pair.First == pair.Second);
        Assert.InRange(quiet, allocatedAt.Length * 9 / 10, allocatedAt.Length);
    }

    [Fact]
    public async Task WaitForRoom_AfterWarmUp_UsesTheSameWaiterAgain()
    {
        bool room = false;
        var waiters = new RoomWaiters((_, _) => room);
        long least = long.MaxValue;
        for (int i = 0; i < 50; i++)
        {
            room = false;
            long before = GC.GetAllocatedBytesForCurrentThread();
            ValueTask<bool> wait = waiters.WaitAsync(1, 0, Patience.Limit, default);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            room = true;
            Assert.True(await wait);
        }

        Assert.Equal(0, least);
    }

    private sealed class CountingHandler(Action onBatch) : IBatchHandler
    {
        public void OnBatch(long first, long last) => onBatch();

        public void OnIdle()
        {
        }

        public void OnStart()
        {
        }

        public void OnStop()
        {
        }
    }
}
