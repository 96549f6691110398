namespace Attribution.ClickHouse.Native;

/// <summary>
/// A Nullable column that was read: which rows are null, and the items. Getters other than
/// <see cref="GetValue"/> give the item's default for a null. Owned by its reader.
/// </summary>
public sealed class NullableReadColumn : ReadColumn
{
    private readonly ByteBuffer _nulls = new(64);

    internal NullableReadColumn(string typeName, ReadColumn items)
        : base(typeName) => Items = items;

    public ReadColumn Items { get; }

    /// <summary>A byte per row, which is not 0 where the row is null.</summary>
    public ReadOnlySpan<byte> Nulls => _nulls.Written;

    public override int RowCount => _nulls.Length;

    public override bool IsNull(int row) => Nulls[row] != 0;

    public override object? GetValue(int row) => IsNull(row) ? null : Items.GetValue(row);

    public override string GetString(int row) => IsNull(row) ? "" : Items.GetString(row);

    public override ReadOnlySpan<byte> GetBytes(int row) => Items.GetBytes(row);

    public override long GetInt64(int row) => Items.GetInt64(row);

    public override ulong GetUInt64(int row) => Items.GetUInt64(row);

    public override double GetDouble(int row) => Items.GetDouble(row);

    public override decimal GetDecimal(int row) => Items.GetDecimal(row);

    public override bool GetBoolean(int row) => Items.GetBoolean(row);

    public override DateTime GetDateTime(int row) => Items.GetDateTime(row);

    public override Guid GetGuid(int row) => Items.GetGuid(row);

    internal override ValueTask ReadPrefixAsync(ByteSource source) => Items.ReadPrefixAsync(source);

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        _nulls.Clear();
        await source.ReadIntoAsync(_nulls, (ulong)rows).ConfigureAwait(false);
        await Items.ReadAsync(source, rows).ConfigureAwait(false);
    }
}
