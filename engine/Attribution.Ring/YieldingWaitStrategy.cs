namespace Attribution.Ring;

/// <summary>
/// Never sleeps, only lets other threads go first: least latency, for machines with a core per consumer.
/// Stateless.
/// </summary>
public sealed class YieldingWaitStrategy : WaitStrategy
{
    private const int Spins = 100;

    /// <inheritdoc/>
    public override bool Parks => false;

    /// <inheritdoc/>
    public override bool WaitFor(SequenceBarrier barrier, long sequence, long deadlineTimestamp)
    {
        for (int i = 0; !barrier.IsReady(sequence); i++)
        {
            if (i < Spins)
            {
                Thread.SpinWait(1);
                continue;
            }

            if (IsOver(barrier, deadlineTimestamp))
                return false;
            Thread.Yield();
        }

        return true;
    }
}
