using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Attribution.Faults.Processes;

/// <summary>
/// Ports that an engine and its ClickHouse keep over all restarts, as in production; a successor meets what
/// its predecessor still holds. Immutable.
/// </summary>
/// <param name="Engine">Where events go.</param>
/// <param name="ClickHouseHttp">HTTP of the embedded ClickHouse.</param>
/// <param name="ClickHouseTcp">Its native protocol.</param>
public sealed record FixedPorts(int Engine, int ClickHouseHttp, int ClickHouseTcp)
{
    // Below the range from which Linux takes ports for outgoing connections (ip_local_port_range, 32,768 to
    // 60,999): none of those can take a port while its owner is dead.
    private const int First = 20_000;
    private const int Last = 32_000;

    public Uri EngineUrl => Url(Engine);

    public Uri ClickHouseUrl => Url(ClickHouseHttp);

    /// <summary>The options that set them.</summary>
    public string Arguments => string.Create(
        CultureInfo.InvariantCulture,
        $"--urls {EngineUrl} --clickhouse-port {ClickHouseHttp} --clickhouse-tcp-port {ClickHouseTcp}");

    public static FixedPorts Choose()
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < 3)
        {
            int port = Random.Shared.Next(First, Last);
            if (IsFree(port))
                chosen.Add(port);
        }

        int[] ports = [.. chosen];
        return new FixedPorts(ports[0], ports[1], ports[2]);
    }

    private static Uri Url(int port) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
