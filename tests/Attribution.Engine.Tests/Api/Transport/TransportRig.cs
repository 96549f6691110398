using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Attribution.Engine.Api.Transport;
using Microsoft.AspNetCore.Connections;

namespace Attribution.Engine.Tests.Api.Transport;

/// <summary>The transport alone, without a server on it, and the sockets that reach it.</summary>
internal sealed class TransportRig : IAsyncDisposable
{
    private readonly PolledTransport _transport;
    private readonly IConnectionListener _listener;
    private readonly List<IAsyncDisposable> _opened = [];

    private TransportRig(PolledTransport transport, IConnectionListener listener)
    {
        _transport = transport;
        _listener = listener;
    }

    /// <inheritdoc cref="PolledTransport.MostConnections"/>
    public int MostConnections => _transport.MostConnections;

    public static async Task<TransportRig> StartAsync(int readAheadBytes = 64 * 1024)
    {
        var options = new TransportOptions(ReusesPort: false, readAheadBytes);
        var transport = new PolledTransport(options, MemoryPool<byte>.Shared);
        return new TransportRig(transport, await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    /// <summary>Both ends of a new connection; the rig ends the server's, the caller the peer's.</summary>
    public async Task<(PolledConnection Server, Socket Peer)> ConnectAsync(int peerReceiveBytes = 0)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (peerReceiveBytes > 0)
            peer.ReceiveBufferSize = peerReceiveBytes;
        ValueTask connecting = peer.ConnectAsync(_listener.EndPoint, CancellationToken.None);
        ConnectionContext? server = await _listener.AcceptAsync();
        await connecting;
        _opened.Add(server!);
        return (Assert.IsType<PolledConnection>(server), peer);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable connection in _opened)
            await connection.DisposeAsync();
        await _listener.DisposeAsync();
        Assert.Null(await _listener.AcceptAsync());
        _transport.Dispose();
    }
}
