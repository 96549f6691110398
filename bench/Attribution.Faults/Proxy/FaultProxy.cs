using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Attribution.Faults.Proxy;

/// <summary>
/// Stands between an engine and its ClickHouse, on this machine, and does to each request what a script says.
/// Thread-safe where the script is; owned by one test or bench run.
/// </summary>
/// <remarks>
/// Speaks as much HTTP/1.1 as the engine's client does: a request has a Content-Length, and the next one
/// comes over a new connection.
/// </remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int MaxRequestBytes = 512 * 1024 * 1024;
    private static readonly TimeSpan RebindPatience = TimeSpan.FromSeconds(5);

    private readonly Uri _upstream;
    private readonly Func<ProxiedRequest, ProxyFault> _script;
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly ConcurrentDictionary<ProxyFault, int> _counts = new();
    private readonly CancellationTokenSource _stopping = new();
    private TcpListener _listener;
    private Task _accepting;

    public FaultProxy(Uri upstream, Func<ProxiedRequest, ProxyFault> script)
    {
        _upstream = upstream;
        _script = script;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Where the engine finds its ClickHouse; the same for the proxy's life.</summary>
    public Uri Endpoint { get; }

    /// <summary>Awaited before the script is asked what becomes of a request.</summary>
    public Func<ProxiedRequest, Task> Hold { get; init; } = static _ => Task.CompletedTask;

    /// <summary>How many requests met this fate.</summary>
    public int Count(ProxyFault fault) => _counts.GetValueOrDefault(fault);

    /// <summary>From now on connections are refused; those there are are reset.</summary>
    public async Task CloseAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (Socket connection in _connections.Keys)
            Reset(connection);
        await Task.WhenAll(_connections.Values);
    }

    /// <summary>After <see cref="CloseAsync"/>: takes connections again, at the same address.</summary>
    /// <exception cref="SocketException">Another program has taken the port meanwhile.</exception>
    public async Task OpenAsync()
    {
        long until = Environment.TickCount64 + (long)RebindPatience.TotalMilliseconds;
        while (true)
        {
            _listener = new TcpListener(IPAddress.Loopback, Endpoint.Port);
            try
            {
                _listener.Start();
                _accepting = AcceptAsync(_listener);
                return;
            }
            catch (SocketException) when (Environment.TickCount64 < until)
            {
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await CloseAsync();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptSocketAsync();
                var begin = new TaskCompletionSource();
                _connections[client] = ServeAsync(client, begin.Task);
                begin.SetResult();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Closed on purpose: a listener on loopback has no other reason to fail.
        }
    }

    /// <summary>Begins when the connection is listed, so that it can be taken off the list again.</summary>
    private async Task ServeAsync(Socket client, Task begin)
    {
        await begin;
        try
        {
            using var stream = new NetworkStream(client);
            if (await ReadRequestAsync(stream) is not { } request)
                return;

            var seen = new ProxiedRequest(FirstLine(request));
            await Hold(seen).WaitAsync(_stopping.Token);
            ProxyFault fault = _script(seen);
            _counts.AddOrUpdate(fault, 1, static (_, count) => count + 1);
            await ServeAsync(client, stream, request, fault);
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            // One of the two sides is gone, which is what this is for.
        }
        finally
        {
            client.Dispose();
            _connections.TryRemove(client, out _);
        }
    }

    private async Task ServeAsync(Socket client, NetworkStream stream, byte[] request, ProxyFault fault)
    {
        switch (fault)
        {
            case ProxyFault.Refused:
                await AnswerAsync(stream, "500 Internal Server Error");
                return;
            case ProxyFault.CarriedOutThenException:
                await ForwardAsync(request, Stream.Null);
                await AnswerAsync(stream, "200 OK\r\nX-ClickHouse-Exception-Code: 241");
                return;
            case ProxyFault.CarriedOutThenSilence:
                await ForwardAsync(request, Stream.Null);
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stopping.Token);
                return;
            case ProxyFault.HalfThenReset:
                await ForwardHalfAsync(request);
                Reset(client);
                return;
            case ProxyFault.CarriedOutThenReset:
                await ForwardAsync(request, Stream.Null);
                Reset(client);
                return;
            default:
                await ForwardAsync(request, stream);
                return;
        }
    }

    private async Task ForwardAsync(byte[] request, Stream answer)
    {
        using Socket server = await ConnectAsync();
        using var stream = new NetworkStream(server);
        await stream.WriteAsync(request, _stopping.Token);
        await stream.CopyToAsync(answer, _stopping.Token);
    }

    private async Task ForwardHalfAsync(byte[] request)
    {
        using Socket server = await ConnectAsync();
        await server.SendAsync(request.AsMemory(0, request.Length / 2), _stopping.Token);
        Reset(server);
    }

    private async Task<Socket> ConnectAsync()
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_upstream.Host, _upstream.Port, _stopping.Token);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static Task AnswerAsync(NetworkStream stream, string statusAndHeaders) => stream.WriteAsync(
        Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {statusAndHeaders}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).AsTask();

    /// <summary>Closes without a farewell, as a machine does that is gone.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    private static string FirstLine(byte[] request) =>
        Encoding.ASCII.GetString(request, 0, request.AsSpan().IndexOf("\r\n"u8));

    /// <summary>
    /// The whole request, which asks for the connection to be closed after it; null where there is none.
    /// </summary>
    private async Task<byte[]?> ReadRequestAsync(NetworkStream stream)
    {
        byte[] bytes = new byte[64 * 1024];
        int length = 0;
        int end;
        while ((end = bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (length == bytes.Length)
                return null;

            int read = await stream.ReadAsync(bytes.AsMemory(length), _stopping.Token);
            if (read == 0)
                return null;
            length += read;
        }

        string head = Encoding.ASCII.GetString(bytes, 0, end) + "\r\nConnection: close\r\n\r\n";
        int bodyBytes = BodyBytes(head);
        byte[] request = new byte[head.Length + bodyBytes];
        Encoding.ASCII.GetBytes(head, request);
        int present = Math.Min(length - (end + 4), bodyBytes);
        bytes.AsSpan(end + 4, present).CopyTo(request.AsSpan(head.Length));
        await stream.ReadExactlyAsync(request.AsMemory(head.Length + present), _stopping.Token);
        return request;
    }

    private static int BodyBytes(string head)
    {
        const string Name = "\r\nContent-Length: ";
        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return 0;
        int start = at + Name.Length;
        int bytes = int.Parse(
            head.AsSpan(start, head.IndexOf('\r', start) - start), NumberStyles.None,
            CultureInfo.InvariantCulture);
        return bytes <= MaxRequestBytes
            ? bytes
            : throw new IOException($"A request of {bytes} bytes is more than the engine ever sends.");
    }
}
