namespace Attribution.Ring;

/// <summary>
/// Spins for about a microsecond, yields a few times, then sleeps: the default, fit for fewer cores than
/// threads. Stateless.
/// </summary>
public sealed class SpinThenParkWaitStrategy : WaitStrategy
{
    private const int Spins = 20;
    private const int Yields = 4;
    private const int PausesPerSpin = 4;

    // With one core nobody can make progress while this thread spins.
    private static readonly int SpinsHere = Environment.ProcessorCount > 1 ? Spins : 0;

    /// <inheritdoc/>
    public override bool Parks => true;

    /// <inheritdoc/>
    public override bool WaitFor(SequenceBarrier barrier, long sequence, long deadlineTimestamp)
    {
        for (int i = 0; i < SpinsHere; i++)
        {
            if (barrier.IsReady(sequence))
                return true;
            Thread.SpinWait(PausesPerSpin);
        }

        for (int i = 0; i < Yields; i++)
        {
            if (barrier.IsReady(sequence))
                return true;
            Thread.Yield();
        }

        return ParkUntilReady(barrier, sequence, deadlineTimestamp);
    }
}
