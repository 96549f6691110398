using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// Answers every connection with the same bytes and closes it: the failures that a real server does not show
/// on demand. Owned by one test.
/// </summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[]? _answer;
    private int _connections;

    /// <param name="answer">Null: never answers.</param>
    public FakeServer(byte[]? answer)
    {
        _answer = answer;
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>How many it has taken.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A whole answer, its length declared.</summary>
    public static FakeServer Answering(string headers, byte[] body, int? declaredLength = null) => new(
    [
        .. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {headers}\r\nContent-Length: {declaredLength ?? body.Length}\r\n\r\n"),
        .. body,
    ]);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), _stopping.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or its client went away.
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken stopping)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            NetworkStream stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[64 * 1024], stopping);
            if (_answer is null)
                await Task.Delay(Timeout.Infinite, stopping);
            await stream.WriteAsync(_answer, stopping);
            client.Client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(new byte[64 * 1024], stopping) > 0)
            {
                // What the client still sends is taken, so that closing does not reset what it has yet to
                // read.
            }
        }
    }
}
