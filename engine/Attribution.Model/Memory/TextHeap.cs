using System.Runtime.InteropServices;

namespace Attribution.Model.Memory;

/// <summary>
/// Short texts that come and go, such as event ids too long to be held in place. Owned by one worker thread.
/// </summary>
public sealed class TextHeap(long maxBytes) : IDisposable
{
    /// <summary>Longest text, in bytes.</summary>
    public const int MaxTextBytes = CellBytes * SlabPool<Cell>.MaxRun;

    private const int CellBytes = 16;
    private readonly SlabPool<Cell> _cells = new(maxBytes / CellBytes);

    public long ReservedBytes => _cells.ReservedBytes;

    /// <returns>False when the heap's bound is reached. A place is never 0.</returns>
    public bool TryAdd(ReadOnlySpan<byte> text, out uint place)
    {
        int cells = Cells(text.Length);
        if (!_cells.TryRent(cells, out place))
            return false;
        text.CopyTo(MemoryMarshal.AsBytes(_cells.Items(place, cells)));
        return true;
    }

    public ReadOnlySpan<byte> Text(uint place, int length) =>
        MemoryMarshal.AsBytes(_cells.Items(place, Cells(length)))[..length];

    public void Remove(uint place, int length) => _cells.Return(place, Cells(length));

    /// <summary>Loads into an empty heap of the same bound.</summary>
    public void PassState(StateStream state) => _cells.PassState(state);

    public void Dispose() => _cells.Dispose();

    private static int Cells(int length) => Math.Max(1, (length + CellBytes - 1) / CellBytes);

    internal struct Cell
    {
        public ulong First;
        public ulong Second;
    }
}
