using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Faults.Proxy;

namespace Attribution.Faults.Tests.Proxy;

/// <remarks>
/// How much of a request one read brings is the system's choice. A head that ends with the last byte of the
/// proxy's buffer fills it however it came, as a large insert does whose body lies behind a short head.
/// </remarks>
public sealed class FaultProxyTests
{
    private const int HeadLimit = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task Request_WhoseHeadFillsTheBuffer_IsForwardedWhole(int bodyBytes)
    {
        byte[] body = new byte[bodyBytes];
        new Random(5).NextBytes(body);
        byte[] head = Head(HeadLimit, bodyBytes);

        (string answer, byte[] received) = await AskAsync(head, body);

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Equal(
            [.. head.AsSpan(0, HeadLimit - 4), .. "\r\nConnection: close\r\n\r\n"u8, .. body], received);
    }

    [Fact]
    public async Task Request_WhoseHeadIsLonger_IsNotForwarded()
    {
        (string answer, byte[] received) = await AskAsync(Head(HeadLimit + 1, bodyBytes: 0), []);

        Assert.Empty(answer);
        Assert.Empty(received);
    }

    /// <returns>What the client got, and what was forwarded; empty where it was nothing.</returns>
    private static async Task<(string Answer, byte[] Received)> AskAsync(byte[] head, byte[] body)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        int port = ((IPEndPoint)upstream.LocalEndpoint).Port;
        int expected = head.Length + "Connection: close\r\n"u8.Length + body.Length;
        Task<byte[]> receiving = ReceiveAsync(upstream, expected, patience.Token);
        await using var proxy = new FaultProxy(
            new Uri($"http://127.0.0.1:{port}"), static _ => ProxyFault.None);

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Endpoint.Port, patience.Token);
        NetworkStream stream = client.GetStream();
        string answer;
        try
        {
            await stream.WriteAsync(head, patience.Token);
            await stream.WriteAsync(body, patience.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            answer = await reader.ReadToEndAsync(patience.Token);
        }
        catch (IOException)
        {
            answer = ""; // Closed with bytes unread, which the system tells by a reset.
        }

        upstream.Stop();
        return (answer, await receiving);
    }

    private static async Task<byte[]> ReceiveAsync(
        TcpListener upstream, int expected, CancellationToken cancel)
    {
        try
        {
            using TcpClient server = await upstream.AcceptTcpClientAsync(cancel);
            byte[] received = new byte[expected];
            NetworkStream stream = server.GetStream();
            await stream.ReadExactlyAsync(received, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancel);
            return received;
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            return [];
        }
    }

    /// <summary>A head of that many bytes, its end included.</summary>
    private static byte[] Head(int bytes, int bodyBytes)
    {
        string before = $"POST / HTTP/1.1\r\nContent-Length: {bodyBytes}\r\nX-Padding: ";
        string after = "\r\n\r\n";
        return Encoding.ASCII.GetBytes(
            before + new string('x', bytes - before.Length - after.Length) + after);
    }
}
