using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

public class ShortLockTests
{
    private ShortLock _lock;
    private long _count;

    [Fact]
    public void Enter_ManyThreads_OneAtATime()
    {
        const int Threads = 4;
        const int Each = 50_000;
        using var together = new Barrier(Threads);

        Patience.Join(Enumerable.Range(0, Threads)
            .Select(i => Patience.Start($"counter {i}", () => Count(together, Each)))
            .ToList());

        Assert.Equal(Threads * Each, _count);
    }

    private void Count(Barrier together, int times)
    {
        together.SignalAndWait(Patience.Limit);
        for (int i = 0; i < times; i++)
        {
            _lock.Enter();
            long count = _count;
            Thread.SpinWait(1); // Leaves a second holder, if there were one, time to interfere.
            _count = count + 1;
            _lock.Exit();
        }
    }
}
