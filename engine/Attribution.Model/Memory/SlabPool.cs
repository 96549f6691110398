using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.Model.Memory;

/// <summary>
/// Runs of 1, 2, 4 … 128 items, allocated and freed in constant time without touching the garbage collector.
/// A freed run waits in the list of its size. Owned by one worker thread.
/// </summary>
[SuppressMessage("Design", "CA1000", Justification = "A capacity is the same for every item type.")]
public sealed class SlabPool<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Longest run, in items.</summary>
    public const int MaxRun = 128;

    private const int SizeClasses = 8;

    private readonly List<NativeArray<T>> _chunks = [];
    private readonly long _bound;
    private readonly uint[] _free = new uint[SizeClasses];

    // Of the last chunk: items that were ever taken, and all there are.
    private int _used;
    private int _length;

    /// <param name="maxItems">Bound on items in all runs together; rounded up to 65,536.</param>
    public SlabPool(long maxItems)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Unsafe.SizeOf<T>(), sizeof(uint));
        _bound = PoolChunks<T>.Bound(maxItems);
    }

    /// <inheritdoc cref="PoolChunks{T}.UsedBytes"/>
    public long ReservedBytes => PoolChunks<T>.UsedBytes(_chunks.Count, _used);

    /// <summary>Items a run of <paramref name="count"/> really has room for.</summary>
    public static int Capacity(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 1));

    /// <summary>Takes a run with room for at least <paramref name="count"/> items.</summary>
    /// <returns>False when the pool's bound is reached. A handle is never 0.</returns>
    public bool TryRent(int count, out uint handle)
    {
        int sizeClass = SizeClass(count);
        handle = _free[sizeClass];
        if (handle != 0)
        {
            _free[sizeClass] = NextFree(handle);
            return true;
        }

        int items = 1 << sizeClass;
        if (_used + items > _length && !TryAddChunk())
            return false;
        handle = Handle(_chunks.Count - 1, _used);
        _used += items;
        return true;
    }

    public void Return(uint handle, int count)
    {
        int sizeClass = SizeClass(count);
        NextFree(handle) = _free[sizeClass];
        _free[sizeClass] = handle;
    }

    public Span<T> Items(uint handle, int count) =>
        count == 0
            ? default
            : _chunks[(int)(handle >> PoolChunks<T>.Bits)].Slice(handle & PoolChunks<T>.PlaceMask, count);

    /// <summary>Loads into an empty pool of the same bound.</summary>
    public void PassState(StateStream state)
    {
        int chunks = _chunks.Count;
        state.Value(ref chunks);
        while (_chunks.Count < chunks && TryAddChunk())
        {
        }

        StateStream.Check(_chunks.Count == chunks);
        state.Value(ref _used);
        StateStream.Check(_used >= 0 && _used <= _length);
        state.Pass(MemoryMarshal.AsBytes(_free.AsSpan()));
        for (int i = 0; i < chunks; i++)
            state.Dense(_chunks[i], i < chunks - 1 ? PoolChunks<T>.Items : _used);
    }

    public void Dispose() => _chunks.ForEach(chunk => chunk.Dispose());

    private static int SizeClass(int count) => BitOperations.Log2((uint)Capacity(count));

    private static uint Handle(int chunk, int item) => ((uint)chunk << PoolChunks<T>.Bits) | (uint)item;

    private ref uint NextFree(uint handle) => ref Unsafe.As<T, uint>(ref Items(handle, 1)[0]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAddChunk()
    {
        if (_chunks.Count == PoolChunks<T>.Count(_bound))
            return false;
        _length = PoolChunks<T>.Length(_bound, _chunks.Count);
        _chunks.Add(new NativeArray<T>(_length));

        // Item 0 of chunk 0 stays unused, so that handle 0 can mean "none". Runs keep their alignment.
        _used = _chunks.Count == 1 ? MaxRun : 0;
        return true;
    }
}
