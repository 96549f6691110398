namespace Attribution.Faults.Simulation;

/// <summary>
/// What happens while a writer waits for room among its sealed blocks: senders go on, ClickHouse answers,
/// time passes. Used by one thread.
/// </summary>
internal sealed class WriterWait(EngineGround ground, EngineParts parts)
{
    /// <summary>Takes a few steps.</summary>
    /// <returns>Whether a place was taken.</returns>
    /// <exception cref="OperationCanceledException">The sink has stopped.</exception>
    /// <exception cref="CrashException">The engine dies while it waits.</exception>
    public bool TryTake(SemaphoreSlim room, CancellationToken stopping)
    {
        ground.WriterWaits();
        for (int steps = ground.Random.Next(1, 8); steps > 0; steps--)
        {
            stopping.ThrowIfCancellationRequested();
            if (room.Wait(0, CancellationToken.None))
                return true;
            parts.Scheduler.TryStep();
            if (ground.Random.Next(2) == 0)
                ground.ClickHouse.TryAnswer();
            if (parts.Log.Fault is not null)
                throw new OperationCanceledException();
        }

        ground.Clock.Advance(SimulatedClock.SomeTime(ground.Random, TimeSpan.FromMilliseconds(20)));
        return room.Wait(0, CancellationToken.None);
    }
}
