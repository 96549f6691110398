namespace Attribution.Ring;

/// <summary>Sleeps at once: least processor time, most wake-ups. Stateless.</summary>
public sealed class BlockingWaitStrategy : WaitStrategy
{
    /// <inheritdoc/>
    public override bool Parks => true;

    /// <inheritdoc/>
    public override bool WaitFor(SequenceBarrier barrier, long sequence, long deadlineTimestamp) =>
        ParkUntilReady(barrier, sequence, deadlineTimestamp);
}
