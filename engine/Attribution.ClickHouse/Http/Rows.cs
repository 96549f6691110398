using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// A result, streamed row by row. Owned by one reader, who disposes it; it is read once.
/// </summary>
public sealed class Rows : IAsyncEnumerable<Row>, IAsyncDisposable
{
    private readonly QueryStream _stream;
    private bool _more;

    private Rows(QueryStream stream, bool more)
    {
        _stream = stream;
        _more = more;
        Columns = [.. stream.Block.Columns.Select(column => (column.Name, column.TypeName))];
    }

    /// <summary>
    /// Names and types; none where the server sent no block at all, which it does for an empty result.
    /// </summary>
    public IReadOnlyList<(string Name, string Type)> Columns { get; }

    public async IAsyncEnumerator<Row> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (_more)
        {
            ReadBlock block = _stream.Block;
            for (int row = 0; row < block.RowCount; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new Row(block, row);
            }

            _more = await _stream.ReadAsync().ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    internal static async Task<Rows> OpenAsync(QueryStream stream)
    {
        try
        {
            return new Rows(stream, await stream.ReadAsync().ConfigureAwait(false));
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
