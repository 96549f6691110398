using System.Runtime.CompilerServices;

namespace Attribution.Model.Memory;

/// <summary>
/// Cells of one size, taken and given back in constant time; a cell that was given back is the next one
/// taken, so nothing is wasted between them. Owned by one worker thread.
/// </summary>
public sealed class CellPool<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeArray<T>[] _chunks;
    private readonly long _bound;
    private int _chunkCount;
    private uint _free;

    // Of the last chunk: cells that were ever taken, and all there are.
    private int _used;
    private int _length;

    /// <param name="maxCells">Bound on cells; rounded up to 65,536, of which the first stays unused.</param>
    public CellPool(long maxCells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Unsafe.SizeOf<T>(), sizeof(uint));
        _bound = PoolChunks<T>.Bound(maxCells);
        _chunks = new NativeArray<T>[PoolChunks<T>.Count(_bound)];
    }

    /// <summary>Cells in use.</summary>
    public long Count { get; private set; }

    /// <inheritdoc cref="PoolChunks{T}.UsedBytes"/>
    public long ReservedBytes => PoolChunks<T>.UsedBytes(_chunkCount, _used);

    public ref T this[uint cell] =>
        ref _chunks[cell >> PoolChunks<T>.Bits][cell & PoolChunks<T>.PlaceMask];

    /// <summary>Asks for a cell's memory without waiting for it; 0 asks for nothing of use.</summary>
    public void Prefetch(uint cell)
    {
        if (_chunkCount > 0)
            _chunks[cell >> PoolChunks<T>.Bits].Prefetch(cell & PoolChunks<T>.PlaceMask);
    }

    /// <returns>False when the pool's bound is reached. A cell is never 0; what it held is not cleared.
    /// </returns>
    public bool TryRent(out uint cell)
    {
        cell = _free;
        if (cell != 0)
        {
            _free = NextFree(cell);
        }
        else
        {
            if (_used == _length && !TryAddChunk())
                return false;
            cell = ((uint)(_chunkCount - 1) << PoolChunks<T>.Bits) | (uint)_used++;
        }

        Count++;
        return true;
    }

    public void Return(uint cell)
    {
        NextFree(cell) = _free;
        _free = cell;
        Count--;
    }

    /// <summary>Loads into an empty pool of the same bound.</summary>
    public void PassState(StateStream state)
    {
        int chunks = _chunkCount;
        state.Value(ref chunks);
        while (_chunkCount < chunks && TryAddChunk())
        {
        }

        StateStream.Check(_chunkCount == chunks);
        long count = Count;
        state.Value(ref count);
        Count = count;
        state.Value(ref _free);
        state.Value(ref _used);
        StateStream.Check(_used >= 0 && _used <= _length);
        for (int i = 0; i < chunks; i++)
            state.Dense(_chunks[i], i < chunks - 1 ? PoolChunks<T>.Items : _used);
    }

    public void Dispose()
    {
        for (int i = 0; i < _chunkCount; i++)
            _chunks[i].Dispose();
    }

    private ref uint NextFree(uint cell) => ref Unsafe.As<T, uint>(ref this[cell]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAddChunk()
    {
        if (_chunkCount == _chunks.Length)
            return false;
        _length = PoolChunks<T>.Length(_bound, _chunkCount);
        _chunks[_chunkCount++] = new NativeArray<T>(_length);

        // Cell 0 stays unused, so that 0 can mean "none".
        _used = _chunkCount == 1 ? 1 : 0;
        return true;
    }
}
