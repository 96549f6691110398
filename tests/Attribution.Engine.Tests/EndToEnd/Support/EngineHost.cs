using System.Net;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Api;
using Attribution.Engine.Identity;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// A whole engine in the test's process: real Kestrel, real journal folder, real ClickHouse, small tables.
/// Owned by one test.
/// </summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ClickHouseClient _client;
    private readonly Pipeline _pipeline;
    private readonly EngineServer _server;
    private readonly HttpClient _http = new();

    private EngineHost(ClickHouseClient client, Pipeline pipeline, EngineServer server)
    {
        (_client, _pipeline, _server) = (client, pipeline, server);
        _http.BaseAddress = server.Url;
    }

    public ClickHouseClient Client => _client;

    public Pipeline Pipeline => _pipeline;

    public Uri Url => _server.Url;

    public static EngineOptions Options(ClickHouseFixture clickHouse, string database, string folder) => new()
    {
        Url = new Uri("http://127.0.0.1:0"),
        DataFolder = folder,
        ClickHouse = clickHouse.Endpoint,
        Database = database,
        Shards = 2,
        RingSlots = 8192,
        ArenaBytes = 8 * 1024 * 1024,
        Workers = new WorkerOptions { MaxPersons = 1 << 17, MaxTexts = 1 << 14 },
        Identity = new IdentityOptions { EventIds = 1 << 18, MaxLinkedIds = 1 << 18 },
    };

    /// <summary>Starts an engine, and waits until it has its state back.</summary>
    public static async Task<EngineHost> StartAsync(
        EngineOptions options, AttributionConfig? config = null, TimeSpan? insertTimeout = null)
    {
        EngineHost engine = await OpenAsync(options, config, insertTimeout);
        try
        {
            await engine.Pipeline.Recovery.Whole;
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an engine, and waits until it takes events.</summary>
    public static async Task<EngineHost> OpenAsync(
        EngineOptions options, AttributionConfig? config = null, TimeSpan? insertTimeout = null)
    {
        var client = new ClickHouseClient(new ClickHouseOptions
        {
            Endpoint = options.ClickHouse!,
            Database = options.Database,
            InsertTimeout = insertTimeout ?? new ClickHouseOptions().InsertTimeout,
        });
        Pipeline pipeline = await Pipeline.StartAsync(
            options, config ?? AttributionConfig.Web, client, CancellationToken.None);
        EngineServer server =
            await EngineServer.StartAsync(options, pipeline.Api, CancellationToken.None);
        pipeline.Ready();
        return new EngineHost(client, pipeline, server);
    }

    public Task<string> PostAsync(string json) => PostAsync(System.Text.Encoding.UTF8.GetBytes(json));

    /// <summary>Posts a body and expects its answer to be 200.</summary>
    public async Task<string> PostAsync(ReadOnlyMemory<byte> body)
    {
        using var content = new ReadOnlyMemoryContent(body);
        using HttpResponseMessage answer = await _http.PostAsync("/v1/events", content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        return text;
    }

    /// <summary>Posts a body, whatever its answer; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> TryPostAsync(ReadOnlyMemory<byte> body)
    {
        using var content = new ReadOnlyMemoryContent(body);
        return await _http.PostAsync("/v1/events", content);
    }

    public async Task<(HttpStatusCode Status, string Text)> TryGetAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The same with a key; gives the answer, whatever it is.</summary>
    public async Task<string> PostAsync(string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events")
        {
            Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)),
        };
        request.Headers.Add("X-Write-Key", key);
        using HttpResponseMessage answer = await _http.SendAsync(request);
        return (int)answer.StatusCode + " " + await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The same, when only status and text matter.</summary>
    public async Task<(int Status, string Text)> SendAsync(ReadOnlyMemory<byte> body)
    {
        using HttpResponseMessage answer = await TryPostAsync(body);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    public async Task<DrainReport> DrainAsync()
    {
        _pipeline.Close();
        await _server.StopAsync(CancellationToken.None);
        return await _pipeline.DrainAsync(CancellationToken.None);
    }

    /// <summary>
    /// Without a drain this is a crash as far as ClickHouse is concerned: nothing unsent is sent.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _pipeline.DisposeAsync();
        await _client.DisposeAsync();
    }
}
