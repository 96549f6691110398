using Attribution.ClickHouse.Native;

namespace Attribution.Replay.Chunks;

/// <summary>
/// The numbers of one LowCardinality column's texts, looked up once per entry of a block's dictionary instead
/// of once per row. Owned by the reading thread.
/// </summary>
internal sealed class TextIds(string name, TextTable table)
{
    private const int Unknown = -1;
    private int[] _ids = new int[256];
    private LowCardinalityReadColumn? _column;

    public void Begin(ReadBlock block)
    {
        _column = block.LowCardinality(name);
        int entries = _column.Dictionary.RowCount;
        if (_ids.Length < entries)
            _ids = new int[Math.Max(entries, 2 * _ids.Length)];
        _ids.AsSpan(0, entries).Fill(Unknown);
    }

    /// <summary>The number of the row's own text.</summary>
    public int Of(int row)
    {
        int entry = _column!.Indexes[row];
        ref int id = ref _ids[entry];
        if (id == Unknown)
            id = table.Intern(_column.Dictionary.GetBytes(entry));
        return id;
    }

    /// <summary>The number of the row's own text, or of another one that a rule put in its place.</summary>
    /// <param name="own">The row's text as the record holds it.</param>
    public int Of(int row, ReadOnlySpan<byte> own, ReadOnlySpan<byte> text) =>
        text == own ? Of(row) : table.Intern(text);
}
