using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// A query's answer, block by block, with the server's late failures told apart from data. Owned by one
/// reader, who disposes it; disposing before the end closes the connection, which cancels the query.
/// </summary>
internal sealed class QueryStream : IAsyncDisposable
{
    private const int MaxDrainBytes = 16 * 1024 * 1024;
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;
    private readonly Deadline _deadline;
    private readonly TimeSpan _readTimeout;
    private readonly ByteSource _source;
    private readonly BlockReader _reader;

    public QueryStream(
        HttpResponseMessage response, Stream body, Deadline deadline, ClickHouseOptions options)
    {
        _response = response;
        _deadline = deadline;
        _readTimeout = options.ReadTimeout;
        _stream = options.CompressResults ? new FrameStream(body) : body;
        _source = new ByteSource(_stream, () => _deadline.Within(_readTimeout));
        _reader = new BlockReader(_source);
    }

    public ReadBlock Block => _reader.Block;

    /// <summary>Reads the next block, which may be without rows; false at the end.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        try
        {
            return await _reader.ReadAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is NativeFormatException or IOException or HttpRequestException)
        {
            if (await FailureAsync().ConfigureAwait(false) is { } failure)
                throw failure;
            throw;
        }
        catch (OperationCanceledException error) when (_deadline.Expired)
        {
            throw new TimeoutException($"The server sent nothing for {_readTimeout}.", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _deadline.Dispose();
    }

    private async ValueTask<ClickHouseException?> FailureAsync()
    {
        try
        {
            await _source.DrainAsync(MaxDrainBytes).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NativeFormatException or IOException or HttpRequestException)
        {
            // A failing server breaks the connection off behind its message; what came is what there is.
        }

        return ServerFailure.TryFind(_source.Tail);
    }
}
