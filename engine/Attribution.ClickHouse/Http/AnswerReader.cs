using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Reads answers from one connection, head and body, in a buffer of its own. Owned by the connection.
/// </summary>
internal sealed class AnswerReader(Socket socket)
{
    /// <summary>Most bytes of a head or of a line between chunks.</summary>
    private const int BufferBytes = 32 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private bool _isChunked;
    private bool _endsWithConnection;
    private bool _isAtEnd;
    private bool _hadChunk;

    /// <summary>Bytes of the body, or of its chunk, that are still to come.</summary>
    private long _left;

    /// <summary>
    /// The body was read to its end, nothing lies behind it, and the connection can be used again.
    /// </summary>
    public bool IsClean => _isAtEnd && !_endsWithConnection && _start == _end;

    /// <summary>The head of the answer; its body is read next.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AnswerHead> ReadHeadAsync(CancellationToken cancel)
    {
        _isAtEnd = false;
        while (true)
        {
            int length;
            while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
                await FillAsync(cancel).ConfigureAwait(false);

            AnswerHead head = AnswerHead.Read(_buffer.AsSpan(_start, length + 4));
            _start += length + 4;
            // Of 100 Continue and its like there is another answer behind.
            if (head.Status < 200)
                continue;
            Begin(head);
            return head;
        }
    }

    /// <returns>0 at the body's end.</returns>
    /// <exception cref="IOException">The connection ended before the body did.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadBodyAsync(Memory<byte> target, CancellationToken cancel)
    {
        if (_isChunked && !_isAtEnd && _left == 0)
            await BeginChunkAsync(cancel).ConfigureAwait(false);
        if (_isAtEnd)
            return 0;
        if (_start == _end && !await TryFillAsync(cancel).ConfigureAwait(false))
        {
            if (!_endsWithConnection || _left != long.MaxValue)
                throw new IOException("The answer broke off.");
            _isAtEnd = true;
            return 0;
        }

        int count = (int)Math.Min(Math.Min(target.Length, _end - _start), _left);
        _buffer.AsSpan(_start, count).CopyTo(target.Span);
        _start += count;
        if (_left != long.MaxValue)
            _left -= count;
        _isAtEnd = _left == 0 && !_isChunked;
        return count;
    }

    private void Begin(in AnswerHead head)
    {
        bool hasNoBody = head.Status is 204 or 304;
        _isChunked = head.IsChunked && !hasNoBody;
        _left = hasNoBody || _isChunked ? 0 : head.ContentLength ?? long.MaxValue;
        _endsWithConnection = head.Closes || _left == long.MaxValue;
        _isAtEnd = !_isChunked && _left == 0;
        _hadChunk = false;
    }

    /// <summary>
    /// <c>size-in-hex [";" extension] CRLF data CRLF</c>; the last one has size 0 and trailers behind it.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask BeginChunkAsync(CancellationToken cancel)
    {
        if (_hadChunk && await ReadLineAsync(cancel).ConfigureAwait(false) != 0)
            throw MalformedChunk();

        _hadChunk = true;
        int length = await ReadLineAsync(cancel).ConfigureAwait(false);
        _left = SizeOf(_buffer.AsSpan(_start - length - 2, length));
        if (_left > 0)
            return;
        while (await ReadLineAsync(cancel).ConfigureAwait(false) != 0)
        {
            // Trailers say nothing that we ask for.
        }

        _isAtEnd = true;
    }

    /// <summary>Takes a line; it then lies before the start of what is unread.</summary>
    /// <returns>Its length without its end.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadLineAsync(CancellationToken cancel)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
            await FillAsync(cancel).ConfigureAwait(false);
        _start += length + 2;
        return length;
    }

    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        int extension = line.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = (extension < 0 ? line : line[..extension]).TrimEnd(" \t"u8);
        bool isNumber = Utf8Parser.TryParse(digits, out long size, out int used, 'x');
        return isNumber && used == digits.Length && size >= 0 ? size : throw MalformedChunk();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (!await TryFillAsync(cancel).ConfigureAwait(false))
            throw new IOException("The connection ended within an answer.");
    }

    /// <returns>False at the connection's end.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryFillAsync(CancellationToken cancel)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            throw new IOException($"A head or line of the answer has more than {BufferBytes} bytes.");
        int read = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private static IOException MalformedChunk() => new("The answer's chunks are malformed.");
}
