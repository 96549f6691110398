using Attribution.Model.Memory;

namespace Attribution.Model.Tests.Memory;

/// <remarks>A pool that gave one cell to two owners would mix two persons' journeys silently.</remarks>
public class CellPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cells_RandomlyTakenAndGivenBack_AreNeverTwoOwners(int seed)
    {
        using var pool = new CellPool<long>(1_000_000);
        var random = new Random(seed);
        var held = new Dictionary<uint, long>();
        for (int step = 0; step < 200_000; step++)
        {
            if (held.Count > 0 && random.Next(5) < 2)
            {
                (uint cell, long mark) = held.First();
                Assert.Equal(mark, pool[cell]);
                pool.Return(cell);
                held.Remove(cell);
                continue;
            }

            Assert.True(pool.TryRent(out uint rented));
            Assert.NotEqual(0u, rented);
            Assert.True(held.TryAdd(rented, step));
            pool[rented] = step;
        }

        Assert.Equal(held.Count, pool.Count);
        Assert.All(held, pair => Assert.Equal(pair.Value, pool[pair.Key]));
    }

    /// <remarks>One table of 8-byte cells holds 8 Mi: the last bound needs a second, shorter one.</remarks>
    [Theory]
    [InlineData(65_536)]
    [InlineData(131_072)]
    [InlineData((8 * 1024 * 1024) + 65_536)]
    public void TryRent_PastTheBound_IsRefused_AndReturnsMakeRoom(int bound)
    {
        using var pool = new CellPool<long>(bound);
        uint last = 0;
        for (; pool.TryRent(out uint cell); last = cell)
        {
        }

        Assert.Equal(bound - 1, pool.Count);
        pool.Return(last);
        Assert.True(pool.TryRent(out uint again));
        Assert.Equal(last, again);
        Assert.Equal((long)bound * sizeof(long), pool.ReservedBytes);
    }
}
