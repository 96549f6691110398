using System.Numerics;
using System.Runtime.CompilerServices;
using Attribution.Model.Memory;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Items that are only ever appended, in pieces of native memory, so that growing copies nothing. Written by
/// the reading thread; read by any once reading is over.
/// </summary>
internal sealed class Arena<T>(MemoryBudget budget) : IDisposable
    where T : unmanaged
{
    private const int PieceBytes = 2 * 1024 * 1024;
    private static readonly int PieceBits = BitOperations.Log2((uint)(PieceBytes / Unsafe.SizeOf<T>()));
    private static readonly int PieceItems = 1 << PieceBits;

    private NativeArray<T>[] _pieces = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _pieces[index >> PieceBits][index & (PieceItems - 1)];

    /// <returns>The item's index.</returns>
    public int Add(in T item)
    {
        int index = Count;
        if (index >> PieceBits == _pieces.Length)
            AddPiece();
        this[index] = item;
        Count++;
        return index;
    }

    /// <summary>Appends zeroed items that lie beside each other; at most a piece holds.</summary>
    public Span<T> AddRun(int length, out int index)
    {
        if ((Count & (PieceItems - 1)) + length > PieceItems)
            Count = (Count + PieceItems - 1) & ~(PieceItems - 1);
        index = Count;
        if (index >> PieceBits == _pieces.Length)
            AddPiece();
        Count += length;
        return _pieces[index >> PieceBits].Slice(index & (PieceItems - 1), length);
    }

    public ReadOnlySpan<T> Run(int index, int length) =>
        length == 0 ? default : _pieces[index >> PieceBits].Slice(index & (PieceItems - 1), length);

    /// <summary>Forgets the items; the memory is kept for the next chunk.</summary>
    public void Clear() => Count = 0;

    public void Dispose()
    {
        foreach (NativeArray<T> piece in _pieces)
            piece.Dispose();
        _pieces = [];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddPiece()
    {
        budget.Take((long)PieceItems * Unsafe.SizeOf<T>());
        Array.Resize(ref _pieces, _pieces.Length + 1);
        _pieces[^1] = new NativeArray<T>(PieceItems);
    }
}
