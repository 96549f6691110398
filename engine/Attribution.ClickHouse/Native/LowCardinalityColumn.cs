using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A LowCardinality(String) column: the distinct texts once, and each row as a number of one of them.
/// Owned by one thread.
/// </summary>
public sealed class LowCardinalityColumn : Column
{
    // The serialization's version, and that keys follow in the block itself, as a dictionary of its own.
    private const ulong SharedDictionariesWithAdditionalKeys = 1;
    private const ulong HasAdditionalKeys = 1 << 9;
    private const ulong NeedUpdateDictionary = 1 << 10;

    private readonly Utf8Dictionary _dictionary = new();
    private readonly FixedColumn<int> _rows = new("UInt32");

    // Only where the table is sorted by this column: its texts' numbers in order, and each one's place.
    private int[] _sorted = [];
    private int[] _places = [];
    private Comparison<int>? _compareTexts;

    // The key of the empty text, which is what most rows of most columns hold; -1 before the first.
    private int _empty = -1;
    private int _last = -1;

    public LowCardinalityColumn()
        : base("LowCardinality(String)")
    {
    }

    public override int RowCount => _rows.RowCount;

    public override long ByteCount => _dictionary.Strings.Length + ((long)_rows.RowCount * KeyBytes);

    private int KeyBytes => _dictionary.Count <= 256 ? 1 : _dictionary.Count <= 65_536 ? 2 : 4;

    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            if (_empty < 0)
                _empty = _dictionary.Find(utf8);
            _rows.Add(_empty);
            return;
        }

        // Rows come in runs of one project, model or channel, so the last row's text is tried first.
        if (_last < 0 || !_dictionary.Holds(_last, utf8))
            _last = _dictionary.Find(utf8);
        _rows.Add(_last);
    }

    public override void Clear()
    {
        _dictionary.Clear();
        _rows.Clear();
        _empty = -1;
        _last = -1;
    }

    /// <summary>Its dictionary stays small as a rule, and doubles where it does not.</summary>
    public override void Expect(int rows, int textBytes) => _rows.Expect(rows, textBytes);

    public override void AddDefault() => Add([]);

    public override void WriteTo(BlockWriter writer)
    {
        WriteTexts(writer);
        switch (KeyBytes)
        {
            case 1:
                WriteNarrowed<byte>(writer);
                break;
            case 2:
                WriteNarrowed<ushort>(writer);
                break;
            default:
                _rows.WriteTo(writer);
                break;
        }
    }

    public override void WriteTo(BlockWriter writer, RowOrder order)
    {
        // Rows of one text are the same in any order.
        if (_dictionary.Count == 1)
        {
            WriteTo(writer);
            return;
        }

        WriteTexts(writer);
        switch (KeyBytes)
        {
            case 1:
                WriteNarrowed<byte>(writer, order.Rows);
                break;
            case 2:
                WriteNarrowed<ushort>(writer, order.Rows);
                break;
            default:
                _rows.WriteTo(writer, order);
                break;
        }
    }

    public override void AddRow(ReadColumn source, int row) => Add(source.GetBytes(row));

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        ((LowCardinalityColumn)target).Add(_dictionary[_rows.Values[row]]);
    }

    internal override bool AppendRanks(Span<ulong> ranks, ref int freeBits)
    {
        int count = _dictionary.Count;
        if (count == 1)
            return true;
        if (freeBits == 0)
            return false;

        SortTexts();
        int bits = 32 - BitOperations.LeadingZeroCount((uint)(count - 1));
        int taken = Math.Min(bits, freeBits);
        ReadOnlySpan<int> rows = _rows.Values;
        for (int row = 0; row < ranks.Length; row++)
        {
            ulong place = (ulong)_places[rows[row]] >> (bits - taken);
            ranks[row] = Below(ranks[row], place, taken);
        }

        freeBits -= taken;
        return taken == bits;
    }

    internal override int CompareRows(int left, int right) =>
        CompareTexts(_rows.Values[left], _rows.Values[right]);

    internal override void WritePrefixTo(BlockWriter writer) =>
        writer.WriteUInt64(SharedDictionariesWithAdditionalKeys);

    private void WriteTexts(BlockWriter writer)
    {
        ulong keyType = KeyBytes switch { 1 => 0, 2 => 1, _ => 2 };
        writer.WriteUInt64(HasAdditionalKeys | NeedUpdateDictionary | keyType);
        writer.WriteUInt64((ulong)_dictionary.Count);
        writer.Write(_dictionary.Strings);
        writer.WriteUInt64((ulong)RowCount);
    }

    private void SortTexts()
    {
        int count = _dictionary.Count;
        RowOrder.Grow(ref _sorted, count);
        RowOrder.Grow(ref _places, count);
        for (int number = 0; number < count; number++)
            _sorted[number] = number;
        _sorted.AsSpan(0, count).Sort(_compareTexts ??= CompareTexts);
        for (int place = 0; place < count; place++)
            _places[_sorted[place]] = place;
    }

    private int CompareTexts(int left, int right) =>
        left == right ? 0 : _dictionary[left].SequenceCompareTo(_dictionary[right]);

    private void WriteNarrowed<TKey>(BlockWriter writer, ReadOnlySpan<int> order)
        where TKey : unmanaged
    {
        ReadOnlySpan<int> rows = _rows.Values;
        while (!order.IsEmpty)
        {
            Span<TKey> keys = writer.GetSpan<TKey>();
            keys = keys[..Math.Min(order.Length, keys.Length)];
            for (int at = 0; at < keys.Length; at++)
            {
                int row = rows[order[at]];
                keys[at] = Unsafe.As<int, TKey>(ref row);
            }

            writer.Advance(keys.Length * Unsafe.SizeOf<TKey>());
            order = order[keys.Length..];
        }
    }

    private void WriteNarrowed<TKey>(BlockWriter writer)
        where TKey : unmanaged
    {
        ReadOnlySpan<int> rows = _rows.Values;
        while (!rows.IsEmpty)
        {
            Span<TKey> keys = writer.GetSpan<TKey>();
            int count = Math.Min(rows.Length, keys.Length);
            for (int at = 0; at < count; at++)
            {
                int row = rows[at];
                keys[at] = Unsafe.As<int, TKey>(ref row);
            }

            writer.Advance(count * Unsafe.SizeOf<TKey>());
            rows = rows[count..];
        }
    }
}
