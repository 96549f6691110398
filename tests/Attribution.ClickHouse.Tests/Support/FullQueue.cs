using System.Net;
using System.Net.Sockets;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// A port at which nobody ever takes a connection: its queue is full, so the system lets every further one
/// wait without an answer. Owned by one test.
/// </summary>
internal sealed class FullQueue : IDisposable
{
    private const int MaxWaiting = 64;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    private FullQueue()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog: 1);
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
    }

    public Uri Endpoint { get; }

    /// <summary>Knocks until nobody answers any more.</summary>
    public static async Task<FullQueue> CreateAsync()
    {
        var queue = new FullQueue();
        while (queue._waiting.Count < MaxWaiting)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            queue._waiting.Add(socket);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, queue.Endpoint.Port, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return queue;
            }
        }

        throw new InvalidOperationException($"More than {MaxWaiting} connections found room.");
    }

    public void Dispose()
    {
        foreach (Socket socket in _waiting)
            socket.Dispose();
        _listener.Dispose();
    }
}
