using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api.FastLane;

/// <remarks>
/// Which requests the fast lane answers itself, and that it does so in order, to the end, and with Kestrel's
/// bytes. That its answers are right is the business of every other test of this folder: all go through it.
/// </remarks>
public class FastLaneTests
{
    private static readonly string First = Wire.Event("first");

    [Theory]
    [InlineData("")]
    [InlineData("User-Agent: sdk/1.0\r\nContent-Type: application/json\r\nAccept: */*\r\nX-Anything: 1\r\n")]
    [InlineData("Connection: keep-alive\r\n")]
    [InlineData("authorization: Bearer key\r\nx-write-key: other\r\n")]
    [InlineData("Authorization: Basic a2V5Og==\r\n")]
    public async Task Post_Ordinary_IsTakenByTheFastLane(string headers)
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        string post = Wire.Post(headers + $"Content-Length: {First.Length}\r\n", First);

        RawOutcome outcome = await Wire.SendAsync(
            rig, string.Concat(Enumerable.Repeat(post, 3)) + Wire.Probe);

        Assert.Equal("200 200 200 alive", Wire.Describe(outcome));
        Assert.Equal((3, 1), (rig.Requests.FastAnswers, rig.Requests.HandOvers));
    }

    [Theory]
    [InlineData("Expect: 100-continue\r\n")]
    [InlineData("Connection: close\r\n")]
    [InlineData("Connection: upgrade\r\nUpgrade: x\r\n")]
    [InlineData("Connection: keep-alive\r\nConnection: keep-alive\r\n")]
    [InlineData("Upgrade: x\r\n")]
    [InlineData("Host: b\r\n")]
    [InlineData("Content-Length: 45\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Content-Encoding: br\r\n")]
    [InlineData("Authorization: Bearer a\r\nAuthorization: Bearer a\r\n")]
    [InlineData("X-Write-Key: a\r\nX-Write-Key: a\r\n")]
    [InlineData("X: a\tb\r\n")]
    [InlineData("X: \u00e4\r\n")]
    [InlineData("X(: a\r\n")]
    [InlineData("X : a\r\n")]
    [InlineData("X: a\n")]
    [InlineData(" folded\r\n")]
    public async Task Post_Odd_IsHandedOverUnanswered(string header)
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        string post = Wire.Post(header + $"Content-Length: {First.Length}\r\n", First);

        await Wire.SendAsync(rig, post + Wire.Probe);

        Assert.Equal((0, 1), (rig.Requests.FastAnswers, rig.Requests.HandOvers));
    }

    [Theory]
    [InlineData("POST /v1/events HTTP/1.0")]
    [InlineData("POST /v1/events?a=b HTTP/1.1")]
    [InlineData("POST  /v1/events HTTP/1.1")]
    [InlineData("post /v1/events HTTP/1.1")]
    [InlineData("POST http://a/v1/events HTTP/1.1")]
    [InlineData("GET /healthz HTTP/1.1")]
    public async Task RequestLine_Other_IsHandedOver(string line)
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());

        await Wire.SendAsync(
            rig, Wire.Post(First).Replace("POST /v1/events HTTP/1.1", line) + Wire.Probe);

        Assert.Equal((0, 1), (rig.Requests.FastAnswers, rig.Requests.HandOvers));
    }

    /// <remarks>Heads that differ in the digits of their length alone are known again, at every
    /// border.</remarks>
    [Fact]
    public async Task Posts_OfManyLengths_AreAnsweredInOrder()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var random = new Random(5);
        int[] counts =
            [.. Enumerable.Range(0, 600).Select(_ => random.Next(5) == 0 ? 200 : random.Next(1, 4))];
        string input = string.Concat(counts.Select(count =>
            Wire.Post($"[{string.Join(',', Enumerable.Repeat(First, count))}]")));

        RawOutcome outcome = await Wire.SendAsync(rig, input + Wire.Probe);

        Assert.Equal(
            counts.Select(count => $"{{\"accepted\":{count},\"rejected\":0}}"),
            outcome.Answers.SkipLast(1).Select(answer => answer.Body));
        Assert.Equal(counts.Length, rig.Requests.FastAnswers);
    }

    [Fact]
    public async Task Answers_AreTheStockLanesByteForByte()
    {
        await using EdgeRig fast = await EdgeRig.StartAsync(new EdgeOptions());
        await using EdgeRig stock = await EdgeRig.StartAsync(new EdgeOptions(), hasFastLane: false);
        foreach (string body in (string[])[First, "[]", "", "x", $"[{First},1]", "{}", $"[{First},{First}]"])
        {
            RawAnswer own = (await Wire.SendAsync(fast, Wire.Post(body) + Wire.Probe)).Answers[0];
            RawAnswer other = (await Wire.SendAsync(stock, Wire.Post(body) + Wire.Probe)).Answers[0];

            Assert.Equal(WithoutDate(other), WithoutDate(own));
        }

        Assert.Equal((7, 0), (fast.Requests.FastAnswers, stock.Requests.FastAnswers));

        static (int, string, string) WithoutDate(RawAnswer answer) => (answer.Status, string.Join(
            '\n', answer.Headers.Split("\r\n").Select(line =>
                line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date" : line)), answer.Body);
    }

    [Fact]
    public async Task Stop_EndsIdleConnectionsAndSendsWhatIsOwed()
    {
        var host = await ApiHost.StartAsync();
        var durable = new TaskCompletionSource();
        var isWaiting = new TaskCompletionSource();
        host.Rig.Durable = _ =>
        {
            isWaiting.TrySetResult();
            return durable.Task;
        };
        using TcpClient idle = await ConnectAsync(host);
        using TcpClient waiting = await ConnectAsync(host);
        await waiting.GetStream().WriteAsync(Bodies.Utf8(Wire.Post(First)));
        await isWaiting.Task;

        Task stopping = host.DisposeAsync().AsTask();
        Assert.Equal("", await ReadToEndAsync(idle));
        durable.SetResult();

        Assert.StartsWith("HTTP/1.1 200 ", await ReadToEndAsync(waiting));
        await stopping;
    }

    [Fact]
    public async Task ReusePort_TwoServers_ShareIt()
    {
        var options = new EngineOptions { Url = new Uri("http://127.0.0.1:0"), ReusePort = true };
        await using EdgeRig first = await EdgeRig.StartAsync(options);
        options = options with { Url = new Uri($"http://127.0.0.1:{first.Port}") };
        await using EdgeRig second = await EdgeRig.StartAsync(options);

        // The kernel picks by the sender's port; 200 that all meet one would be chance of 2^-199.
        for (int i = 0; i < 200; i++)
        {
            RawOutcome outcome = await Wire.SendAsync(first, Wire.Post(First) + Wire.Probe);
            Assert.Equal("200 alive", Wire.Describe(outcome));
        }

        Assert.Equal(200, first.StoredCount + second.StoredCount);
        Assert.InRange(first.StoredCount, 1, 199);
        await Assert.ThrowsAsync<StartException>(
            () => EdgeRig.StartAsync(options with { ReusePort = false }));
    }

    private static async Task<TcpClient> ConnectAsync(ApiHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        return client;
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }
}
