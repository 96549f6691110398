using Attribution.Model.Memory;

namespace Attribution.Model.Tests.Memory;

/// <remarks>
/// A pool that gave two owners overlapping runs would corrupt journeys silently. Random runs are held
/// together, each filled with a number of its own; an overlap shows as a wrong number.
/// </remarks>
public class SlabPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Runs_RandomlyTakenAndGivenBack_NeverOverlap(int seed)
    {
        using var pool = new SlabPool<long>(1_000_000);
        var random = new Random(seed);
        var held = new List<(uint Handle, int Count, long Mark)>();
        for (int step = 0; step < 20_000; step++)
        {
            if (held.Count > 0 && random.Next(3) == 0)
            {
                int index = random.Next(held.Count);
                (uint handle, int count, long mark) = held[index];
                Assert.All(pool.Items(handle, count).ToArray(), item => Assert.Equal(mark, item));
                pool.Return(handle, count);
                held.RemoveAt(index);
                continue;
            }

            int wanted = random.Next(1, SlabPool<long>.MaxRun + 1);
            Assert.True(pool.TryRent(wanted, out uint rented));
            Assert.NotEqual(0u, rented);
            pool.Items(rented, wanted).Fill(step);
            held.Add((rented, wanted, step));
            if (held.Count == 500)
                held.RemoveRange(0, 1);
        }
    }

    /// <remarks>One table of 8-byte items holds 8 Mi: the last bound needs a second, shorter one.</remarks>
    [Theory]
    [InlineData(65_536)]
    [InlineData((8 * 1024 * 1024) + 65_536)]
    public void TryRent_PastTheBound_IsRefused_AndReturnsMakeRoom(int bound)
    {
        using var pool = new SlabPool<long>(bound);
        var held = new List<uint>();
        while (pool.TryRent(128, out uint handle))
            held.Add(handle);

        Assert.Equal((bound / 128) - 1, held.Count);
        pool.Return(held[0], 128);
        Assert.True(pool.TryRent(128, out uint again));
        Assert.Equal(held[0], again);
    }
}
