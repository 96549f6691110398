namespace Attribution.ClickHouse.Native;

/// <summary>
/// A FixedString column; shorter values are padded with zero bytes, longer ones refused. Owned by one thread.
/// </summary>
public sealed class FixedStringColumn : Column
{
    private const int InitialRows = 64;
    private readonly int _length;
    private readonly ByteBuffer _bytes;
    private int _count;
    private int _expectedBytes;

    public FixedStringColumn(int length)
        : base($"FixedString({length})")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _length = length;
        _bytes = new ByteBuffer(length * InitialRows);
    }

    public override int RowCount => _count;

    public override long ByteCount => _bytes.Length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _length)
            throw new ArgumentException($"{bytes.Length} bytes do not fit {TypeName}.", nameof(bytes));

        Span<byte> row = _bytes.Reserve(_length)[.._length];
        bytes.CopyTo(row);
        row[bytes.Length..].Clear();
        _bytes.Advance(_length);
        if (++_count == SmallRows)
            _bytes.GrowTo(_expectedBytes);
    }

    public override void Clear()
    {
        _bytes.Clear();
        _count = 0;
    }

    public override void Expect(int rows, int textBytes) =>
        _expectedBytes = (int)Math.Min((long)rows * _length, Array.MaxLength);

    public override void AddDefault() => Add([]);

    public override void WriteTo(BlockWriter writer) => writer.Write(_bytes.Written);

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        foreach (int row in order.Rows)
            writer.Write(_bytes.Written.Slice(row * _length, _length));
    }

    public override void AddRow(ReadColumn source, int row) => Add(source.GetBytes(row));

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        ((FixedStringColumn)target).Add(_bytes.Written.Slice(row * _length, _length));
    }
}
