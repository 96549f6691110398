using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Keys.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ingest;

public class EventQuotaTests
{
    private const long NanosPerSecond = 1_000_000_000;

    [Fact]
    public void TryTake_AnyTraffic_NeverMoreThanRateAndBurst()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int rate = Rate(random);
            var clock = new ManualClock();
            var quota = new EventQuota(rate, clock);
            int largest = 1 + random.Next(random.Next(2) == 0 ? 5 : EventBatch.MaxEvents);
            long burst = Math.Max(rate, largest);
            var taken = new List<(long Nanos, int Events)>();
            for (int i = 0; i < 300; i++)
            {
                clock.AdvanceNanos(random.NextInt64(Pause(random)));
                int events = 1 + random.Next(largest);
                if (quota.TryTake(events, out _))
                    taken.Add((clock.GetTimestamp(), events));
            }

            AssertEveryWindow(taken, rate, burst, seed);
        }
    }

    [Fact]
    public void TryTake_SenderWithinItsRate_IsNeverRefused()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int rate = Rate(random);
            var clock = new ManualClock();
            var quota = new EventQuota(rate, clock);
            Int128 sent = 0;
            for (int i = 0; i < 2_000; i++)
            {
                clock.AdvanceNanos(random.NextInt64(Pause(random)));
                // In billionths of an event. What it did not send more than a second ago it does not make up
                // for, and a clock in nanoseconds may hide a nanosecond.
                Int128 earned = (Int128)(clock.GetTimestamp() - 1) * rate;
                sent = Int128.Max(sent, earned - ((Int128)rate * NanosPerSecond));
                int events = (int)Int128.Min((earned - sent) / NanosPerSecond, EventBatch.MaxEvents);
                if (events <= 0)
                    continue;
                sent += (Int128)events * NanosPerSecond;
                Assert.True(quota.TryTake(events, out _), $"seed {seed}, step {i}, {events} of {rate}/s");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void TryTake_AfterTheSecondsItAskedFor_IsTaken(int rate)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var clock = new ManualClock();
            var quota = new EventQuota(rate, clock);
            for (int i = 0; i < 50; i++)
            {
                int events = 1 + random.Next(EventBatch.MaxEvents);
                if (quota.TryTake(events, out int seconds))
                    continue;
                Assert.InRange(seconds, 1, (EventBatch.MaxEvents / rate) + 1);
                clock.AdvanceNanos((seconds - 1) * NanosPerSecond);
                clock.AdvanceNanos(NanosPerSecond);
                Assert.True(quota.TryTake(events, out _), $"seed {seed}, step {i}");
            }
        }
    }

    [Fact]
    public void TryTake_BodyLargerThanASecondBrings_IsTakenAndPaidForAfterwards()
    {
        var clock = new ManualClock();
        var quota = new EventQuota(10, clock);

        Assert.True(quota.TryTake(100, out _));
        Assert.False(quota.TryTake(1, out int seconds));
        Assert.Equal(10, seconds);
        clock.AdvanceNanos(9 * NanosPerSecond);
        Assert.False(quota.TryTake(1, out seconds));
        Assert.Equal(1, seconds);
        clock.AdvanceNanos(NanosPerSecond / 5);
        Assert.True(quota.TryTake(1, out _));
    }

    [Fact]
    public void Return_WhatWasTaken_CanBeTakenAgain()
    {
        var quota = new EventQuota(10, new ManualClock());
        Assert.True(quota.TryTake(10, out _));
        Assert.False(quota.TryTake(10, out _));

        quota.Return(10);

        Assert.True(quota.TryTake(10, out _));
        Assert.False(quota.TryTake(1, out _));
    }

    [Fact]
    public async Task TryTake_FromManyThreads_TakesExactlyTheBurst()
    {
        var quota = new EventQuota(10_000, new ManualClock());
        long taken = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (quota.TryTake(1, out int _))
                    Interlocked.Increment(ref taken);
            }
        })));

        Assert.Equal(10_000, taken);
    }

    [Fact]
    public void TryTake_AfterWarmUp_AllocatesNothing()
    {
        var quota = new EventQuota(1_000, TimeProvider.System);

        Assert.Equal(0, Allocations.DuringSteadyState(() => quota.TryTake(100, out _)));
    }

    private static int Rate(Random random) => 1 + random.Next((int)Math.Pow(10, random.Next(1, 8)));

    private static long Pause(Random random) => (long)Math.Pow(10, random.Next(3, 11));

    private static void AssertEveryWindow(
        List<(long Nanos, int Events)> taken, int rate, long burst, int seed)
    {
        for (int first = 0; first < taken.Count; first++)
        {
            long sum = 0;
            for (int last = first; last < taken.Count; last++)
            {
                sum += taken[last].Events;
                Int128 earned = (Int128)(taken[last].Nanos - taken[first].Nanos) * rate / NanosPerSecond;
                Assert.True(
                    sum <= (long)earned + 1 + burst,
                    $"seed {seed}: {sum} events in {taken[last].Nanos - taken[first].Nanos} ns at {rate}/s");
            }
        }
    }
}
