using System.Runtime.InteropServices;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Texts that are only ever appended, each at a place that fits 32 bits up to 32 GiB. Written by the reading
/// thread; read by any once reading is over.
/// </summary>
internal sealed class TextArena(MemoryBudget budget) : IDisposable
{
    private const int CellBytes = sizeof(ulong);
    private readonly Arena<ulong> _cells = new(budget);

    /// <param name="text">At most 64 KiB.</param>
    public uint Add(ReadOnlySpan<byte> text)
    {
        Span<ulong> run = _cells.AddRun(Cells(text.Length), out int place);
        text.CopyTo(MemoryMarshal.AsBytes(run));
        return (uint)place;
    }

    public ReadOnlySpan<byte> Text(uint place, int length) =>
        MemoryMarshal.AsBytes(_cells.Run((int)place, Cells(length)))[..length];

    public void Clear() => _cells.Clear();

    public void Dispose() => _cells.Dispose();

    private static int Cells(int length) => (length + CellBytes - 1) / CellBytes;
}
