namespace Attribution.ClickHouse.Native;

/// <summary>
/// A String column, kept as Native writes it: each row's length and bytes in one buffer. Owned by one thread.
/// </summary>
public sealed class StringColumn : Column
{
    private const int InitialBytes = 1024;
    private readonly ByteBuffer _bytes = new(InitialBytes);
    private int _count;
    private int _expectedBytes;

    // Rows are only ever copied in rising order, so a cursor replaces an offset per row.
    private int _cursorRow;
    private int _cursorOffset;

    public StringColumn()
        : base("String")
    {
    }

    /// <summary>
    /// For types that are Strings on the wire, such as JSON with strings for its serialization.
    /// </summary>
    public StringColumn(string typeName)
        : base(typeName)
    {
    }

    public override int RowCount => _count;

    public override long ByteCount => _bytes.Length;

    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (++_count == SmallRows)
            _bytes.GrowTo(_expectedBytes);
        if (utf8.IsEmpty)
            _bytes.AppendByte(0);
        else
            _bytes.AppendString(utf8);
    }

    public override void Clear()
    {
        _bytes.Clear();
        _count = 0;
        _cursorRow = 0;
        _cursorOffset = 0;
    }

    public override void Expect(int rows, int textBytes) => _expectedBytes = textBytes;

    public override void AddDefault() => Add([]);

    public override void WriteTo(BlockWriter writer) => writer.Write(_bytes.Written);

    public override void AddRow(ReadColumn source, int row) => Add(source.GetBytes(row));

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        if (row < _cursorRow)
            (_cursorRow, _cursorOffset) = (0, 0);
        for (; _cursorRow < row; _cursorRow++)
            _cursorOffset += StringAt(_cursorOffset, out _);

        StringAt(_cursorOffset, out ReadOnlySpan<byte> value);
        ((StringColumn)target).Add(value);
    }

    private int StringAt(int offset, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = _bytes.Written[offset..];
        VarUInt.TryRead(rest, out ulong length, out int prefix);
        value = rest.Slice(prefix, (int)length);
        return prefix + (int)length;
    }
}
