using Attribution.Ring.Tests.Support;

namespace Attribution.Ring.Tests;

public class RoomWaitersTests
{
    private const int Size = 8;

    private readonly MultiProducerSequencer _sequencer = new(Size);
    private readonly Sequence _consumer = new();

    public RoomWaitersTests()
    {
        _sequencer.AddGatingSequences(_consumer);
    }

    [Fact]
    public void WaitForRoom_ThereIsRoom_CompletesAtOnce()
    {
        Assert.True(Wait(Size, TimeSpan.Zero).IsCompletedSuccessfully);
        Assert.Equal(0, _sequencer.Room.Count);
    }

    [Fact]
    public async Task WaitForRoom_ConsumerAdvances_Completes()
    {
        Fill();
        Task<bool> wait = Wait(4);
        Advance(2);
        Assert.False(wait.IsCompleted);

        Advance(3);

        Assert.True(await wait.WaitAsync(Patience.Limit));
        Assert.True(_sequencer.TryNext(4, out _));
    }

    [Fact]
    public async Task WaitForRoom_ConsumerAdvancesSilently_IsFoundByThePoll()
    {
        Fill();
        Task<bool> wait = Wait(4);

        _consumer.SetValue(5);

        Assert.True(await wait.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task WaitForRoom_NothingHappens_TimesOut()
    {
        Fill();

        Assert.False(await Wait(1, TimeSpan.FromMilliseconds(5)).WaitAsync(Patience.Limit));
        Assert.True(Wait(1, TimeSpan.Zero).IsCompleted);
        Assert.Equal(0, _sequencer.Room.Count);
    }

    [Fact]
    public async Task WaitForRoom_Cancelled_ThrowsAndLeavesTheQueue()
    {
        Fill();
        using var cancel = new CancellationTokenSource();
        Task<bool> cancelled = Wait(1, Timeout.InfiniteTimeSpan, cancel.Token);
        Task<bool> stays = Wait(1);

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await cancelled);
        Assert.Equal(1, _sequencer.Room.Count);
        Advance(0);

        Assert.True(await stays.WaitAsync(Patience.Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await _sequencer.WaitForRoomAsync(1, Timeout.InfiniteTimeSpan, cancel.Token));
    }

    [Fact]
    public async Task WaitForRoom_OthersWaitAlready_ComesAfterThem()
    {
        Fill();
        Task<bool> large = Wait(6);
        Advance(3);

        // There is room for one, but another was first.
        Assert.False(await Wait(1, TimeSpan.Zero));
        Task<bool> small = Wait(1);
        Assert.Equal(2, _sequencer.Room.Count);

        Advance(6);
        Assert.True(await large.WaitAsync(Patience.Limit));
        Assert.True(await small.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task WaitAsync_SeveralWait_AreServedOnlyAsFarAsTheRoomGoesForAllOfThem()
    {
        long free = 0;
        bool HasRoom(long slots, long bytes)
        {
            long seen = Volatile.Read(ref free);
            if (slots + bytes <= seen)
                return true;
            // Whoever was served takes the room before anybody asks again.
            Interlocked.CompareExchange(ref free, 0, seen);
            return false;
        }

        var waiters = new RoomWaiters(HasRoom);
        Task<bool> large = waiters.WaitAsync(4, 2, Patience.Limit, default).AsTask();
        Task<bool> small = waiters.WaitAsync(1, 0, Patience.Limit, default).AsTask();
        Task<bool> last = waiters.WaitAsync(1, 3, Patience.Limit, default).AsTask();

        Volatile.Write(ref free, 7);

        Assert.True(await large.WaitAsync(Patience.Limit));
        Assert.True(await small.WaitAsync(Patience.Limit));
        Assert.Equal(1, waiters.Count);
        Volatile.Write(ref free, 4);
        Assert.True(await last.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task WaitAsync_MoreThanTheBound_IsRefusedAtOnce()
    {
        bool room = false;
        var waiters = new RoomWaiters((_, _) => Volatile.Read(ref room), maxWaiters: 2);
        Task<bool> first = waiters.WaitAsync(1, 0, Patience.Limit, default).AsTask();
        Task<bool> second = waiters.WaitAsync(1, 0, Patience.Limit, default).AsTask();

        Task<bool> third = waiters.WaitAsync(1, 0, Patience.Limit, default).AsTask();

        Assert.True(third.IsCompleted);
        Assert.False(await third);
        Volatile.Write(ref room, true);
        Assert.True(await first && await second);
    }

    [Fact]
    public async Task WaitAsync_ManyWaitersTimeOutsAndCancels_EachEndsExactlyOnce()
    {
        bool room = false;
        var waiters = new RoomWaiters((_, _) => Volatile.Read(ref room));
        var ends = new int[3];
        using var cancel = new CancellationTokenSource();

        async Task WaitRepeatedly(int seed)
        {
            var random = new Random(seed);
            for (int i = 0; i < 200; i++)
            {
                CancellationToken token = random.Next(2) == 0 ? cancel.Token : default;
                try
                {
                    TimeSpan timeout = TimeSpan.FromMilliseconds(random.Next(4));
                    bool served = await waiters.WaitAsync(1, 0, timeout, token).ConfigureAwait(false);
                    Interlocked.Increment(ref ends[served ? 1 : 0]);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref ends[2]);
                }

                Volatile.Write(ref room, random.Next(8) == 0);
                if (i == 150)
                    await cancel.CancelAsync().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(WaitRepeatedly)).WaitAsync(Patience.Limit);

        Assert.Equal(8 * 200, ends.Sum());
        Assert.All(ends, count => Assert.NotEqual(0, count));
        Assert.Equal(0, waiters.Count);
    }

    private void Fill() => _sequencer.Publish(0, _sequencer.Next(Size));

    private void Advance(long sequence)
    {
        _consumer.SetValue(sequence);
        _sequencer.Advanced();
    }

    private Task<bool> Wait(int count) => Wait(count, Patience.Limit);

    private Task<bool> Wait(int count, TimeSpan timeout) => Wait(count, timeout, default);

    private Task<bool> Wait(int count, TimeSpan timeout, CancellationToken cancel) =>
        _sequencer.WaitForRoomAsync(count, timeout, cancel).AsTask();
}
