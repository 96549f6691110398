namespace Attribution.Ring;

/// <summary>
/// Naps for a millisecond at a time while events keep coming, and sleeps until it is woken when they stop:
/// for consumers that nobody waits for. A napping thread need not be woken, so a stream of small batches
/// costs a thousand wake-ups a second and not one per batch. Stateless.
/// </summary>
public sealed class NapThenParkWaitStrategy : WaitStrategy
{
    /// <summary>Without an event in all of them nothing comes just now.</summary>
    private const int Naps = 10;

    private const int NapMillis = 1;

    /// <inheritdoc/>
    public override bool Parks => true;

    /// <inheritdoc/>
    public override bool WaitFor(SequenceBarrier barrier, long sequence, long deadlineTimestamp)
    {
        for (int i = 0; i < Naps; i++)
        {
            if (barrier.IsReady(sequence))
                return true;
            if (IsOver(barrier, deadlineTimestamp))
                return false;
            Thread.Sleep(NapMillis);
        }

        return ParkUntilReady(barrier, sequence, deadlineTimestamp);
    }
}
