using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Api;

public class AttributionApiTests
{
    private const string Events = "/v1/events";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_Events_AreInTheRing(bool isChunked)
    {
        await using var host = await ApiHost.StartAsync();
        HttpContent body = Body(Bodies.Utf8(Samples.Array));
        using var request = new HttpRequestMessage(HttpMethod.Post, Events) { Content = body };
        request.Headers.TransferEncodingChunked = isChunked;

        using HttpResponseMessage answer = await host.Http.SendAsync(request);

        Assert.Equal(
            "{\"accepted\":3,\"rejected\":1,\"errors\":[{\"index\":2,\"reason\":\"type: not a string\"}]}",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        List<ParsedEvent> arrived = host.Rig.Consume();
        Assert.Equal(4, arrived.Count);
        Address loopback = Address.From(IPAddress.Loopback);
        Assert.Equal(loopback, new Address(arrived[1].Header.IpHigh, arrived[1].Header.IpLow));
        Assert.Equal("purchase", arrived[1][EventField.Type]);
    }

    [Fact]
    public async Task Post_LargeBody_IsReadWhole()
    {
        await using var host = await ApiHost.StartAsync();
        string body = "[" + string.Join(',', Enumerable.Repeat(Samples.Click, 10_000)) + "]";
        Assert.InRange(body.Length, 3_000_000, IngestLimits.Default.MaxBodyBytes);

        using HttpResponseMessage answer = await host.Http.PostAsync(Events, Body(Bodies.Utf8(body)));

        Assert.Equal("{\"accepted\":10000,\"rejected\":0}", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.OK)]
    [InlineData("x-gzip", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip, gzip", HttpStatusCode.UnsupportedMediaType)]
    public async Task Post_Gzip_IsDecompressed(string encoding, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync();
        HttpContent body = Body(Bodies.Gzip(Bodies.Utf8(Samples.Click)));
        if (encoding.Length > 0)
            body.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using HttpResponseMessage answer = await host.Http.PostAsync(Events, body);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("", 400, "{\"error\":\"body: empty\"}")]
    [InlineData("hello", 400, "{\"error\":\"body: not a JSON object, array or lines of objects\"}")]
    [InlineData("[]", 200, "{\"accepted\":0,\"rejected\":0}")]
    [InlineData("{}", 400,
        "{\"accepted\":0,\"rejected\":1,\"errors\":[{\"index\":0,\"reason\":\"type: missing\"}]}")]
    public async Task Post_Body_IsAnsweredAsTheContractSays(string body, int status, string expected)
    {
        await using var host = await ApiHost.StartAsync();

        using HttpResponseMessage answer = await host.Http.PostAsync(Events, Body(Bodies.Utf8(body)));

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyOverTheLimit_Is413(bool hasLength)
    {
        await using var host = await ApiHost.StartAsync();
        string headers = hasLength
            ? $"Content-Length: {IngestLimits.Default.MaxBodyBytes + 1}\r\n\r\n"
            : "Transfer-Encoding: chunked\r\n\r\n500000\r\n" + new string(' ', 0x500000) + "\r\n0\r\n\r\n";

        string answer = await host.SendRawAsync($"POST {Events} HTTP/1.1\r\nHost: x\r\n{headers}");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("{\"error\":\"", answer);
    }

    [Fact]
    public async Task Post_RingFull_Is503WithRetryAfter()
    {
        await using var host = await ApiHost.StartAsync(slots: 2, roomTimeout: TimeSpan.FromMilliseconds(20));
        for (int i = 0; i < 2; i++)
            (await host.Http.PostAsync(Events, Body(Bodies.Utf8(Samples.Click)))).Dispose();

        using HttpResponseMessage answer =
            await host.Http.PostAsync(Events, Body(Bodies.Utf8(Samples.Click)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 403)]
    [InlineData("right", 200)]
    public async Task Post_Key_DecidesOnAccess(string? key, int expected)
    {
        await using var host = await ApiHost.StartAsync(projects: new OneKey());
        using var request = new HttpRequestMessage(HttpMethod.Post, Events)
        {
            Content = Body(Bodies.Utf8(Samples.Click)),
        };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using HttpResponseMessage answer = await host.Http.SendAsync(request);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(expected == 200 ? 1 : 0, host.Rig.Consume().Count);
    }

    [Theory]
    [InlineData("GET", Events, 405, "POST")]
    [InlineData("DELETE", "/metrics", 405, "GET, HEAD")]
    [InlineData("POST", "/healthz", 405, "GET, HEAD")]
    [InlineData("POST", "/v1/event", 404, "")]
    [InlineData("GET", "/", 404, "")]
    public async Task Request_OtherPathOrMethod_IsRefusedInJson(
        string method, string path, int status, string allow)
    {
        await using var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage answer = await host.Http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.StartsWith("{\"error\":\"", await answer.Content.ReadAsStringAsync());
        Assert.Equal(allow, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task Readyz_FollowsTheEngine()
    {
        await using var host = await ApiHost.StartAsync();
        host.Readiness.State = EngineState.Recovering;
        Assert.Equal("503 {\"status\":\"not ready\",\"reason\":\"recovering\"}",
            await host.GetAsync("/readyz"));
        Assert.Equal("200 {\"status\":\"alive\"}", await host.GetAsync("/healthz"));

        host.Readiness.State = EngineState.Running;
        Assert.Equal("200 {\"status\":\"ready\"}", await host.GetAsync("/readyz"));

        host.IsJournalWriting = false;
        Assert.Contains("\"the journal cannot be written\"", await host.GetAsync("/readyz"));
        host.IsJournalWriting = true;
        host.IsSinkHealthy = false;
        Assert.StartsWith("503 {\"status\":\"not ready\",\"reason\":\"ClickHouse",
            await host.GetAsync("/readyz"));

        host.Readiness.State = EngineState.Draining;
        Assert.Equal("503 {\"status\":\"not ready\",\"reason\":\"draining\"}",
            await host.GetAsync("/readyz"));
    }

    [Fact]
    public async Task Readyz_RingOverHighWater_Is503()
    {
        await using var host = await ApiHost.StartAsync(slots: 16);
        string body = "[" + string.Join(',', Enumerable.Repeat(Samples.Click, 15)) + "]";
        (await host.Http.PostAsync(Events, Body(Bodies.Utf8(body)))).Dispose();

        Assert.Equal("503 {\"status\":\"not ready\",\"reason\":\"ring over high water\"}",
            await host.GetAsync("/readyz"));
        host.Rig.Consume();
        Assert.Equal("200 {\"status\":\"ready\"}", await host.GetAsync("/readyz"));
    }

    [Fact]
    public async Task Metrics_ArePrometheusText()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.Http.PostAsync(Events, Body(Bodies.Utf8(Samples.Array)))).Dispose();
        await host.GetAsync("/nowhere");

        string metrics = await host.GetAsync("/metrics");

        Assert.Contains("\nattribution_events_accepted_total 3\n", metrics);
        Assert.Contains("\nattribution_requests_total{status=\"200\"} 1\n", metrics);
        Assert.Contains("\nattribution_requests_total{status=\"404\"} 1\n", metrics);
        Assert.Contains("\nattribution_process_cpu_seconds_total{mode=\"user\"} ", metrics);
        Assert.Contains("\nattribution_process_allocated_bytes_total ", metrics);
        foreach (string line in metrics[4..].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[^\"]*\"\\})? [0-9.E+-]+)$", line);
    }

    [Fact]
    public async Task Post_SenderGoneInTheMiddle_LeavesTheServerWell()
    {
        await using var host = await ApiHost.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, host.Port);
            await socket.GetStream().WriteAsync(
                Bodies.Utf8($"POST {Events} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n[{{"));
        }

        Assert.StartsWith("200 ", await host.GetAsync("/healthz"));
        Assert.Empty(host.Rig.Consume());
    }

    private static ByteArrayContent Body(byte[] bytes) => new(bytes);

    private sealed class OneKey : IProjectResolver
    {
        public ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project)
        {
            project = key is "right" ? Bodies.Project : null;
            return key switch
            {
                "right" => ProjectAccess.Granted,
                "" => ProjectAccess.KeyMissing,
                _ => ProjectAccess.KeyRefused,
            };
        }

        public ProjectAccess ResolveInside(ReadOnlySpan<char> key) => Resolve(key, out _);
    }
}
