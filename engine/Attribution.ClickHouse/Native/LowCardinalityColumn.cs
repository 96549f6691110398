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
        int keyBytes = KeyBytes;
        ulong keyType = keyBytes switch { 1 => 0, 2 => 1, _ => 2 };
        writer.WriteUInt64(HasAdditionalKeys | NeedUpdateDictionary | keyType);
        writer.WriteUInt64((ulong)_dictionary.Count);
        writer.Write(_dictionary.Strings);
        writer.WriteUInt64((ulong)RowCount);
        switch (keyBytes)
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

    public override void AddRow(ReadColumn source, int row) => Add(source.GetBytes(row));

    public override void CopyRowTo(int row, Column target)
    {
        CheckRow(row);
        ((LowCardinalityColumn)target).Add(_dictionary[_rows.Values[row]]);
    }

    internal override void WritePrefixTo(BlockWriter writer) =>
        writer.WriteUInt64(SharedDictionariesWithAdditionalKeys);

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
