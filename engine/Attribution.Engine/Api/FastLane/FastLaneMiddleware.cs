using Attribution.Engine.Api.Transport;
using Attribution.Engine.Ingest;
using Attribution.Engine.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Attribution.Engine.Api.FastLane;

/// <summary>
/// The lane of ordinary posts of events: a connection middleware in front of Kestrel's HTTP, which it hands
/// over to, bytes unread, whatever it is not sure of. Called by all connections at once.
/// </summary>
/// <remarks>
/// It takes a strict subset of HTTP: where it errs, it errs by handing over, so it cannot take for a request
/// what a proxy in front took for something else.
/// </remarks>
internal sealed class FastLaneMiddleware
{
    private readonly HttpParser<HeadHeaders> _parser = new(showErrorDetails: false);

    /// <summary>
    /// Needs Kestrel's switches to be set already, as its parser reads them when it is made.
    /// </summary>
    public FastLaneMiddleware(ApiServices services)
    {
        Services = services;
        Limits = services.Edge.Ingest;
    }

    public ApiServices Services { get; }

    public Ingestor Ingestor => Services.Ingestor;

    public RequestMetrics Requests => Services.Requests;

    public IngestLimits Limits { get; }

    public FastAnswers Answers { get; } = new();

    /// <summary>Stands in front of Kestrel's HTTP on this endpoint, behind TLS where there is any.</summary>
    public void AddTo(ListenOptions endpoint) =>
        endpoint.Use(next => connection => ServeAsync(connection, next));

    public FastHead NewHead() => new(_parser, Services.Edge.MaxHeaderBytes);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // Behind TLS bytes come from the decryption, which has no business in a loop's thread.
        PolledConnection? polled = connection.Features.Get<ITlsHandshakeFeature>() is null
            ? connection.Features.Get<PolledConnection>() : null;
        polled?.StayOnLoop();
        if (SpeaksHttp1(connection) && !await RunAsync(connection).ConfigureAwait(false))
            return;

        Requests.HandedOver();
        polled?.LeaveLoop();
        if (polled is not null)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(connection).ConfigureAwait(false);
    }

    private async Task<bool> RunAsync(ConnectionContext connection)
    {
        using var fast = new FastConnection(this, connection);
        return await fast.RunAsync().ConfigureAwait(false);
    }

    private static bool SpeaksHttp1(ConnectionContext connection)
    {
        ReadOnlyMemory<byte> agreed =
            connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol ?? default;
        return agreed.IsEmpty || agreed.Span.SequenceEqual("http/1.1"u8);
    }
}
