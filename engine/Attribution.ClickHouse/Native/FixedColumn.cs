using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A column of fixed-width values, written as they lie in memory: integers, floats, Decimal64 as scaled <see
/// cref="long"/>, DateTime64 as ticks of its scale, Bool as a byte, <see cref="Uuid"/>, <see cref="IPv6"/>.
/// Owned by one thread.
/// </summary>
public sealed class FixedColumn<T> : Column
    where T : unmanaged
{
    private const int InitialRows = 64;
    private T[] _values = new T[InitialRows];
    private int _count;
    private int _expectedRows;

    public FixedColumn(string typeName)
        : base(typeName) => Debug.Assert(BitConverter.IsLittleEndian, "Native is little-endian.");

    public override int RowCount => _count;

    public override long ByteCount => (long)_count * Unsafe.SizeOf<T>();

    /// <summary>The rows so far; valid until the next <see cref="Add"/> or <see cref="Clear"/>.</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, _count);

    public void Add(T value)
    {
        T[] values = _values;
        int count = _count;
        if ((uint)count >= (uint)values.Length)
            values = Grow(count + 1);
        values[count] = value;
        _count = count + 1;
    }

    /// <summary>Replaces all rows by so many of one value.</summary>
    public void Fill(T value, int rows)
    {
        if (rows > _values.Length)
            Grow(rows);
        _values.AsSpan(0, rows).Fill(value);
        _count = rows;
    }

    public override void Clear() => _count = 0;

    public override void Expect(int rows, int textBytes) => _expectedRows = rows;

    public override void AddDefault() => Add(default);

    public override void WriteTo(BlockWriter writer) => writer.Write(MemoryMarshal.AsBytes(Values));

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        writer.BeginColumn(ByteCount);
        ReadOnlySpan<int> rows = order.Rows;
        ReadOnlySpan<T> values = Values;
        while (!rows.IsEmpty)
        {
            Span<T> room = writer.GetSpan<T>();
            room = room[..Math.Min(rows.Length, room.Length)];
            ReadOnlySpan<int> taken = rows[..room.Length];
            for (int at = 0; at < room.Length; at++)
                room[at] = values[taken[at]];
            writer.Advance(room.Length * Unsafe.SizeOf<T>());
            rows = rows[room.Length..];
        }
    }

    public override void AddRow(ReadColumn source, int row) =>
        Add(((FixedReadColumn)source).Values<T>()[row]);

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        ((FixedColumn<T>)target).Add(_values[row]);
    }

    internal override bool AppendRanks(Span<ulong> ranks, ref int freeBits)
    {
        if (freeBits == 0)
            return false;

        ReadOnlySpan<T> values = Values;
        ulong least = ulong.MaxValue;
        ulong greatest = 0;
        foreach (T value in values)
        {
            least = Math.Min(least, Rank(value));
            greatest = Math.Max(greatest, Rank(value));
        }

        // Only as many bits as the values differ in: times of one block leave room for what comes after.
        int bits = 64 - BitOperations.LeadingZeroCount(greatest - least);
        int taken = Math.Min(bits, freeBits);
        for (int row = 0; row < ranks.Length; row++)
        {
            ulong place = (Rank(values[row]) - least) >> (bits - taken);
            ranks[row] = Below(ranks[row], place, taken);
        }

        freeBits -= taken;
        return taken == bits;
    }

    internal override int CompareRows(int left, int right) =>
        Rank(_values[left]).CompareTo(Rank(_values[right]));

    /// <summary>The value as an unsigned number in the same order.</summary>
    private static ulong Rank(T value)
    {
        if (typeof(T) == typeof(long))
            return Unsafe.BitCast<T, ulong>(value) ^ (1UL << 63);
        if (typeof(T) == typeof(ulong))
            return Unsafe.BitCast<T, ulong>(value);
        if (typeof(T) == typeof(sbyte))
            return (ulong)(Unsafe.BitCast<T, sbyte>(value) - sbyte.MinValue);
        throw new NotSupportedException($"{typeof(T)} is not a type of keys.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T[] Grow(int rows)
    {
        int wanted = Math.Max(_values.Length * 2, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
        if (wanted > SmallRows && _expectedRows >= rows)
            wanted = Math.Max(_values.Length + 1, _expectedRows);
        T[] grown = GC.AllocateUninitializedArray<T>(wanted);
        Values.CopyTo(grown);
        return _values = grown;
    }
}
