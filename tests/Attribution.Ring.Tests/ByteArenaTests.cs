using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Ring.Tests;

/// <remarks>
/// The property keeps a second account of who owns each byte of the arena, and fails when a granted claim
/// overlaps bytes that are still in use, is not in one piece, or when an empty arena refuses.
/// </remarks>
public class ByteArenaTests
{
    private const int Capacity = 64;

    [Fact]
    public void TryClaim_AnyClaimsAndReclaims_NeverOverlapsBytesInUse()
    {
        Gen<int[]> steps = Gen.Choose(0, Capacity + 1).Where(b => b <= Capacity).ArrayOf(200);

        Check.QuickThrowOnFailure(Prop.ForAll(steps.ToArbitrary(), NeverOverlaps));
    }

    [Fact]
    public void TryClaim_OfTheWholeArena_FitsWheneverNothingIsInUse()
    {
        var arena = new ByteArena(Capacity);
        for (int i = 1; i < Capacity; i++)
        {
            Assert.True(arena.TryClaim(i, out _));
            arena.Reclaim(arena.Position);
            Assert.True(arena.TryClaim(Capacity, out long offset));
            Assert.Equal(0, offset % Capacity);
            Assert.False(arena.TryClaim(1, out _));
            Assert.True(arena.TryClaim(0, out _));
            arena.Reclaim(arena.Position);
        }
    }

    [Fact]
    public void TryClaim_ThatWouldStraddleTheEnd_SkipsToTheStart()
    {
        var arena = new ByteArena(Capacity);
        Assert.True(arena.TryClaim(40, out _));
        Assert.False(arena.TryClaim(30, out _));
        Assert.Equal(40, arena.Position);

        arena.Reclaim(30);
        Assert.True(arena.TryClaim(30, out long offset));

        Assert.Equal(Capacity, offset);
        Assert.Equal(Capacity + 30, arena.Position);
        Assert.Equal(1, arena.Fill);
    }

    [Fact]
    public void Constructor_NotAPowerOfTwo_IsAnArgumentError()
    {
        Assert.Throws<ArgumentException>(() => new ByteArena(100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteArena(0));
    }

    private static bool NeverOverlaps(int[] claims)
    {
        var arena = new ByteArena(Capacity);
        var inUse = new bool[Capacity];
        var live = new Queue<(long Offset, int Bytes, long End)>();

        foreach (int bytes in claims)
        {
            long offset;
            while (!arena.TryClaim(bytes, out offset))
            {
                if (!live.TryDequeue(out (long Offset, int Bytes, long End) oldest))
                    return false; // Nothing in use, and yet refused.
                arena.Reclaim(oldest.End);
                Mark(inUse, oldest.Offset, oldest.Bytes, false);
            }

            if ((offset % Capacity) + bytes > Capacity || !Mark(inUse, offset, bytes, true))
                return false;
            live.Enqueue((offset, bytes, arena.Position));
        }

        return true;
    }

    private static bool Mark(bool[] inUse, long offset, int bytes, bool use)
    {
        bool changed = true;
        for (long i = offset; i < offset + bytes; i++)
        {
            changed &= inUse[i % Capacity] != use;
            inUse[i % Capacity] = use;
        }

        return changed;
    }
}
