namespace Attribution.ClickHouse.Native;

/// <summary>
/// One column of a block being filled, kept in the bytes that ClickHouse's Native format wants.
/// Owned by one thread; buffers grow to the largest block seen and are kept by <see cref="Clear"/>.
/// </summary>
public abstract class Column
{
    /// <summary>From here on a block is a large one, and its columns take what is expected of them.</summary>
    internal const int SmallRows = 1_024;

    private protected Column(string typeName)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeName);
        TypeName = typeName;
    }

    /// <summary>ClickHouse's name of the type, such as <c>LowCardinality(String)</c>.</summary>
    public string TypeName { get; }

    public abstract int RowCount { get; }

    /// <summary>
    /// Uncompressed bytes so far; for LowCardinality an estimate, since its index width is not yet known.
    /// </summary>
    public abstract long ByteCount { get; }

    /// <summary>Forgets all rows and keeps the buffers.</summary>
    public abstract void Clear();

    /// <summary>
    /// How much a full block holds. With the row that makes it a large one a column takes this at once: it
    /// grows a few times instead of a dozen, and no more once there has been load. Address space only, as the
    /// system gives memory where it is touched.
    /// </summary>
    public abstract void Expect(int rows, int textBytes);

    /// <summary>Adds the type's default: zero, or the empty text or array.</summary>
    public abstract void AddDefault();

    /// <summary>Writes all rows, without the prefix; only called where there is at least one row.</summary>
    public abstract void WriteTo(BlockWriter writer);

    /// <summary>Writes all rows as <see cref="WriteTo(BlockWriter)"/> does, in another order.</summary>
    public abstract void WriteTo(BlockWriter writer, RowOrder order);

    /// <summary>
    /// Appends one row of this column to another of the same type; how a poisoned block is bisected.
    /// </summary>
    public abstract void CopyRowTo(int row, Column target);

    /// <summary>Appends one row of a column of the same type that was read.</summary>
    /// <exception cref="InvalidCastException">The types differ.</exception>
    public abstract void AddRow(ReadColumn source, int row);

    /// <summary>
    /// Writes what precedes the rows, once per column and block (only LowCardinality has such a prefix).
    /// </summary>
    internal virtual void WritePrefixTo(BlockWriter writer)
    {
    }

    /// <summary>
    /// Shifts each rank up and puts the row's place in this column's order below, as many of its foremost
    /// bits as are free. Called for every column of a key, with no bits left as well, before rows are
    /// compared.
    /// </summary>
    /// <returns>Whether rows of equal places are equal; where not, there are no free bits left.</returns>
    /// <exception cref="NotSupportedException">No table is sorted by such a column.</exception>
    internal virtual bool AppendRanks(Span<ulong> ranks, ref int freeBits) => throw NoKey();

    /// <summary>
    /// Compares two rows as ClickHouse does; only between <see cref="AppendRanks"/> and the next change.
    /// </summary>
    /// <exception cref="NotSupportedException">No table is sorted by such a column.</exception>
    internal virtual int CompareRows(int left, int right) => throw NoKey();

    /// <summary>Puts bits below others; all 64 of them at once as well.</summary>
    private protected static ulong Below(ulong rank, ulong bits, int count) =>
        count == 64 ? bits : (rank << count) | bits;

    private NotSupportedException NoKey() => new($"{TypeName} is not a type of keys.");

    private protected void CheckRow(int row)
    {
        if ((uint)row >= (uint)RowCount)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The column has {RowCount} rows.");
    }
}
