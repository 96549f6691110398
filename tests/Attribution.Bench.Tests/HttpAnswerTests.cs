using System.Text;
using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class HttpAnswerTests
{
    private const string Body = "{\"accepted\":98,\"rejected\":2}";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n" + Body, 200, 98, 2, 0, false)]
    [InlineData(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\n" + Body + "\r\n0\r\n\r\n",
        200, 98, 2, 0, false)]
    [InlineData("HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", 503, 0, 0, 7, false)]
    [InlineData("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 204, 0, 0, 0, false)]
    [InlineData("HTTP/1.1 400 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 400, 0, 0, 0, true)]
    public void TryRead_AtEveryCut_WaitsForTheWholeAnswer(
        string text, int status, int accepted, int rejected, int retryAfter, bool isLast)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "HTTP/1.1 200 OK\r\n");
        for (int cut = 0; cut < text.Length; cut++)
            Assert.False(HttpAnswer.TryRead(bytes.AsSpan(0, cut), out _, out _));

        Assert.True(HttpAnswer.TryRead(bytes, out HttpAnswer answer, out int consumed));
        Assert.Equal(new HttpAnswer(status, accepted, rejected, retryAfter, isLast), answer);
        Assert.Equal(text.Length, consumed);
    }
}
