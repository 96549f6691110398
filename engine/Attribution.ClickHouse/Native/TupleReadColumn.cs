namespace Attribution.ClickHouse.Native;

/// <summary>
/// A Tuple column that was read: one column per element. Owned by its reader.
/// </summary>
public sealed class TupleReadColumn : ReadColumn
{
    internal TupleReadColumn(string typeName, IReadOnlyList<ReadColumn> elements)
        : base(typeName) => Elements = elements;

    /// <summary>At least one; each carries its element's name, if it has one.</summary>
    public IReadOnlyList<ReadColumn> Elements { get; }

    public override int RowCount => Elements[0].RowCount;

    public override object GetValue(int row)
    {
        var values = new object?[Elements.Count];
        for (int at = 0; at < values.Length; at++)
            values[at] = Elements[at].GetValue(row);
        return values;
    }

    internal override async ValueTask ReadPrefixAsync(ByteSource source)
    {
        for (int at = 0; at < Elements.Count; at++)
            await Elements[at].ReadPrefixAsync(source).ConfigureAwait(false);
    }

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        for (int at = 0; at < Elements.Count; at++)
            await Elements[at].ReadAsync(source, rows).ConfigureAwait(false);
    }
}
