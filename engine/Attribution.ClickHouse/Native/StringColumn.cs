using System.Buffers.Binary;

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

    // Only where the table is sorted by this column: where each row begins.
    private int[] _offsets = [];

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

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        // Nothing but empty texts.
        if (_bytes.Length == _count)
        {
            WriteTo(writer);
            return;
        }

        writer.BeginColumn(ByteCount);
        Span<int> offsets = order.Offsets(_count + 1);
        IndexInto(offsets);
        WriteInOrder(writer, order.Rows, offsets);
    }

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

    internal override bool AppendRanks(Span<ulong> ranks, ref int freeBits)
    {
        RowOrder.Grow(ref _offsets, _count + 1);
        IndexInto(_offsets);
        if (freeBits == 0)
            return false;

        int shared = SharedPrefixBytes();
        for (int row = 0; row < ranks.Length; row++)
            ranks[row] = Below(ranks[row], Word(TextOf(row)[shared..]) >> (64 - freeBits), freeBits);
        freeBits = 0;
        return false;
    }

    internal override int CompareRows(int left, int right) => TextOf(left).SequenceCompareTo(TextOf(right));

    /// <summary>Texts are copied together with their lengths.</summary>
    private void WriteInOrder(BlockWriter writer, ReadOnlySpan<int> rows, ReadOnlySpan<int> offsets)
    {
        ReadOnlySpan<byte> bytes = _bytes.Written;
        Span<byte> room = writer.GetSpan<byte>();
        int used = 0;
        foreach (int row in rows)
        {
            int offset = offsets[row];
            int length = offsets[row + 1] - offset;
            if (length > room.Length - used)
            {
                writer.Advance(used);
                writer.Write(bytes.Slice(offset, length));
                room = writer.GetSpan<byte>();
                used = 0;
                continue;
            }

            bytes.Slice(offset, length).CopyTo(room[used..]);
            used += length;
        }

        writer.Advance(used);
    }

    /// <summary>Where each row begins, and where the last one ends.</summary>
    private void IndexInto(Span<int> offsets)
    {
        ReadOnlySpan<byte> bytes = _bytes.Written;
        int offset = 0;
        for (int row = 0; row < _count; row++)
        {
            offsets[row] = offset;
            byte first = bytes[offset];
            offset += first < 0x80 ? 1 + first : StringAt(offset, out _);
        }

        offsets[_count] = offset;
    }

    /// <summary>How many bytes all texts begin with: they tell nothing about the order.</summary>
    private int SharedPrefixBytes()
    {
        ReadOnlySpan<byte> shared = TextOf(0);
        for (int row = 1; row < _count && !shared.IsEmpty; row++)
        {
            ReadOnlySpan<byte> text = TextOf(row);
            if (!text.StartsWith(shared))
                shared = shared[..text.CommonPrefixLength(shared)];
        }

        return shared.Length;
    }

    private ReadOnlySpan<byte> TextOf(int row)
    {
        int offset = _offsets[row];
        ReadOnlySpan<byte> bytes = _bytes.Written[offset.._offsets[row + 1]];
        if (bytes[0] < 0x80)
            return bytes[1..];
        StringAt(offset, out bytes);
        return bytes;
    }

    /// <summary>The first eight bytes as a number in their order; what is missing counts as zeros.</summary>
    private static ulong Word(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(text);
        ulong word = 0;
        for (int at = 0; at < text.Length; at++)
            word |= (ulong)text[at] << (56 - (8 * at));
        return word;
    }

    private int StringAt(int offset, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = _bytes.Written[offset..];
        VarUInt.TryRead(rest, out ulong length, out int prefix);
        value = rest.Slice(prefix, (int)length);
        return prefix + (int)length;
    }
}
