using System.Text;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Named columns that are filled row by row and written as one Native block:
/// <c>columns:VarUInt rows:VarUInt (name:String type:String prefix data)*</c>. Owned by one thread at a time.
/// </summary>
public sealed class NativeBlock
{
    private readonly List<(string Name, Column Column)> _columns = [];
    private readonly List<(byte[] Name, byte[] Type)> _headers = [];

    public IReadOnlyList<(string Name, Column Column)> Columns => _columns;

    /// <summary>The columns' names, quoted, as an INSERT names them.</summary>
    public string ColumnList { get; private set; } = "";

    /// <summary>Rows of the first column; all agree once a row is complete.</summary>
    public int RowCount => _columns.Count == 0 ? 0 : _columns[0].Column.RowCount;

    public long ByteCount
    {
        get
        {
            long bytes = 0;
            for (int at = 0; at < _columns.Count; at++)
                bytes += _columns[at].Column.ByteCount;
            return bytes;
        }
    }

    public NativeBlock Add<TColumn>(string name, TColumn column)
        where TColumn : Column
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _columns.Add((name, column));
        _headers.Add((Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(column.TypeName)));
        string quoted = Quote(name);
        ColumnList = ColumnList.Length == 0 ? quoted : ColumnList + "," + quoted;
        return this;
    }

    public void Clear()
    {
        for (int at = 0; at < _columns.Count; at++)
            _columns[at].Column.Clear();
    }

    /// <inheritdoc cref="Column.Expect"/>
    public void Expect(int rows, int textBytes)
    {
        for (int at = 0; at < _columns.Count; at++)
            _columns[at].Column.Expect(rows, textBytes);
    }

    /// <summary>Appends one row to a block of the same columns.</summary>
    public void CopyRowTo(int row, NativeBlock target)
    {
        for (int at = 0; at < _columns.Count; at++)
            _columns[at].Column.CopyRowTo(row, target._columns[at].Column);
    }

    /// <summary>Appends one row that was read from a block of the same columns.</summary>
    /// <exception cref="InvalidCastException">The columns are of other types.</exception>
    public void AddRow(ReadBlock source, int row)
    {
        for (int at = 0; at < _columns.Count; at++)
            _columns[at].Column.AddRow(source.Columns[at], row);
    }

    /// <param name="writer">Takes the bytes.</param>
    /// <param name="order">Of the rows; null where they are written as they lie.</param>
    /// <exception cref="InvalidOperationException">The columns have different numbers of rows.</exception>
    public void WriteTo(BlockWriter writer, RowOrder? order = null)
    {
        int rows = RowCount;
        for (int at = 0; at < _columns.Count; at++)
        {
            if (_columns[at].Column.RowCount != rows)
                ThrowUneven(_columns[at].Name, _columns[at].Column.RowCount, rows);
        }

        writer.WriteVarUInt((ulong)_columns.Count);
        writer.WriteVarUInt((ulong)rows);
        for (int at = 0; at < _columns.Count; at++)
        {
            writer.WriteString(_headers[at].Name);
            writer.WriteString(_headers[at].Type);
            // Of no rows nothing is written, not even a prefix.
            if (rows == 0)
                continue;

            _columns[at].Column.WritePrefixTo(writer);
            if (order == null)
                _columns[at].Column.WriteTo(writer);
            else
                _columns[at].Column.WriteTo(writer, order);
        }
    }

    /// <summary>A name as SQL takes it, whatever characters it holds.</summary>
    internal static string Quote(string name) =>
        "`" + name.Replace("\\", "\\\\").Replace("`", "\\`") + "`";

    private static void ThrowUneven(string name, int rows, int expected) =>
        throw new InvalidOperationException($"Column {name} has {rows} rows, the first one {expected}.");
}
