using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

public class SequenceBarrierTests
{
    public static TheoryData<string> Strategies =>
        ["blocking", "yielding", "spin then park", "nap then park"];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void TryWaitFor_PublishedLater_WakesWithAllThatIsPublished(string strategy)
    {
        var sequencer = new MultiProducerSequencer(16, Create(strategy));
        SequenceBarrier barrier = sequencer.NewBarrier();
        long available = -2;
        Thread waiter = Patience.Start(
            "waiter", () => barrier.TryWaitFor(0, 100, Patience.Limit, out available));
        WaitUntilAsleep(waiter, strategy);

        long last = sequencer.Next(3);
        sequencer.Publish(0, last);

        Patience.Join([waiter]);
        Assert.Equal(2, available);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void TryWaitFor_Dependency_WakesWhenItAdvancesAndNotBefore(string strategy)
    {
        var sequencer = new MultiProducerSequencer(16, Create(strategy));
        var first = new Sequence();
        var second = new Sequence();
        SequenceBarrier barrier = sequencer.NewBarrier(first, second);
        sequencer.Publish(0, sequencer.Next(5));
        Assert.False(barrier.IsReady(0));

        bool ready = false;
        long available = -2;
        Thread waiter = Patience.Start(
            "waiter", () => ready = barrier.TryWaitFor(0, 100, Timeout.InfiniteTimeSpan, out available));
        WaitUntilAsleep(waiter, strategy);
        first.SetValue(4);
        sequencer.Advanced();
        Assert.False(barrier.IsReady(0));
        Assert.True(waiter.IsAlive);
        second.SetValue(3);
        sequencer.Advanced();

        Patience.Join([waiter]);
        Assert.True(ready);
        Assert.Equal(3, available);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void TryWaitFor_Alerted_ReturnsFalse(string strategy)
    {
        var sequencer = new SingleProducerSequencer(16, Create(strategy));
        SequenceBarrier barrier = sequencer.NewBarrier();
        bool ready = true;
        Thread waiter = Patience.Start(
            "waiter", () => ready = barrier.TryWaitFor(0, 1, Timeout.InfiniteTimeSpan, out _));
        WaitUntilAsleep(waiter, strategy);

        barrier.Alert();

        Patience.Join([waiter]);
        Assert.False(ready);
        Assert.True(barrier.IsAlerted);
        Assert.False(barrier.TryWaitFor(0, 1, Timeout.InfiniteTimeSpan, out _));
    }

    /// <summary>
    /// A consumer in its own way on a ring of another: it naps, then parks and has to be woken.
    /// </summary>
    [Fact]
    public void Napping_UntilItParks_IsWokenByWhatIsPublishedThen()
    {
        var sequencer = new MultiProducerSequencer(16, new SpinThenParkWaitStrategy());
        SequenceBarrier barrier = sequencer.NewBarrier(new NapThenParkWaitStrategy());
        long available = -2;
        Thread waiter = Patience.Start(
            "waiter", () => barrier.TryWaitFor(0, 100, Timeout.InfiniteTimeSpan, out available));
        Patience.WaitUntil(() => IsParked(barrier));

        sequencer.Publish(0, sequencer.Next(2));

        Patience.Join([waiter]);
        Assert.Equal(1, available);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void TryWaitFor_NothingComes_ReturnsFalseAtTheTimeout(string strategy)
    {
        var sequencer = new SingleProducerSequencer(16, Create(strategy));
        SequenceBarrier barrier = sequencer.NewBarrier();

        Assert.False(barrier.TryWaitFor(0, 1, TimeSpan.FromMilliseconds(5), out long available));
        Assert.Equal(-1, available);
        Assert.False(barrier.IsAlerted);
    }

    [Fact]
    public void TryWaitFor_ClaimedButUnpublishedAhead_WaitsRatherThanReturningEmpty()
    {
        var sequencer = new MultiProducerSequencer(16);
        SequenceBarrier barrier = sequencer.NewBarrier();
        sequencer.Next(1);
        sequencer.Publish(sequencer.Next(1));

        Assert.False(barrier.TryWaitFor(0, 16, TimeSpan.FromMilliseconds(2), out _));
        sequencer.Publish(0);
        Assert.True(barrier.TryWaitFor(0, 16, TimeSpan.Zero, out long available));
        Assert.Equal(1, available);
    }

    [Fact]
    public void TryWaitFor_MoreReadyThanAsked_GivesNoMoreThanAsked()
    {
        var sequencer = new MultiProducerSequencer(16);
        var ahead = new Sequence();
        SequenceBarrier behindProducers = sequencer.NewBarrier();
        SequenceBarrier behindConsumer = sequencer.NewBarrier(ahead);
        sequencer.Publish(0, sequencer.Next(10));
        ahead.SetValue(9);

        Assert.True(behindProducers.TryWaitFor(2, 4, TimeSpan.Zero, out long fromProducers));
        Assert.True(behindConsumer.TryWaitFor(2, 4, TimeSpan.Zero, out long fromConsumer));

        Assert.Equal(5, fromProducers);
        Assert.Equal(5, fromConsumer);
    }

    [Fact]
    public void Park_BySecondThread_IsAnError()
    {
        var sequencer = new SingleProducerSequencer(16, new BlockingWaitStrategy());
        SequenceBarrier barrier = sequencer.NewBarrier();
        Thread waiter = Patience.Start(
            "waiter", () => barrier.TryWaitFor(0, 1, Timeout.InfiniteTimeSpan, out _));
        WaitUntilAsleep(waiter, "blocking");

        Assert.Throws<InvalidOperationException>(() => barrier.Park(0, TimeSpan.FromMilliseconds(1)));

        barrier.Alert();
        Patience.Join([waiter]);
    }

    private static void WaitUntilAsleep(Thread thread, string strategy)
    {
        if (strategy != "yielding")
            Patience.WaitUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
    }

    /// <summary>A barrier that somebody is parked at takes nobody else.</summary>
    private static bool IsParked(SequenceBarrier barrier) =>
        Record.Exception(() => barrier.Park(0, TimeSpan.Zero)) is InvalidOperationException;

    private static WaitStrategy Create(string strategy) => strategy switch
    {
        "blocking" => new BlockingWaitStrategy(),
        "yielding" => new YieldingWaitStrategy(),
        "nap then park" => new NapThenParkWaitStrategy(),
        _ => new SpinThenParkWaitStrategy(),
    };
}
