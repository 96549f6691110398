using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Ingest.Support;

namespace Attribution.Engine.Tests.Api;

/// <remarks>
/// What a sender may take of time. The limits are set small, nothing here is timed: a test waits as long as
/// the server takes to end the connection, and asks how it did. The defaults are in <see cref="LimitTests"/>.
/// </remarks>
public class SlowSenderTests
{
    private const string Post = "POST /v1/events HTTP/1.1\r\nHost: x\r\n";
    private const string Taken = Post + "Content-Length: 2\r\n\r\n[]";
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1_100);

    [Theory]
    [InlineData("G")]
    [InlineData("GET /healthz HTTP/1.1\r\nHo")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\n")]
    [InlineData("P")]
    [InlineData(Post)]
    [InlineData(Taken + "POST /v1/events HT")]
    public async Task Headers_ThatDoNotEnd_Are408AndTheEnd(string request)
    {
        await using var host = await ApiHost.StartAsync(new EdgeOptions { HeaderTimeout = Short });

        string answer = await SendAndWaitAsync(host, request);

        Assert.StartsWith("HTTP/1.1 408 ", answer.Replace(TakenAnswer(answer), ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData(Taken)]
    public async Task Idle_Connection_IsEnded(string request)
    {
        await using var host = await ApiHost.StartAsync(new EdgeOptions { IdleTimeout = Short });

        string answer = await SendAndWaitAsync(host, request);

        Assert.Equal(request.Length > 0, answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        Assert.DoesNotContain("408", answer);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n{")]
    [InlineData("Content-Length: 100\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n64\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1")]
    public async Task Body_BelowItsRate_Is408AndTheEndAndNothingIsStored(string rest)
    {
        await using var host = await ApiHost.StartAsync(new EdgeOptions { BodyGrace = Short });

        string answer = await SendAndWaitAsync(host, Post + rest);

        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.EndsWith("{\"error\":\"request: too slow\"}", answer);
        Assert.Empty(host.Rig.Consume());
        Assert.Equal(0, host.Bodies.HeldBytes);
    }

    /// <summary>Its limit is the rate, not the time: one that keeps to it is read to its end.</summary>
    [Fact]
    public async Task Body_AboveItsRate_IsTakenHoweverLongItLasts()
    {
        await using var host = await ApiHost.StartAsync(
            new EdgeOptions { BodyGrace = Short, MinBodyBytesPerSecond = 1 });
        byte[] body = Bodies.Utf8(Samples.Click);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        NetworkStream stream = client.GetStream();

        await stream.WriteAsync(Bodies.Utf8($"{Post}Content-Length: {body.Length}\r\n\r\n"));
        foreach (byte[] part in body.Chunk(64))
        {
            await stream.WriteAsync(part);
            await Task.Delay(TimeSpan.FromMilliseconds(300));
        }

        byte[] answer = new byte[12];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
    }

    /// <summary>One that takes no answers is ended as well: here it sends until it cannot.</summary>
    [Fact]
    public async Task Answers_ThatNobodyReads_EndTheConnection()
    {
        await using var host = await ApiHost.StartAsync(new EdgeOptions { ReadingTimeout = Short });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        NetworkStream stream = client.GetStream();
        byte[] requests = Bodies.Utf8(string.Concat(Enumerable.Repeat(
            Post + "Content-Length: 2\r\n\r\n[]", 1_000)));

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await stream.WriteAsync(requests);
        });

        Assert.True(host.Requests.FastAnswers > 1_000);
    }

    /// <summary>
    /// What came before the one that is looked at: the answer to the request that was taken.
    /// </summary>
    private static string TakenAnswer(string answers)
    {
        int end = answers.IndexOf("\"rejected\":0}", StringComparison.Ordinal);
        return end < 0 ? "\0" : answers[..(end + "\"rejected\":0}".Length)];
    }

    private static async Task<string> SendAndWaitAsync(ApiHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Bodies.Utf8(request));
        var answer = new StringBuilder();
        byte[] buffer = new byte[1024];
        int read;
        try
        {
            while ((read = await stream.ReadAsync(buffer)) > 0)
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // A reset ends it as well.
        }

        return answer.ToString();
    }
}
