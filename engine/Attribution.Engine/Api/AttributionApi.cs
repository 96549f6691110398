using Attribution.Engine.Api.FastLane;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Attribution.Engine.Api;

/// <summary>
/// The engine's HTTP interface on stock Kestrel: which path does what, and the limits below it. Called by all
/// requests at once.
/// </summary>
public sealed class AttributionApi
{
    /// <summary>
    /// Kestrel takes a lone LF for a line's end, which proxies take for part of a header's value: what
    /// follows it would be a header that the proxy never saw. RFC 9112, section 2.2, leaves the choice.
    /// </summary>
    private const string StrictLineEnds =
        "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>
    /// What Kestrel reads ahead of a connection that nobody reads just now; its default is 1 MiB, which
    /// counts once for each connection.
    /// </summary>
    private const int ReadAheadBytes = 128 * 1024;

    /// <summary>
    /// Kestrel counts what frames chunks as body, the endpoint does not: with this much room its own limit
    /// holds for chunks of 8 bytes and more, and for small bodies of any.
    /// </summary>
    private const int ChunkFramingBytes = 64 * 1024;

    private readonly ApiServices _services;
    private readonly EventsEndpoint _events;

    private AttributionApi(ApiServices services)
    {
        _services = services;
        _events = new EventsEndpoint(services);
    }

    /// <summary>Answers every request from here on; what is mapped after it is never reached.</summary>
    public static void Map(IApplicationBuilder app, ApiServices services) =>
        app.Run(new AttributionApi(services).HandleAsync);

    /// <summary>Bytes of a connection that are received and that nobody has read yet, about.</summary>
    public static int ReadAhead(EdgeOptions edge) => Math.Max(ReadAheadBytes, edge.MaxHeaderBytes);

    /// <summary>Sets what Kestrel itself can keep a sender to.</summary>
    public static void Limit(KestrelServerOptions options, EdgeOptions edge)
    {
        AppContext.SetSwitch(StrictLineEnds, true);
        options.AddServerHeader = false;
        options.RequestHeaderEncodingSelector = LengthEncoding.Select!;
        options.Limits.MaxRequestBodySize = (2L * edge.MaxBodyBytes) + ChunkFramingBytes;
        options.Limits.MaxRequestHeadersTotalSize = edge.MaxHeaderBytes;
        options.Limits.MaxRequestBufferSize = ReadAhead(edge);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(edge.MinBodyBytesPerSecond, edge.BodyGrace);
        options.Limits.RequestHeadersTimeout = edge.HeaderTimeout;
        options.Limits.KeepAliveTimeout = edge.IdleTimeout;
        options.Limits.MaxConcurrentConnections = edge.MaxConnections;
    }

    /// <summary>
    /// Puts the fast lane in front of an endpoint's HTTP; after <see cref="Limit"/>, and after TLS where
    /// there is any.
    /// </summary>
    public static void AddFastLane(ListenOptions endpoint, ApiServices services)
    {
        if (services.HasFastLane)
            new FastLaneMiddleware(services).AddTo(endpoint);
    }

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            http.Response.Headers.Connection = "close";
            await JsonAnswer.WriteErrorAsync(
                http, exception.StatusCode, "request: " + Words(exception.StatusCode))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender has gone; there is nobody to answer, and its events are in the ring or were never
            // read.
            http.Response.StatusCode = 499;
        }

        _services.Requests.Answered(http.Response.StatusCode);
    }

    private ValueTask RouteAsync(HttpContext http)
    {
        if (FramingGuard.Refuses(http, out int statusCode, out string error))
        {
            http.Response.Headers.Connection = "close";
            return JsonAnswer.WriteErrorAsync(http, statusCode, error);
        }

        string path = http.Request.Path.Value ?? "";
        switch (path)
        {
            case "/v1/events":
                return HttpMethods.IsPost(http.Request.Method)
                    ? new ValueTask(_events.HandleAsync(http)) : RefuseMethodAsync(http, "POST");
            case "/healthz" or "/readyz" or "/metrics":
                return HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
                    ? ControlEndpoints.AnswerAsync(http, path, _services)
                    : RefuseMethodAsync(http, "GET, HEAD");
            default:
                return JsonAnswer.WriteErrorAsync(http, 404, "path: unknown");
        }
    }

    private static ValueTask RefuseMethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return JsonAnswer.WriteErrorAsync(http, 405, "method: not allowed here");
    }

    private static string Words(int statusCode) => statusCode switch
    {
        408 => "too slow",
        413 => "larger than the limit",
        _ => "not valid HTTP",
    };
}
