using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// A connection that posts inserts, one after another, and allocates nothing for one that lands. Owned by one
/// insert at a time; after a failure it is not used again.
/// </summary>
internal sealed class InsertConnection : IDisposable
{
    private const int MaxMessageBytes = 64 * 1024;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly AnswerReader _answers;
    private readonly CancellationTokenSource _patience = new();
    private readonly ByteBuffer _head = new(initialBytes: 4 * 1024);
    private readonly byte[] _piece = new byte[1024];
    private readonly long _opened = Stopwatch.GetTimestamp();
    private long _lastUsed = Stopwatch.GetTimestamp();
    private CancellationTokenRegistration _caller;
    private bool _isConnected;

    public InsertConnection() => _answers = new AnswerReader(_socket);

    public TimeSpan Age => Stopwatch.GetElapsedTime(_opened);

    public TimeSpan IdleFor => Stopwatch.GetElapsedTime(_lastUsed);

    /// <summary>False once the server has closed it, or sent what nobody asked for.</summary>
    public bool IsOpen
    {
        get
        {
            try
            {
                return !_socket.Poll(0, SelectMode.SelectRead);
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    /// <summary>Ends with the caller's token, or when the time has passed: an insert begins.</summary>
    public void Begin(TimeSpan timeout, CancellationToken caller)
    {
        _patience.CancelAfter(timeout);
        _caller = caller.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _patience);
    }

    /// <returns>Whether it can be used for another insert.</returns>
    public bool End()
    {
        // Returns only when no cancellation runs any more: the next insert must not be met by it.
        _caller.Dispose();
        _lastUsed = Stopwatch.GetTimestamp();
        return _patience.TryReset() && _answers.IsClean;
    }

    /// <exception cref="HttpRequestException">Nobody took the connection in time.</exception>
    public async ValueTask ConnectAsync(Uri endpoint, TimeSpan timeout)
    {
        if (_isConnected)
            return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token);
        patience.CancelAfter(timeout);
        try
        {
            var host = new DnsEndPoint(endpoint.DnsSafeHost, endpoint.Port);
            await _socket.ConnectAsync(host, patience.Token).ConfigureAwait(false);
            _isConnected = true;
        }
        catch (Exception error) when (error is SocketException
            || (error is OperationCanceledException && !_patience.IsCancellationRequested))
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"No connection to {endpoint.Authority}: {error.Message}",
                error);
        }
    }

    /// <summary>
    /// Sends the request and reads its answer to the end; returning means that the server has stored the
    /// rows.
    /// </summary>
    /// <exception cref="ClickHouseException">The server refused.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PostAsync(InsertTarget target, CompressedBlock block, InsertOptions options)
    {
        CancellationToken cancel = _patience.Token;
        target.WriteHead(_head, options, block.Bytes.Length);
        try
        {
            await SendAsync(_head.WrittenMemory, cancel).ConfigureAwait(false);
            await SendAsync(block.Bytes, cancel).ConfigureAwait(false);
            AnswerHead head = await _answers.ReadHeadAsync(cancel).ConfigureAwait(false);
            if (!head.IsSuccess)
                throw await FailureAsync(head, cancel).ConfigureAwait(false);
            while (await _answers.ReadBodyAsync(_piece, cancel).ConfigureAwait(false) > 0)
            {
                // An insert's answer says nothing, but only its end says that the server got there.
            }
        }
        catch (SocketException error)
        {
            throw new IOException($"The connection of an insert failed: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        _caller.Dispose();
        _socket.Dispose();
        _patience.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, SocketFlags.None, cancel).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    private async ValueTask<ClickHouseException> FailureAsync(AnswerHead head, CancellationToken cancel)
    {
        byte[] body = new byte[MaxMessageBytes];
        int length = 0;
        try
        {
            int read = 1;
            while (read > 0 && length < body.Length)
            {
                read = await _answers.ReadBodyAsync(body.AsMemory(length), cancel).ConfigureAwait(false);
                length += read;
            }
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // The status and the code are already known; half a message is better than none.
        }

        return await ServerFailure
            .OfAsync(head.Status, head.ExceptionCode, body.AsMemory(0, length)).ConfigureAwait(false);
    }
}
