namespace Attribution.ClickHouse.Native;

/// <summary>
/// One column of a block that was read. Owned by its reader, which fills it again with the next block: spans
/// and rows are valid until then. The getters throw <see cref="InvalidCastException"/> for a type they do not
/// fit and <see cref="NativeFormatException"/> for a value that .NET's type cannot hold.
/// </summary>
public abstract class ReadColumn
{
    private protected ReadColumn(string typeName) => TypeName = typeName;

    /// <summary>ClickHouse's name of the type, as it came.</summary>
    public string TypeName { get; internal set; }

    public string Name { get; internal set; } = "";

    public abstract int RowCount { get; }

    /// <summary>Whether no row has a text, as is true of many columns; false where that is not known.
    /// </summary>
    public virtual bool HasOnlyEmptyTexts => false;

    public virtual bool IsNull(int row) => false;

    /// <summary>
    /// The value as its natural .NET type; null for NULL; arrays and tuples as object arrays.
    /// </summary>
    public abstract object? GetValue(int row);

    public virtual string GetString(int row) => throw Mismatch("a string");

    /// <summary>The bytes of a text, valid until the next block.</summary>
    public virtual ReadOnlySpan<byte> GetBytes(int row) => throw Mismatch("bytes");

    public virtual long GetInt64(int row) => throw Mismatch("an integer");

    public virtual ulong GetUInt64(int row) => throw Mismatch("an unsigned integer");

    public virtual double GetDouble(int row) => throw Mismatch("a floating-point number");

    public virtual decimal GetDecimal(int row) => throw Mismatch("a decimal");

    public virtual bool GetBoolean(int row) => throw Mismatch("a Boolean");

    /// <summary>A date or time, in UTC.</summary>
    public virtual DateTime GetDateTime(int row) => throw Mismatch("a time");

    public virtual Guid GetGuid(int row) => throw Mismatch("a UUID");

    public virtual T[] GetArray<T>(int row) => throw Mismatch("an array");

    /// <summary>The value by the getter that belongs to <typeparamref name="T"/>.</summary>
    public T Get<T>(int row)
    {
        // Each branch is a constant for a given T, so the boxing is compiled away for value types.
        if (typeof(T) == typeof(string))
            return (T)(object)GetString(row);
        if (typeof(T) == typeof(long))
            return (T)(object)GetInt64(row);
        if (typeof(T) == typeof(ulong))
            return (T)(object)GetUInt64(row);
        if (typeof(T) == typeof(int))
            return (T)(object)checked((int)GetInt64(row));
        if (typeof(T) == typeof(uint))
            return (T)(object)checked((uint)GetInt64(row));
        if (typeof(T) == typeof(double))
            return (T)(object)GetDouble(row);
        if (typeof(T) == typeof(decimal))
            return (T)(object)GetDecimal(row);
        if (typeof(T) == typeof(bool))
            return (T)(object)GetBoolean(row);
        if (typeof(T) == typeof(DateTime))
            return (T)(object)GetDateTime(row);
        if (typeof(T) == typeof(Guid))
            return (T)(object)GetGuid(row);
        return GetValue(row) is T value ? value : throw Mismatch(typeof(T).Name);
    }

    internal virtual ValueTask ReadPrefixAsync(ByteSource source) => ValueTask.CompletedTask;

    /// <summary>Replaces the rows by the next ones of the source.</summary>
    internal abstract ValueTask ReadAsync(ByteSource source, int rows);

    private protected InvalidCastException Mismatch(string wanted) =>
        new($"Column {Name} is {TypeName}, not {wanted}.");
}
