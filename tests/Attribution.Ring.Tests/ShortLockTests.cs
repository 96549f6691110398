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
        const int Each = 300_000;

        Patience.Join(Enumerable.Range(0, Threads)
            .Select(i => Patience.Start($"counter {i}", () => Count(Each)))
            .ToList());

        Assert.Equal(Threads * Each, _count);
    }

    private void Count(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _lock.Enter();
            _count++;
            _lock.Exit();
        }
    }
}
