using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Attribution.Engine.Api.Transport;

/// <summary>A bound address and its new connections. Owned by Kestrel.</summary>
internal sealed class PolledListener(PolledTransport transport, Socket socket) : IConnectionListener
{
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                Set(accepted);
                return transport.Open(accepted);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                // Gone before it was taken, or no descriptor left for it; the next one may have more luck.
                accepted?.Dispose();
            }
        }
    }

    private static void Set(Socket accepted)
    {
        accepted.NoDelay = RuntimeSettings.NoDelay;
        if (RuntimeSettings.SocketBufferBytes is var bytes and > 0)
            accepted.ReceiveBufferSize = accepted.SendBufferSize = bytes;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
}
