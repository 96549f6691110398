using System.Text;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// An answer in one of the server's own formats, byte by byte, with the server's late failures told apart
/// from its end: what was read to its end is whole. Owned by one reader, who disposes it; disposing before
/// the end closes the connection, which cancels the query.
/// </summary>
/// <remarks>
/// A server that fails behind its first bytes appends its message between marks that it named in a header
/// (ClickHouse 25.11 and later) and breaks the connection off without the last chunk
/// (https://clickhouse.com/docs/interfaces/http#http_response_codes_caveats); a proxy in between may end the
/// answer properly, so the marks are looked for in any case.
/// </remarks>
public sealed class RawAnswer : IAsyncDisposable
{
    private const string TagHeader = "X-ClickHouse-Exception-Tag";
    private const int TailBytes = 64 * 1024;

    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly Deadline _deadline;
    private readonly TimeSpan _readTimeout;
    private readonly string? _tag;

    // The last bytes of the answer, the oldest at _at once it is full.
    private readonly byte[] _tail = new byte[TailBytes];
    private int _at;
    private bool _isFull;

    internal RawAnswer(HttpResponseMessage response, Stream body, Deadline deadline, TimeSpan readTimeout)
    {
        _response = response;
        _body = body;
        _deadline = deadline;
        _readTimeout = readTimeout;
        if (response.Headers.TryGetValues(TagHeader, out IEnumerable<string>? tags))
            _tag = tags.First();
    }

    /// <summary>Reads the next bytes; 0 at the end of a whole answer.</summary>
    /// <exception cref="ClickHouseException">The server failed on the way.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        int read;
        try
        {
            read = await _body.ReadAsync(buffer, _deadline.Within(_readTimeout)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            if (Failure() is { } failure)
                throw failure;
            throw;
        }
        catch (OperationCanceledException error) when (_deadline.Expired)
        {
            throw new TimeoutException($"The server sent nothing for {_readTimeout}.", error);
        }

        if (read == 0 && Failure() is { } late)
            throw late;
        Remember(buffer.Span[..read]);
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await _body.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _deadline.Dispose();
    }

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= TailBytes)
        {
            bytes[^TailBytes..].CopyTo(_tail);
            _at = 0;
            _isFull = true;
            return;
        }

        int first = Math.Min(bytes.Length, TailBytes - _at);
        bytes[..first].CopyTo(_tail.AsSpan(_at));
        bytes[first..].CopyTo(_tail);
        _isFull |= _at + bytes.Length >= TailBytes;
        _at = (_at + bytes.Length) % TailBytes;
    }

    private ClickHouseException? Failure()
    {
        byte[] tail = _isFull ? [.. _tail[_at..], .. _tail[.._at]] : _tail[.._at];
        // With a mark that no data can know, nothing else is a failure.
        return _tag is null || tail.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"__exception__\r\n{_tag}")) >= 0
            ? ServerFailure.TryFind(tail)
            : null;
    }
}
