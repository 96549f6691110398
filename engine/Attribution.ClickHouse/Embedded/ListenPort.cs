using System.Net;
using System.Net.Sockets;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Turns a configured port into one that can be listened on now. Stateless.
/// </summary>
internal static class ListenPort
{
    /// <summary>0 becomes any free port; <paramref name="option"/> is what the message names.</summary>
    /// <exception cref="EmbeddedException">The port is taken.</exception>
    public static int Resolve(int port, string option)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        catch (SocketException error)
        {
            throw new EmbeddedException(
                $"{option} {port} is taken ({error.Message}). Stop what listens there, choose another port, or "
                + $"use {option} 0 for any free one.",
                error);
        }
    }
}
