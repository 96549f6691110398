using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

public class BatchProcessorTests
{
    private static readonly BatchProcessorOptions FourAtOnce = new()
    {
        MaxBatchEvents = 4,
        IdleInterval = TimeSpan.FromMilliseconds(1),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1L << 40)]
    public void DrainAndStop_EverythingPublished_IsHandledOnceInBoundedBatches(long first)
    {
        var sequencer = new MultiProducerSequencer(64, null, first);
        var handler = new RecordingHandler();
        var processor = new BatchProcessor("drained", sequencer.NewBarrier(), handler, FourAtOnce);
        sequencer.AddGatingSequences(processor.Sequence);
        sequencer.Publish(first, sequencer.Next(30));

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal(first + 29, processor.Sequence.Value);
        long next = first;
        foreach ((long batchFirst, long batchLast) in handler.Batches)
        {
            Assert.Equal(next, batchFirst);
            Assert.InRange(batchLast - batchFirst + 1, 1, 4);
            next = batchLast + 1;
        }

        Assert.Equal(first + 30, next);
        Assert.Equal((1, 1), (handler.Starts, handler.Stops));
        Assert.False(processor.IsRunning);
        Assert.Null(processor.Fault);
    }

    [Fact]
    public void Start_RunsTheHandlerOnItsOwnNamedForegroundThread()
    {
        var sequencer = new SingleProducerSequencer(8);
        bool background = true;
        var handler = new RecordingHandler((_, _) => background = Thread.CurrentThread.IsBackground);
        var processor = new BatchProcessor("journal", sequencer.NewBarrier(), handler);
        sequencer.Publish(sequencer.Next(1));

        processor.Start();
        Assert.Throws<InvalidOperationException>(processor.Start);
        processor.DrainAndStop();

        Assert.NotSame(Thread.CurrentThread, handler.Thread);
        Assert.Equal("journal", handler.Thread!.Name);
        Assert.False(background);
    }

    [Fact]
    public void Sequence_DuringOnBatch_HasNotMovedYet()
    {
        var sequencer = new SingleProducerSequencer(8);
        BatchProcessor? processor = null;
        var seen = new List<long>();
        var handler = new RecordingHandler((_, _) => seen.Add(processor!.Sequence.Value));
        processor = new BatchProcessor("p", sequencer.NewBarrier(), handler, FourAtOnce);
        sequencer.Publish(0, sequencer.Next(8));

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([-1, 3], seen);
        Assert.Equal(7, processor.Sequence.Value);
    }

    [Fact]
    public void OnIdle_NothingComes_IsCalledAgainAndAgain()
    {
        var sequencer = new SingleProducerSequencer(8);
        var handler = new RecordingHandler();
        var processor = new BatchProcessor("idle", sequencer.NewBarrier(), handler, FourAtOnce);

        processor.Start();
        Patience.WaitUntil(() => handler.Idles >= 3);
        sequencer.Publish(sequencer.Next(1));
        Patience.WaitUntil(() => processor.Sequence.Value == 0);
        int idles = handler.Idles;
        Patience.WaitUntil(() => handler.Idles > idles);
        processor.Halt();

        Assert.Equal([(0L, 0L)], handler.Batches);
    }

    [Fact]
    public void Halt_InTheMiddle_FinishesTheBatchInHandAndLeavesTheRest()
    {
        var sequencer = new SingleProducerSequencer(16);
        using var entered = new ManualResetEventSlim();
        using var proceed = new ManualResetEventSlim();
        var handler = new RecordingHandler((_, _) =>
        {
            entered.Set();
            proceed.Wait(Patience.Limit);
        });
        var processor = new BatchProcessor("halted", sequencer.NewBarrier(), handler, FourAtOnce);
        sequencer.Publish(0, sequencer.Next(16));

        processor.Start();
        Assert.True(entered.Wait(Patience.Limit));
        Thread halting = Patience.Start("halting", processor.Halt);
        Patience.WaitUntil(() => (halting.ThreadState & ThreadState.WaitSleepJoin) != 0);
        proceed.Set();
        Patience.Join([halting]);

        Assert.Equal([(0L, 3L)], handler.Batches);
        Assert.Equal(3, processor.Sequence.Value);
        Assert.Equal(1, handler.Stops);
    }

    [Fact]
    public void DrainAndStop_BehindAnother_HandlesWhatTheOtherStillHas()
    {
        var sequencer = new MultiProducerSequencer(64);
        using var proceed = new ManualResetEventSlim();
        var slow = new RecordingHandler((_, _) => proceed.Wait(Patience.Limit));
        var ahead = new BatchProcessor("ahead", sequencer.NewBarrier(), slow, FourAtOnce);
        var handler = new RecordingHandler();
        var behind = new BatchProcessor("behind", sequencer.NewBarrier(ahead.Sequence), handler, FourAtOnce);
        sequencer.AddGatingSequences(behind.Sequence);
        sequencer.Publish(0, sequencer.Next(50));
        ahead.Start();
        behind.Start();

        Assert.False(behind.DrainAndStop(TimeSpan.FromMilliseconds(5)));
        proceed.Set();
        ahead.DrainAndStop();
        behind.DrainAndStop();

        Assert.Equal(49, behind.Sequence.Value);
        Assert.Equal(50, handler.Batches.Sum(b => b.Last - b.First + 1));
    }

    [Fact]
    public void DrainAndStop_WaitingForAnUpstreamThatFailed_IsEndedByHalt()
    {
        var sequencer = new MultiProducerSequencer(64);
        SequenceBarrier barrier = sequencer.NewBarrier(new Sequence());
        var processor = new BatchProcessor("stuck", barrier, new RecordingHandler(), FourAtOnce);
        sequencer.Publish(sequencer.Next(1));
        processor.Start();

        Assert.False(processor.DrainAndStop(TimeSpan.FromMilliseconds(5)));
        processor.Halt();

        Assert.False(processor.IsRunning);
        Assert.Equal(-1, processor.Sequence.Value);
    }

    [Fact]
    public void OnBatch_Throws_FaultIsSurfacedAndNothingPassesTheBatch()
    {
        var sequencer = new SingleProducerSequencer(16);
        var failure = new InvalidDataException("fourth batch");
        (BatchProcessor Processor, Exception Fault)? told = null;
        var handler = new RecordingHandler((first, _) =>
        {
            if (first == 12)
                throw failure;
        });
        BatchProcessorOptions options = FourAtOnce with { Faulted = (p, e) => told = (p, e) };
        var processor = new BatchProcessor("faulty", sequencer.NewBarrier(), handler, options);
        sequencer.AddGatingSequences(processor.Sequence);
        sequencer.Publish(0, sequencer.Next(16));

        processor.Start();
        processor.DrainAndStop();

        Assert.Same(failure, processor.Fault);
        Assert.Equal((processor, failure), told);
        Assert.Equal(11, processor.Sequence.Value);
        Assert.Equal(1, handler.Stops);
        Assert.True(sequencer.TryNext(12, out _));
        Assert.False(sequencer.TryNext(1, out _));
    }

    [Fact]
    public void OnIdle_Throws_FaultIsSurfaced()
    {
        var sequencer = new SingleProducerSequencer(16);
        var handler = new RecordingHandler(onIdle: () => throw new TimeoutException("idle"));
        var processor = new BatchProcessor("faulty", sequencer.NewBarrier(), handler, FourAtOnce);

        processor.Start();
        Patience.WaitUntil(() => !processor.IsRunning);

        Assert.IsType<TimeoutException>(processor.Fault);
        processor.Halt();
    }

    [Fact]
    public void Halt_FromTheHandlerItself_DoesNotWaitForItself()
    {
        var sequencer = new SingleProducerSequencer(16);
        BatchProcessor? processor = null;
        var handler = new RecordingHandler((_, _) => processor!.Halt());
        processor = new BatchProcessor("self", sequencer.NewBarrier(), handler, FourAtOnce);
        sequencer.Publish(0, sequencer.Next(16));

        processor.Start();
        Patience.WaitUntil(() => !processor.IsRunning);

        Assert.Equal([(0L, 3L)], handler.Batches);
    }

    [Fact]
    public void Stop_BeforeStart_ReturnsAndForbidsTheStart()
    {
        var sequencer = new SingleProducerSequencer(16);
        var processor = new BatchProcessor("never", sequencer.NewBarrier(), new RecordingHandler());

        processor.DrainAndStop();

        Assert.Throws<InvalidOperationException>(processor.Start);
    }

    [Fact]
    public void Start_GatedLate_HandlesOnlyWhatCameAfterwards()
    {
        var sequencer = new MultiProducerSequencer(8);
        for (int i = 0; i < 20; i++)
            sequencer.Publish(sequencer.Next(1));
        var handler = new RecordingHandler();
        var processor = new BatchProcessor("late", sequencer.NewBarrier(), handler, FourAtOnce);
        sequencer.AddGatingSequences(processor.Sequence);
        sequencer.Publish(20, sequencer.Next(3));

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([(20L, 22L)], handler.Batches);
    }
}
