namespace Attribution.ClickHouse.Native;

/// <summary>
/// An Array column: where each row ends among the items, beside the items of all rows. Owned by one thread.
/// </summary>
public sealed class ArrayColumn<TItems> : Column
    where TItems : Column
{
    private readonly FixedColumn<ulong> _ends = new("UInt64");

    public ArrayColumn(TItems items)
        : base($"Array({items.TypeName})") => Items = items;

    /// <summary>The elements of all rows; <see cref="EndRow"/> closes a row.</summary>
    public TItems Items { get; }

    public override int RowCount => _ends.RowCount;

    public override long ByteCount => _ends.ByteCount + Items.ByteCount;

    /// <summary>Closes a row of all items added since the last one was closed, possibly none.</summary>
    public void EndRow() => _ends.Add((ulong)Items.RowCount);

    public override void Clear()
    {
        _ends.Clear();
        Items.Clear();
    }

    /// <summary>Expects one item a row; more of them double their buffers.</summary>
    public override void Expect(int rows, int textBytes)
    {
        _ends.Expect(rows, textBytes);
        Items.Expect(rows, textBytes);
    }

    public override void AddDefault() => EndRow();

    public override void WriteTo(BlockWriter writer)
    {
        CheckItems();
        _ends.WriteTo(writer);
        // Of no elements nothing at all is written, not even LowCardinality's header.
        if (Items.RowCount > 0)
            Items.WriteTo(writer);
    }

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        CheckItems();
        ReadOnlySpan<ulong> ends = _ends.Values;
        Span<int> items = order.Items.Begin(Items.RowCount);
        int taken = 0;
        foreach (int row in order.Rows)
        {
            for (int item = row == 0 ? 0 : (int)ends[row - 1]; item < (int)ends[row]; item++)
                items[taken++] = item;
            writer.WriteUInt64((ulong)taken);
        }

        if (taken > 0)
            Items.WriteTo(writer, order.Items);
    }

    public override void AddRow(ReadColumn source, int row)
    {
        var array = (ArrayReadColumn)source;
        (int first, int count) = array[row].GetOffsetAndLength(array.Items.RowCount);
        for (int item = first; item < first + count; item++)
            Items.AddRow(array.Items, item);
        EndRow();
    }

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        var array = (ArrayColumn<TItems>)target;
        int end = (int)_ends.Values[row];
        for (int item = row == 0 ? 0 : (int)_ends.Values[row - 1]; item < end; item++)
            Items.CopyRowTo(item, array.Items);
        array.EndRow();
    }

    internal override void WritePrefixTo(BlockWriter writer) => Items.WritePrefixTo(writer);

    private void CheckItems()
    {
        if (Items.RowCount != (RowCount == 0 ? 0 : (int)_ends.Values[^1]))
            throw new InvalidOperationException($"{TypeName}: the last row was not ended.");
    }
}
