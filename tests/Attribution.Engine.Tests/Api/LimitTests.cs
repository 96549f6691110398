using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Attribution.Engine.Tests.Api;

/// <remarks>
/// Every limit: its default, at which a request passes and one over which it does not, and that setting it
/// works. Time limits are in <see cref="SlowSenderTests"/>.
/// </remarks>
public class LimitTests
{
    private const string Events = "/v1/events";
    private static readonly EdgeOptions Default = new();

    [Fact]
    public void Options_OfAnEmptyCommandLine_AreTheDefaults()
    {
        EngineOptions options = OptionsReader.Read(EngineCommand.Create().Parse([]));

        Assert.Equal(Default, options.Edge);
        Assert.Equal(IngestLimits.Default, options.Edge.Ingest);
        Default.Validate();
    }

    [Fact]
    public void Options_Set_AreWhatWasSet()
    {
        string line = "--max-body-bytes 5000 --max-bodies-bytes 99000000 --max-event-bytes 4000 "
            + "--max-json-depth 7 --max-header-bytes 9000 --header-timeout-ms 1500 --min-body-rate 77 "
            + "--body-grace-ms 2500 --idle-timeout-ms 3500 --max-connections 12 --events-per-second 34";

        EngineOptions options = OptionsReader.Read(EngineCommand.Create().Parse(line));

        Assert.Equal(
            new EdgeOptions
            {
                MaxBodyBytes = 5_000,
                MaxBodiesBytes = 99_000_000,
                MaxEventBytes = 4_000,
                MaxJsonDepth = 7,
                MaxHeaderBytes = 9_000,
                HeaderTimeout = TimeSpan.FromMilliseconds(1_500),
                MinBodyBytesPerSecond = 77,
                BodyGrace = TimeSpan.FromMilliseconds(2_500),
                IdleTimeout = TimeSpan.FromMilliseconds(3_500),
                MaxConnections = 12,
                EventsPerSecond = 34,
            },
            options.Edge);
    }

    [Theory]
    [InlineData("--max-body-bytes 1023")]
    [InlineData("--max-body-bytes 67108865")]
    [InlineData("--max-bodies-bytes 67108863")]
    [InlineData("--max-event-bytes 32769")]
    [InlineData("--max-json-depth 65")]
    [InlineData("--max-json-depth 1")]
    [InlineData("--max-header-bytes 1023")]
    [InlineData("--header-timeout-ms 99")]
    [InlineData("--min-body-rate 0")]
    [InlineData("--body-grace-ms 1000")]
    [InlineData("--idle-timeout-ms 999")]
    [InlineData("--max-connections 0")]
    [InlineData("--events-per-second -1")]
    public void Options_OutOfRange_AreRefusedAtTheStart(string line) =>
        Assert.Throws<StartException>(() => OptionsReader.Read(EngineCommand.Create().Parse(line)));

