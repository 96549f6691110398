using System.Net.Sockets;
using Attribution.Engine.Api.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Attribution.Engine.Api;

/// <summary>Kestrel with the engine's interface on it. Owned by the run, which starts and stops it.</summary>
internal sealed class EngineServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServerCertificate? _certificate;

    private EngineServer(WebApplication app, ServerCertificate? certificate, Uri url)
    {
        _app = app;
        _certificate = certificate;
        Url = url;
    }

    /// <summary>
    /// Where it really listens, which differs from what was asked for when that was port 0.
    /// </summary>
    public Uri Url { get; }

    /// <exception cref="StartException">
    /// The address is taken or cannot be listened on, or the certificate cannot be used.
    /// </exception>
    public static async Task<EngineServer> StartAsync(
        EngineOptions options, ApiServices services, CancellationToken cancel)
    {
        // Empty: other builders watch the working folder, and so the data folder, for changed settings.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ServerCertificate? certificate = options is { Certificate: { } file, CertificateKey: { } key }
            ? new ServerCertificate(file, key, TimeProvider.System, Storage.Warn)
            : null;
        builder.WebHost.UseSockets(sockets => ListenSocket.Configure(sockets, options.ReusePort));
        builder.WebHost.UseKestrelCore().UseUrls(options.Url.ToString()).ConfigureKestrel(kestrel =>
        {
            AttributionApi.Limit(kestrel, options.Edge);
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                if (certificate is not null)
                    endpoint.UseHttps(certificate.Handshake(options.Edge.HeaderTimeout));
                AttributionApi.AddFastLane(endpoint, services);
            });
        });
        builder.Services.AddSingleton<IHostLifetime, SignalsAreTheRuns>();
        var transport = new TransportOptions(options.ReusePort, AttributionApi.ReadAhead(options.Edge));
        PolledTransport.AddTo(builder.Services, transport);
        WebApplication app = builder.Build();
        AttributionApi.Map(app, services);
        try
        {
            await app.StartAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            certificate?.Dispose();
            await app.DisposeAsync().ConfigureAwait(false);
            throw new StartException(
                $"--urls {options.Url} cannot be listened on: {failure.Message}", failure);
        }

        string address = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();
        return new EngineServer(app, certificate, new Uri(address));
    }

    /// <summary>Takes no more connections and waits for the answers that are owed.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        try
        {
            await _app.StopAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Out of patience: what was accepted is in the journal, whether its answer was sent or not.
        }
    }

    public ValueTask DisposeAsync()
    {
        _certificate?.Dispose();
        return _app.DisposeAsync();
    }

    /// <summary>Leaves signals to the run, which drains in its own order. Stateless.</summary>
    private sealed class SignalsAreTheRuns : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
