namespace Attribution.Ring;

/// <summary>
/// A lock for a few dozen instructions: spins, then lets other threads go first. Not re-entrant. A field of
/// the object whose state it guards; never copied.
/// </summary>
public struct ShortLock
{
    private const int Spins = 16;
    private const int PausesPerSpin = 8;

    private PaddedInt _held;

    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _held.Value, 1, 0) != 0)
            EnterContended();
    }

    /// <summary>Release: what was written under the lock is visible to the next holder.</summary>
    public void Exit() => _held.Value = 0;

    private void EnterContended()
    {
        // Bounded by the holder's few instructions; when it lost its core, yielding gives it one back.
        for (int i = 0; ; i++)
        {
            if (_held.Value == 0 && Interlocked.CompareExchange(ref _held.Value, 1, 0) == 0)
                return;

            if (i < Spins)
                Thread.SpinWait(PausesPerSpin);
            else
                Thread.Yield();
        }
    }
}
