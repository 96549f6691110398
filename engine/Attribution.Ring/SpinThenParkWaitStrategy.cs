namespace Attribution.Ring;

/// <summary>
/// Spins for a few microseconds, then sleeps: the default, fit for fewer cores than threads. It does not
/// yield in between: on a busy machine a yield can cost a whole time slice, while a sleeper that is woken
/// runs at once. Stateless.
/// </summary>
public sealed class SpinThenParkWaitStrategy : WaitStrategy
{
    private const int Spins = 20;
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

        return ParkUntilReady(barrier, sequence, deadlineTimestamp);
    }
}
