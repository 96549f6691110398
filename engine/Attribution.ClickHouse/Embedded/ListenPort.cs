using System.Net;
using System.Net.Sockets;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Turns configured ports into ones that can be listened on now. Stateless.
/// </summary>
internal static class ListenPort
{
    /// <exception cref="EmbeddedException">A port is taken, or both are the same.</exception>
    public static (int Http, int Tcp) Resolve(EmbeddedOptions options)
    {
        if (options.HttpPort == options.TcpPort && options.HttpPort != 0)
            throw new EmbeddedException(
                $"--clickhouse-port and --clickhouse-tcp-port are both {options.HttpPort}; choose two.");

        // Both are held at once, or 0 could give the same port twice.
        using TcpListener http = Listen(options.HttpPort, "--clickhouse-port");
        using TcpListener tcp = Listen(options.TcpPort, "--clickhouse-tcp-port");
        return (((IPEndPoint)http.LocalEndpoint).Port, ((IPEndPoint)tcp.LocalEndpoint).Port);
    }

    private static TcpListener Listen(int port, string option)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new EmbeddedException(
                $"{option} {port} cannot be used ({error.Message}). Stop what listens there, choose another "
                + $"port, or use {option} 0 for any free one.",
                error);
        }
    }
}
