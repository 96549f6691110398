using System.Runtime.CompilerServices;

namespace Attribution.Model.Memory;

/// <summary>
/// Cells of one size, taken and given back in constant time; a cell that was given back is the next one
/// taken, so nothing is wasted between them. Owned by one worker thread.
/// </summary>
public sealed class CellPool<T> : IDisposable
    where T : unmanaged
{
    private const int ChunkBits = 16;
    private const int ChunkCells = 1 << ChunkBits;

    private readonly NativeArray<T>[] _chunks;
    private int _chunkCount;
    private uint _free;
    private int _used = ChunkCells;

    /// <param name="maxCells">Bound on cells; rounded up to 65,536, of which the first stays unused.</param>
    public CellPool(long maxCells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Unsafe.SizeOf<T>(), sizeof(uint));
        _chunks = new NativeArray<T>[Math.Min((maxCells + ChunkCells - 1) / ChunkCells, ChunkCells)];
    }

    /// <summary>Cells in use.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes taken from the system so far.</summary>
    public long ReservedBytes => (long)_chunkCount * ChunkCells * Unsafe.SizeOf<T>();

    public ref T this[uint cell] => ref _chunks[cell >> ChunkBits][cell & (ChunkCells - 1)];

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
            if (_used == ChunkCells && !TryAddChunk())
                return false;
            cell = ((uint)(_chunkCount - 1) << ChunkBits) | (uint)_used++;
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
        StateStream.Check(_used is >= 0 and <= ChunkCells);
        for (int i = 0; i < chunks; i++)
            state.Dense(_chunks[i], i < chunks - 1 ? ChunkCells : _used);
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
        _chunks[_chunkCount++] = new NativeArray<T>(ChunkCells);

        // Cell 0 stays unused, so that 0 can mean "none".
        _used = _chunkCount == 1 ? 1 : 0;
        return true;
    }
}
