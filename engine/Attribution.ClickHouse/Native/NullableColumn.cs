namespace Attribution.ClickHouse.Native;

/// <summary>
/// A Nullable column: a byte per row that says whether it is null, beside the items. Owned by one thread.
/// </summary>
public sealed class NullableColumn<TItems> : Column
    where TItems : Column
{
    private readonly FixedColumn<byte> _nulls = new("UInt8");

    public NullableColumn(TItems items)
        : base($"Nullable({items.TypeName})") => Items = items;

    /// <summary>The values; each added one is followed by <see cref="Added"/>.</summary>
    public TItems Items { get; }

    public override int RowCount => _nulls.RowCount;

    public override long ByteCount => _nulls.ByteCount + Items.ByteCount;

    public void AddNull()
    {
        Items.AddDefault();
        _nulls.Add(1);
    }

    /// <summary>Ends a row whose value was added to <see cref="Items"/>.</summary>
    public void Added() => _nulls.Add(0);

    public override void Clear()
    {
        _nulls.Clear();
        Items.Clear();
    }

    public override void Expect(int rows, int textBytes)
    {
        _nulls.Expect(rows, textBytes);
        Items.Expect(rows, textBytes);
    }

    public override void AddDefault() => AddNull();

    public override void WriteTo(BlockWriter writer)
    {
        CheckItems();
        _nulls.WriteTo(writer);
        Items.WriteTo(writer);
    }

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        CheckItems();
        _nulls.WriteTo(writer, order);
        Items.WriteTo(writer, order);
    }

    public override void AddRow(ReadColumn source, int row)
    {
        var nullable = (NullableReadColumn)source;
        Items.AddRow(nullable.Items, row);
        _nulls.Add(nullable.Nulls[row]);
    }

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        var nullable = (NullableColumn<TItems>)target;
        Items.CopyRowTo(row, nullable.Items);
        nullable._nulls.Add(_nulls.Values[row]);
    }

    internal override void WritePrefixTo(BlockWriter writer) => Items.WritePrefixTo(writer);

    private void CheckItems()
    {
        if (Items.RowCount != RowCount)
            throw new InvalidOperationException($"{TypeName}: {Items.RowCount} items for {RowCount} rows.");
    }
}
