using System.Text;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A String column that was read: all texts in one buffer, and where each begins. Owned by its reader.
/// </summary>
public sealed class StringReadColumn : ReadColumn
{
    private readonly ByteBuffer _bytes = new(1024);
    private int[] _offsets = new int[64];
    private int _count;

    internal StringReadColumn(string typeName)
        : base(typeName)
    {
    }

    public override int RowCount => _count;

    public override bool HasOnlyEmptyTexts => Bytes.IsEmpty;

    /// <summary>All rows' bytes, one after the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Written;

    /// <summary>Where each row begins in <see cref="Bytes"/>; one more than there are rows.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, _count + 1);

    public ReadOnlySpan<byte> this[int row] => _bytes.Written[Offsets[row]..Offsets[row + 1]];

    public override ReadOnlySpan<byte> GetBytes(int row) => this[row];

    public override string GetString(int row) => Encoding.UTF8.GetString(this[row]);

    public override object GetValue(int row) => GetString(row);

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        _bytes.Clear();
        _count = 0;
        while (true)
        {
            ReadBuffered(source, rows);
            if (_count == rows)
                return;

            // The next text lies across the end of the buffer.
            ulong length = await source.ReadVarUIntAsync().ConfigureAwait(false);
            await source.ReadIntoAsync(_bytes, length).ConfigureAwait(false);
            EndRow();
        }
    }

    private void ReadBuffered(ByteSource source, int rows)
    {
        ReadOnlySpan<byte> unread = source.Unread;
        int at = 0;
        while (_count < rows && VarUInt.TryRead(unread[at..], out ulong length, out int prefix))
        {
            if (length > (ulong)(unread.Length - at - prefix))
                break;

            _bytes.Append(unread.Slice(at + prefix, (int)length));
            at += prefix + (int)length;
            EndRow();
        }

        source.Advance(at);
    }

    private void EndRow()
    {
        if (++_count == _offsets.Length)
            Array.Resize(ref _offsets, _offsets.Length * 2);
        _offsets[_count] = _bytes.Length;
    }
}
