using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

/// <remarks>Consumers here sleep for as long as a test may take: only a wake-up ends it sooner.</remarks>
public sealed class WakeHoldTests : IDisposable
{
    private readonly MultiProducerSequencer _sequencer = new(64);

    public void Dispose() => WakeHold.End();

    [Fact]
    public void End_AfterPublishing_WakesWhoSleeps()
    {
        Thread consumer = Sleeper(_sequencer, 0);

        WakeHold.Begin();
        Publish(_sequencer, 1);

        // Broken code wakes it at once; a slow machine only makes this pass for longer.
        Assert.False(consumer.Join(TimeSpan.FromMilliseconds(100)));
        WakeHold.End();
        Patience.Join([consumer]);
    }

    [Fact]
    public void Hold_OfAFullBatch_WakesAtOnce()
    {
        Thread consumer = Sleeper(_sequencer, 0);

        WakeHold.Begin();
        for (int i = 0; i < 32; i++)
            Publish(_sequencer, 1);

        Patience.Join([consumer]);
    }

    [Fact]
    public void Hold_ThatTurnsToAnotherRing_WakesTheFirstOnes()
    {
        var other = new MultiProducerSequencer(64);
        Thread first = Sleeper(_sequencer, 0);
        Thread second = Sleeper(other, 0);

        WakeHold.Begin();
        Publish(_sequencer, 1);
        Publish(other, 1);

        Patience.Join([first]);
        WakeHold.End();
        Patience.Join([second]);
    }

    [Fact]
    public void Hold_OfOneThread_LeavesOthersAlone()
    {
        Thread consumer = Sleeper(_sequencer, 0);
        WakeHold.Begin();

        Patience.Join([Patience.Start("producer", () => Publish(_sequencer, 1))]);

        Patience.Join([consumer]);
    }

    private static void Publish(MultiProducerSequencer sequencer, int count)
    {
        long last = sequencer.Next(count);
        sequencer.Publish(last - count + 1, last);
    }

    private static Thread Sleeper(MultiProducerSequencer sequencer, long sequence)
    {
        SequenceBarrier barrier = sequencer.NewBarrier();
        Thread thread = Patience.Start("consumer", () => barrier.Park(sequence, 10 * Patience.Limit));
        Patience.WaitUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
        return thread;
    }
}
