using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Attribution.Engine.Api;

/// <summary>How connections reach the engine: its sockets' settings. Stateless.</summary>
internal static class ListenSocket
{
    // From Linux's asm-generic/socket.h; .NET has no name for it.
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    public static void Configure(SocketTransportOptions sockets, bool reusesPort)
    {
        sockets.Backlog = RuntimeSettings.Backlog;
        sockets.CreateBoundListenSocket = endpoint => Bind(endpoint, reusesPort);
    }

    /// <param name="endpoint">Where to listen.</param>
    /// <param name="reusesPort">Other processes of the same user can bind to it too; the kernel spreads the
    /// connections over them.</param>
    /// <exception cref="SocketException">The address is taken, or not of this machine.</exception>
    public static Socket Bind(EndPoint endpoint, bool reusesPort) => reusesPort
        ? BindShared(endpoint) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

    private static Socket BindShared(EndPoint endpoint)
    {
        if (!OperatingSystem.IsLinux() || endpoint is not IPEndPoint address)
            throw new StartException("--reuse-port needs Linux, and an address with a port.");

        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.Bind(address);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
