using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// One row of a result, by a column's name or place. A view, valid until the next row is asked for.
/// The getters fail as <see cref="ReadColumn"/>'s do.
/// </summary>
public readonly struct Row
{
    private readonly ReadBlock _block;
    private readonly int _row;

    internal Row(ReadBlock block, int row)
    {
        _block = block;
        _row = row;
    }

    public int ColumnCount => _block.Columns.Count;

    public bool IsNull(int column) => _block.Columns[column].IsNull(_row);

    public bool IsNull(string column) => _block[column].IsNull(_row);

    public object? GetValue(int column) => _block.Columns[column].GetValue(_row);

    public object? GetValue(string column) => _block[column].GetValue(_row);

    public string GetString(int column) => _block.Columns[column].GetString(_row);

    public string GetString(string column) => _block[column].GetString(_row);

    public ReadOnlySpan<byte> GetBytes(int column) => _block.Columns[column].GetBytes(_row);

    public ReadOnlySpan<byte> GetBytes(string column) => _block[column].GetBytes(_row);

    public long GetInt64(int column) => _block.Columns[column].GetInt64(_row);

    public long GetInt64(string column) => _block[column].GetInt64(_row);

    public ulong GetUInt64(int column) => _block.Columns[column].GetUInt64(_row);

    public ulong GetUInt64(string column) => _block[column].GetUInt64(_row);

    public double GetDouble(int column) => _block.Columns[column].GetDouble(_row);

    public double GetDouble(string column) => _block[column].GetDouble(_row);

    public decimal GetDecimal(int column) => _block.Columns[column].GetDecimal(_row);

    public decimal GetDecimal(string column) => _block[column].GetDecimal(_row);

    public bool GetBoolean(int column) => _block.Columns[column].GetBoolean(_row);

    public bool GetBoolean(string column) => _block[column].GetBoolean(_row);

    public DateTime GetDateTime(int column) => _block.Columns[column].GetDateTime(_row);

    public DateTime GetDateTime(string column) => _block[column].GetDateTime(_row);

    public Guid GetGuid(int column) => _block.Columns[column].GetGuid(_row);

    public Guid GetGuid(string column) => _block[column].GetGuid(_row);

    public T[] GetArray<T>(int column) => _block.Columns[column].GetArray<T>(_row);

    public T[] GetArray<T>(string column) => _block[column].GetArray<T>(_row);
}
