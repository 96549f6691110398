using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Attribution.Bench.EndToEnd;

/// <summary>
/// Stands between an engine and its ClickHouse, passes everything on and keeps the inserts: prepared rows
/// that are the very bytes the engine sends. Owned by one run; requests come on any thread.
/// </summary>
internal sealed class CaptureProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly ConcurrentQueue<CapturedInsert> _inserts = [];

    private CaptureProxy(WebApplication app, Uri clickHouse)
    {
        _app = app;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = clickHouse };
    }

    public Uri Address => new(_app.Urls.First());

    public IReadOnlyList<CapturedInsert> Inserts => [.. _inserts];

    public static async Task<CaptureProxy> StartAsync(Uri clickHouse, CancellationToken cancel)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        var proxy = new CaptureProxy(app, clickHouse);
        app.Run(proxy.PassAsync);
        await app.StartAsync(cancel);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        HttpRequest from = context.Request;
        using var body = new MemoryStream();
        await from.Body.CopyToAsync(body, context.RequestAborted);
        string address = from.Path + from.QueryString;
        using var request = new HttpRequestMessage(new HttpMethod(from.Method), address);
        if (from.Method != HttpMethods.Get)
            request.Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length);
        Copy(from, request);
        using HttpResponseMessage response = await _client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in
            response.Headers.Concat(response.Content.Headers))
        {
            if (!string.Equals(name, "Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        if (response.IsSuccessStatusCode && address.Contains("decompress=1", StringComparison.Ordinal))
            _inserts.Enqueue(new CapturedInsert(address, body.ToArray()));
    }

    private static void Copy(HttpRequest from, HttpRequestMessage to)
    {
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in from.Headers)
        {
            bool isForThisHop = name is "Host" or "Connection" or "Transfer-Encoding" or "Content-Length"
                or "Expect";
            if (!isForThisHop && !to.Headers.TryAddWithoutValidation(name, [.. values]))
                to.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
        }
    }
}
