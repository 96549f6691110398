using Attribution.Engine.Identity;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Identity;

public class EventIdSetTests
{
    [Fact]
    public void TryAdd_WithinOneGeneration_KnowsEveryIdExactly()
    {
        using var set = new EventIdSet(1 << 12);
        for (int i = 0; i < 4_096; i++)
            Assert.True(set.TryAdd(Hash(i)));
        for (int i = 0; i < 4_096; i++)
            Assert.False(set.TryAdd(Hash(i)));
        Assert.Equal(4_096, set.Count);
    }

    [Fact]
    public void TryAdd_OverManyGenerations_AlwaysKnowsTheNewest()
    {
        const int capacity = 256;
        using var set = new EventIdSet(capacity);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(set.TryAdd(Hash(i)));
            Assert.False(set.TryAdd(Hash(i)));
            if (i >= capacity)
                Assert.False(set.TryAdd(Hash(i - capacity + 1)));
            Assert.True(set.Count <= 2 * capacity);
        }
    }

    [Fact]
    public void TryAdd_TheHashZero_IsAnIdLikeAnyOther()
    {
        using var set = new EventIdSet(16);
        Assert.True(set.TryAdd(UInt128.Zero));
        Assert.False(set.TryAdd(UInt128.Zero));
    }

    private static UInt128 Hash(int i) => EventHash.Murmur3(BitConverter.GetBytes(i), 0, 0);
}
