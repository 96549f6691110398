using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A column of fixed-width values that was read, as they came. Owned by its reader.
/// </summary>
public abstract class FixedReadColumn : ReadColumn
{
    private readonly ByteBuffer _bytes = new(1024);
    private int _count;

    private protected FixedReadColumn(string typeName, int width)
        : base(typeName) => Width = width;

    /// <summary>Bytes of one value.</summary>
    public int Width { get; }

    public override int RowCount => _count;

    /// <summary>All rows as they lie in memory; the type must be as wide as the column's.</summary>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Width)
            throw Mismatch($"{Unsafe.SizeOf<T>()} bytes wide");
        return MemoryMarshal.Cast<byte, T>(_bytes.Written);
    }

    public override ReadOnlySpan<byte> GetBytes(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_count, nameof(row));
        return _bytes.Written.Slice(row * Width, Width);
    }

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        _bytes.Clear();
        _count = 0;
        await source.ReadIntoAsync(_bytes, (ulong)rows * (ulong)Width).ConfigureAwait(false);
        _count = rows;
    }
}
