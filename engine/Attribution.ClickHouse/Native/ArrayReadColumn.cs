using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// An Array column that was read: the elements of all rows, and where each row ends among them. Owned by its
/// reader.
/// </summary>
public sealed class ArrayReadColumn : ReadColumn
{
    private readonly ByteBuffer _ends = new(512);

    internal ArrayReadColumn(string typeName, ReadColumn items)
        : base(typeName) => Items = items;

    public ReadColumn Items { get; }

    /// <summary>
    /// Where each row ends among <see cref="Items"/>; they rise, and the last is the number of items.
    /// </summary>
    public ReadOnlySpan<long> Ends => MemoryMarshal.Cast<byte, long>(_ends.Written);

    public override int RowCount => _ends.Length / sizeof(long);

    /// <summary>The row's items: the first, and behind the last.</summary>
    public Range this[int row] => (row == 0 ? 0 : (int)Ends[row - 1])..(int)Ends[row];

    public override object GetValue(int row)
    {
        (int first, int count) = this[row].GetOffsetAndLength(Items.RowCount);
        var values = new object?[count];
        for (int at = 0; at < count; at++)
            values[at] = Items.GetValue(first + at);
        return values;
    }

    public override T[] GetArray<T>(int row)
    {
        (int first, int count) = this[row].GetOffsetAndLength(Items.RowCount);
        var values = new T[count];
        for (int at = 0; at < count; at++)
            values[at] = Items.Get<T>(first + at);
        return values;
    }

    internal override ValueTask ReadPrefixAsync(ByteSource source) => Items.ReadPrefixAsync(source);

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        _ends.Clear();
        await source.ReadIntoAsync(_ends, (ulong)rows * sizeof(long)).ConfigureAwait(false);
        await Items.ReadAsync(source, CheckedItemCount()).ConfigureAwait(false);
    }

    private int CheckedItemCount()
    {
        long last = 0;
        foreach (long end in Ends)
        {
            if (end < last || end > int.MaxValue)
                throw new NativeFormatException($"An array ends at {end}, after one that ends at {last}.");
            last = end;
        }

        return (int)last;
    }
}
