namespace Attribution.ClickHouse.Native;

/// <summary>
/// A block that was read, column by column. Owned by its reader, which fills the same object with the next
/// block; everything taken out of it is valid until then.
/// </summary>
public sealed class ReadBlock
{
    private readonly List<ReadColumn> _columns = [];

    public IReadOnlyList<ReadColumn> Columns => _columns;

    public int RowCount { get; internal set; }

    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public ReadColumn this[string name] => _columns[Ordinal(name)];

    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public int Ordinal(string name)
    {
        for (int at = 0; at < _columns.Count; at++)
        {
            if (_columns[at].Name == name)
                return at;
        }

        throw new KeyNotFoundException($"The result has no column {name}.");
    }

    public StringReadColumn Strings(string name) => As<StringReadColumn>(name);

    public LowCardinalityReadColumn LowCardinality(string name) => As<LowCardinalityReadColumn>(name);

    public ArrayReadColumn Arrays(string name) => As<ArrayReadColumn>(name);

    public NullableReadColumn Nullables(string name) => As<NullableReadColumn>(name);

    /// <summary>All rows of a fixed-width column, as they lie in memory.</summary>
    public ReadOnlySpan<T> Values<T>(string name)
        where T : unmanaged => As<FixedReadColumn>(name).Values<T>();

    /// <summary>
    /// The column at a place of the header: the last block's where name and type agree, else a new one.
    /// </summary>
    internal ReadColumn Column(int at, string name, string typeName)
    {
        if (at < _columns.Count && _columns[at].TypeName == typeName && _columns[at].Name == name)
            return _columns[at];

        ReadColumn column = ReadColumnFactory.Create(typeName);
        column.Name = name;
        if (at < _columns.Count)
            _columns[at] = column;
        else
            _columns.Add(column);
        return column;
    }

    internal void Truncate(int columns) => _columns.RemoveRange(columns, _columns.Count - columns);

    private TColumn As<TColumn>(string name)
        where TColumn : ReadColumn
    {
        ReadColumn column = this[name];
        if (column is TColumn typed)
            return typed;
        throw new InvalidCastException($"Column {name} is {column.TypeName}: no {typeof(TColumn).Name}.");
    }
}
