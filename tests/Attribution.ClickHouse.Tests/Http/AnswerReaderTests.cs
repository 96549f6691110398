using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.ClickHouse.Http;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// The answers come over a real socket in two pieces, cut at every place: neither a head nor a chunk's line
/// may depend on how it arrives.
/// </remarks>
public sealed class AnswerReaderTests : IDisposable
{
    private readonly Socket _server;
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);

    public AnswerReaderTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        _server.NoDelay = true;
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\n\r\nabcde")]
    public async Task Read_SplitAnywhere_EqualsUnsplit(string answer)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        var reader = new AnswerReader(_client);
        for (int split = 1; split < bytes.Length; split++)
        {
            await _server.SendAsync(bytes.AsMemory(0, split));
            Task<string> reading = ReadAsync(reader);
            await Task.Yield();
            await _server.SendAsync(bytes.AsMemory(split));

            Assert.Equal("200:abcde", await reading);
            Assert.True(reader.IsClean);
        }
    }

    [Fact]
    public async Task Read_BytesBehindTheAnswer_AreNotClean()
    {
        await _server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na?"u8.ToArray());
        var reader = new AnswerReader(_client);

        Assert.Equal("200:a", await ReadAsync(reader));
        Assert.False(reader.IsClean);
    }

    [Fact]
    public async Task Read_HeadWithoutEnd_IsGivenUp()
    {
        var reader = new AnswerReader(_client);
        Task<string> reading = ReadAsync(reader);
        string head = "HTTP/1.1 200 OK\r\nX: " + new string('x', 64 * 1024);
        await _server.SendAsync(Encoding.ASCII.GetBytes(head));

        await Assert.ThrowsAsync<IOException>(() => reading);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private static async Task<string> ReadAsync(AnswerReader reader)
    {
        AnswerHead head = await reader.ReadHeadAsync(CancellationToken.None);
        var text = new StringBuilder($"{head.Status}:");
        byte[] piece = new byte[2];
        int read;
        while ((read = await reader.ReadBodyAsync(piece, CancellationToken.None)) > 0)
            text.Append(Encoding.ASCII.GetString(piece, 0, read));
        return text.ToString();
    }
}
