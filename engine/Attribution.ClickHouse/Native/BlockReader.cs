using System.Text;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Reads the Native blocks of a stream one by one into the same <see cref="ReadBlock"/>. Owned by one reader;
/// the stream belongs to the caller. Whatever the bytes, memory grows only in proportion to those that really
/// came.
/// </summary>
public sealed class BlockReader
{
    private const int MaxColumns = 10_000;
    private const int MaxRows = 1 << 26;
    private const int MaxHeaderBytes = 1 << 20;

    private readonly ByteSource _source;
    private readonly ByteBuffer _text = new(256);

    public BlockReader(Stream stream)
        : this(new ByteSource(stream))
    {
    }

    internal BlockReader(ByteSource source) => _source = source;

    /// <summary>The last block that was read.</summary>
    public ReadBlock Block { get; } = new();

    /// <summary>Reads the next block; false at the end of the stream.</summary>
    /// <exception cref="NativeFormatException">
    /// The bytes are not a Native block, or are cut short.
    /// </exception>
    public async ValueTask<bool> ReadAsync()
    {
        Block.RowCount = 0;
        if (!await _source.TryEnsureAsync(1).ConfigureAwait(false))
            return false;

        int columns = await CountAsync("columns", MaxColumns).ConfigureAwait(false);
        int rows = await CountAsync("rows", MaxRows).ConfigureAwait(false);
        if (columns == 0 && rows > 0)
            throw new NativeFormatException($"A block of {rows} rows has no columns.");

        for (int at = 0; at < columns; at++)
        {
            string name = await TextAsync().ConfigureAwait(false);
            ReadColumn column = Block.Column(at, name, await TextAsync().ConfigureAwait(false));
            if (rows > 0)
                await column.ReadPrefixAsync(_source).ConfigureAwait(false);
            await column.ReadAsync(_source, rows).ConfigureAwait(false);
        }

        Block.Truncate(columns);
        Block.RowCount = rows;
        return true;
    }

    private async ValueTask<int> CountAsync(string what, int limit)
    {
        ulong count = await _source.ReadVarUIntAsync().ConfigureAwait(false);
        return count <= (ulong)limit
            ? (int)count
            : throw new NativeFormatException($"A block of {count} {what} is out of bounds.");
    }

    private async ValueTask<string> TextAsync()
    {
        ulong length = await _source.ReadVarUIntAsync().ConfigureAwait(false);
        if (length > MaxHeaderBytes)
            throw new NativeFormatException($"A column's name or type of {length} bytes is out of bounds.");

        _text.Clear();
        await _source.ReadIntoAsync(_text, length).ConfigureAwait(false);
        return Encoding.UTF8.GetString(_text.Written);
    }
}
