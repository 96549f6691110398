using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attribution.Model.Memory;

/// <summary>
/// How a pool of items of one size is cut into tables: as large as 64 MiB, so that nearly all of a pool lies
/// in huge pages, and a pool of few items still takes little. Immutable.
/// </summary>
/// <remarks>
/// Tables of 65,536 items had no or one huge page each; a person's items lie all over the pool, and every
/// other one read paid a page walk (docs/benchmarks.md, "What limits us now").
/// </remarks>
internal static class PoolChunks<T>
    where T : unmanaged
{
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>What a bound is rounded up to, in items.</summary>
    private const int Step = 64 * 1024;

    /// <summary>Items of a full table are 2 to this power.</summary>
    public static readonly int Bits = BitOperations.Log2((uint)(MaxBytes / Unsafe.SizeOf<T>()));

    public static readonly int Items = 1 << Bits;

    /// <summary>Of an item's number, its place within its table.</summary>
    public static readonly uint PlaceMask = (uint)Items - 1;

    /// <summary>Items of all tables together; an item's number must fit 32 bits.</summary>
    public static long Bound(long maxItems) => Math.Min((maxItems + Step - 1) / Step * Step, 1L << 32);

    public static int Count(long bound) => (int)((bound + Items - 1) >> Bits);

    /// <summary>Bytes of the items that were in use so far; the others cost no memory yet.</summary>
    /// <param name="used">Items of the last table that were.</param>
    public static long UsedBytes(int chunks, int used) =>
        (((long)Math.Max(chunks - 1, 0) << Bits) + used) * Unsafe.SizeOf<T>();

    /// <summary>Items of the table that is to be the next after some full ones.</summary>
    public static int Length(long bound, int chunks) => (int)Math.Min(Items, bound - ((long)chunks << Bits));
}