    [Fact]
    public void Kestrel_Limits_AreTheOptions()
    {
        var kestrel = new KestrelServerOptions();

        AttributionApi.Limit(kestrel, Default);

        Assert.Equal((8 * 1024 * 1024) + (64 * 1024), kestrel.Limits.MaxRequestBodySize);
        Assert.Equal(32 * 1024, kestrel.Limits.MaxRequestHeadersTotalSize);
        Assert.Equal(TimeSpan.FromSeconds(10), kestrel.Limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(130), kestrel.Limits.KeepAliveTimeout);
        Assert.Equal(10_000, kestrel.Limits.MinRequestBodyDataRate!.BytesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(5), kestrel.Limits.MinRequestBodyDataRate.GracePeriod);
        Assert.Equal(20_000, kestrel.Limits.MaxConcurrentConnections);
        Assert.Equal(128 * 1024, kestrel.Limits.MaxRequestBufferSize);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024, false)]
    [InlineData(4 * 1024 * 1024, true)]
    [InlineData(5_000, false)]
    [InlineData(5_000, true)]
    public async Task Body_AtItsLimit_PassesAndOneByteMoreIs413(int limit, bool isChunked)
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxBodyBytes = limit });
        string most = Samples.Click + new string(' ', limit - Encoding.UTF8.GetByteCount(Samples.Click));

        Assert.StartsWith("200 ", await PostAsync(host, most, isChunked));
        Assert.StartsWith("413 {\"error\":\"", await PostAsync(host, most + ' ', isChunked));
    }

    [Theory]
    [InlineData(4 * 1024 * 1024)]
    [InlineData(5_000)]
    public async Task Gzip_AtItsLimit_PassesAndOneByteMoreIs413(int limit)
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxBodyBytes = limit });
        string most = Samples.Click + new string(' ', limit - Encoding.UTF8.GetByteCount(Samples.Click));

        Assert.StartsWith("200 ", await PostAsync(host, Bodies.Gzip(Bodies.Utf8(most))));
        Assert.Equal("413 {\"error\":\"body: larger than the limit\"}",
            await PostAsync(host, Bodies.Gzip(Bodies.Utf8(most + ' '))));
    }

    [Fact]
    public async Task Gzip_WithinGzip_Is400()
    {
        await using var host = await ApiHost.StartAsync(Default);
        byte[] nested = Bodies.Gzip(Bodies.Gzip(Bodies.Utf8(Samples.Click)));

        Assert.Equal("400 {\"error\":\"body: not a JSON object, array or lines of objects\"}",
            await PostAsync(host, nested));
    }

    [Theory]
    [InlineData("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n")]
    [InlineData("Content-Encoding: identity\r\nContent-Encoding: gzip\r\n")]
    [InlineData("Content-Encoding: gzip, identity\r\n")]
    [InlineData("Content-Encoding: gzip;q=1\r\n")]
    public async Task Encoding_SaidTwice_Is415(string headers)
    {
        await using var host = await ApiHost.StartAsync(Default);

        string answer = await host.SendRawAsync(
            $"POST {Events} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\n[]");

        Assert.StartsWith("HTTP/1.1 415 ", answer);
    }

    [Theory]
    [InlineData(EventRecord.MaxBytes)]
    [InlineData(1_000)]
    public async Task Event_AtItsLimit_PassesAndOneByteMoreIsRejected(int limit)
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxEventBytes = limit });
        string frame = Bodies.Event("\"event_id\":\"e\",\"x\":\"\"");
        string most = frame.Replace("\"\"", $"\"{new string('p', limit - frame.Length)}\"");

        Assert.StartsWith("200 ", await PostAsync(host, most));
        Assert.Equal(
            "400 {\"accepted\":0,\"rejected\":1,\"errors\":[{\"index\":0,"
            + "\"reason\":\"event: larger than the limit\"}]}",
            await PostAsync(host, most.Replace("\"x\":\"", "\"x\":\"p")));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(5)]
    [InlineData(2)]
    public async Task Depth_AtItsLimit_PassesAndOneMoreIsRejected(int limit)
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxJsonDepth = limit });

        foreach (string name in (string[])["properties", "x"])
        {
            Assert.StartsWith("200 ", await PostAsync(host, Deep(name, limit)));
            Assert.Equal(
                "400 {\"accepted\":0,\"rejected\":1,\"errors\":[{\"index\":0,"
                + "\"reason\":\"event: deeper than the limit\"}]}",
                await PostAsync(host, Deep(name, limit + 1)));
        }
    }

    [Theory]
    [InlineData(32 * 1024)]
    [InlineData(2_000)]
    public async Task Headers_AtTheirLimit_PassAndOneByteMoreIs431(int limit)
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxHeaderBytes = limit });
        const string frame = "Host: x\r\nConnection: close\r\nX: \r\n";

        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(host, limit - frame.Length));
        Assert.StartsWith("HTTP/1.1 431 ", await GetAsync(host, limit - frame.Length + 1));

        static Task<string> GetAsync(ApiHost host, int bytes) => host.SendRawAsync(
            "GET /healthz HTTP/1.1\r\n" + frame.Replace("X: ", "X: " + new string('y', bytes)) + "\r\n");
    }

    [Fact]
    public async Task HeaderCount_At100_PassesAndOneMoreIs431()
    {
        await using var host = await ApiHost.StartAsync(Default);

        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(host, 98));
        Assert.StartsWith("HTTP/1.1 431 ", await GetAsync(host, 99));

        static Task<string> GetAsync(ApiHost host, int count) => host.SendRawAsync(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + string.Concat(Enumerable.Range(0, count).Select(i => $"X{i}: y\r\n")) + "\r\n");
    }

    [Fact]
    public async Task RequestLine_At8KiB_PassesAndOneByteMoreIs414()
    {
        await using var host = await ApiHost.StartAsync(Default);
        const string frame = "GET / HTTP/1.1\r\n";

        Assert.StartsWith("HTTP/1.1 404 ", await GetAsync(host, 8192 - frame.Length));
        Assert.StartsWith("HTTP/1.1 414 ", await GetAsync(host, 8192 - frame.Length + 1));

        static Task<string> GetAsync(ApiHost host, int bytes) => host.SendRawAsync(
            $"GET /{new string('x', bytes)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    [Fact]
    public async Task Connections_OverTheLimit_AreClosedAndTheOthersGoOn()
    {
        await using var host = await ApiHost.StartAsync(Default with { MaxConnections = 2 });
        using TcpClient first = await ConnectAsync(host);
        using TcpClient second = await ConnectAsync(host);
        Assert.True(await IsServedAsync(first));
        Assert.True(await IsServedAsync(second));

        for (int i = 0; i < 5; i++)
        {
            using TcpClient third = await ConnectAsync(host);
            Assert.False(await IsServedAsync(third));
        }

        Assert.True(await IsServedAsync(first));
        second.Dispose();
        bool isServed = false;
        // The server sees the end a moment later; each attempt waits for its own end.
        for (int i = 0; i < 1_000 && !isServed; i++)
        {
            using TcpClient next = await ConnectAsync(host);
            isServed = await IsServedAsync(next);
        }

        Assert.True(isServed);
    }

    [Fact]
    public async Task Bodies_OverTheirSum_Are503WithRetryAfterUntilThereIsRoom()
    {
        await using var host = await ApiHost.StartAsync(Default);
        Assert.True(host.Bodies.TryTake(Default.MaxBodiesBytes - 10));

        using (HttpResponseMessage refused =
            await host.Http.PostAsync(Events, new StringContent(Samples.Click)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Equal("{\"error\":\"engine: too many bodies at once, send again\"}",
                await refused.Content.ReadAsStringAsync());
        }

        Assert.Empty(host.Rig.Consume());
        host.Bodies.Change(Default.MaxBodiesBytes - 10, 0);
        Assert.StartsWith("200 ", await PostAsync(host, Samples.Click));
        Assert.StartsWith("200 ", await PostAsync(host, Samples.Array, isChunked: true));
        Assert.StartsWith("400 ", await PostAsync(host, "nothing"));
        Assert.StartsWith("413 ", await PostAsync(host, new string(' ', Default.MaxBodyBytes + 1), true));
        // The answer leaves before its body's room is given back.
        await SinkTest.UntilAsync(() => host.Bodies.HeldBytes == 0);
    }

    [Fact]
    public async Task Bodies_WaitingToBecomeDurable_AreHeldUntilThen()
    {
        await using var host = await ApiHost.StartAsync(Default);
        var durable = new TaskCompletionSource();
        var isWaiting = new TaskCompletionSource();
        host.Rig.Durable = _ =>
        {
            isWaiting.TrySetResult();
            return durable.Task;
        };

        Task<string> posting = PostAsync(host, Samples.Array);
        await isWaiting.Task;
        // What is held changes from the body to its text just after the wait has begun.
        while (host.Bodies.HeldBytes == Encoding.UTF8.GetByteCount(Samples.Array))
            await Task.Yield();
        Assert.InRange(host.Bodies.HeldBytes, 1, 100_000);
        durable.SetResult();

        Assert.StartsWith("200 ", await posting);
        await SinkTest.UntilAsync(() => host.Bodies.HeldBytes == 0);
    }

    private static string Deep(string name, int depth) => Bodies.Event(
        $"\"{name}\":" + string.Concat(Enumerable.Repeat("{\"a\":", depth - 2)) + "{}"
        + new string('}', depth - 2));

    private static async Task<TcpClient> ConnectAsync(ApiHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Port);
        return client;
    }

    /// <summary>Whether a request over the connection is answered, or finds it closed.</summary>
    private static async Task<bool> IsServedAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            byte[] buffer = new byte[1024];
            int length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length))) > 0)
            {
                length += read;
                if (buffer[length - 1] == '}')
                    return true;
            }

            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Task<string> PostAsync(ApiHost host, string body, bool isChunked = false) =>
        PostAsync(host, Bodies.Utf8(body), isChunked);

    private static async Task<string> PostAsync(ApiHost host, byte[] body, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Events)
        {
            Content = new ByteArrayContent(body),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        // A body that is refused half way is not sent to its end.
        request.Headers.ExpectContinue = body.Length > IngestLimits.Default.MaxBodyBytes;
        using HttpResponseMessage answer = await host.Http.SendAsync(request);
        return (int)answer.StatusCode + " " + await answer.Content.ReadAsStringAsync();
    }
}
