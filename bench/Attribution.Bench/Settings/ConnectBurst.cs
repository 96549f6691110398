using System.Diagnostics;
using System.Net.Sockets;
using Attribution.Bench.Crash;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Settings;

/// <summary>
/// How long servers take to let many clients in that all come at once, as after an interruption. What does
/// not fit a server's queue of connections comes again after a second, as TCP has it. Stateless.
/// </summary>
internal static class ConnectBurst
{
    public const int Clients = 2_000;

    /// <summary>Lets clients come to each server in turn, each round beginning with another one.</summary>
    /// <returns>Milliseconds until all were in, of each server.</returns>
    public static async Task<Spread[]> MeasureAsync(
        IReadOnlyList<MeasuredServer> servers, int rounds, CancellationToken cancel)
    {
        double[][] millis = [.. servers.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < servers.Count; turn++)
            {
                int server = (round + turn) % servers.Count;
                millis[server][round] = await MeasureAsync(servers[server].Url, cancel);
            }
        }

        return [.. millis.Select(each => Spread.Of(each)!)];
    }

    private static async Task<double> MeasureAsync(Uri server, CancellationToken cancel)
    {
        Socket[] sockets =
            [.. Enumerable.Range(0, Clients).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        try
        {
            long started = Stopwatch.GetTimestamp();
            await Task.WhenAll(sockets.Select(
                socket => socket.ConnectAsync(server.Host, server.Port, cancel).AsTask()));
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        finally
        {
            foreach (Socket socket in sockets)
                socket.Dispose();
        }
    }
}
