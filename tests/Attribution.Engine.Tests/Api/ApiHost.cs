using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Engine.Api;
using Attribution.Engine.Api.Transport;
using Attribution.Engine.Ingest;
using Attribution.Engine.Telemetry;
using Attribution.Engine.Tests.Ingest.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Attribution.Engine.Tests.Api;

/// <summary>
/// The HTTP interface on a real Kestrel at a free loopback port, over a rig. Owned by one test.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MetricsText _metrics;

    private ApiHost(IngestRig rig, IProjectResolver projects, EdgeOptions edge)
    {
        Rig = rig;
        Readiness = new Readiness(new ReadinessSources
        {
            RingFill = () => rig.Ring.Fill,
            IsJournalWriting = () => IsJournalWriting,
            IsSinkHealthy = () => IsSinkHealthy,
            Degradations = [() => Degradation],
        })
        {
            State = EngineState.Running,
        };
        _metrics = new MetricsText(rig.Meter);
        Bodies = new BodyBudget(edge.MaxBodiesBytes, rig.Meter);
        ProcessMetrics.Add(rig.Meter);

        Requests = new RequestMetrics(rig.Meter);
        var services = new ApiServices
        {
            Ingestor = rig.Ingestor,
            Projects = projects,
            Readiness = Readiness,
            Metrics = _metrics,
            Requests = Requests,
            Edge = edge,
            Bodies = Bodies,
        };

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            AttributionApi.Limit(kestrel, edge);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => AttributionApi.AddFastLane(endpoint, services));
        });
        PolledTransport.AddTo(
            builder.Services, new TransportOptions(ReusesPort: false, AttributionApi.ReadAhead(edge)));
        _app = builder.Build();
        AttributionApi.Map(_app, services);
    }

    public IngestRig Rig { get; }

    public Readiness Readiness { get; }

    public BodyBudget Bodies { get; }

    public RequestMetrics Requests { get; }

    public bool IsJournalWriting { get; set; } = true;

    public bool IsSinkHealthy { get; set; } = true;

    public string Degradation { get; set; } = "";

    public HttpClient Http { get; } = new();

    public int Port => Http.BaseAddress!.Port;

    public static async Task<ApiHost> StartAsync(
        int slots = 65_536, TimeSpan? roomTimeout = null, IProjectResolver? projects = null)
    {
        var host = new ApiHost(
            new IngestRig(slots, arenaBytes: 1 << 23, roomTimeout), projects ?? new OpenProjectResolver(),
            new EdgeOptions());
        await host.ListenAsync();
        return host;
    }

    public static async Task<ApiHost> StartAsync(EdgeOptions edge)
    {
        var host = new ApiHost(
            new IngestRig(slots: 65_536, arenaBytes: 1 << 23), new OpenProjectResolver(), edge);
        await host.ListenAsync();
        return host;
    }

    private async Task ListenAsync()
    {
        await _app.StartAsync();
        Http.BaseAddress = new Uri(_app.Urls.Single());
    }

    /// <summary>Status and body.</summary>
    public async Task<string> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(path);
        return (int)answer.StatusCode + " " + await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The metrics, whoever may see them.</summary>
    public Task<string> GetMetricsAsync() => Task.FromResult(_metrics.Render());

    /// <summary>
    /// Sends bytes as they are, and reads what comes until the server closes or an answer is whole.
    /// </summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = socket.GetStream();
        Task sending = stream.WriteAsync(Encoding.Latin1.GetBytes(request)).AsTask();

        byte[] buffer = new byte[4096];
        var answer = new StringBuilder();
        int read;
        while (!answer.ToString().EndsWith('}') && (read = await stream.ReadAsync(buffer)) > 0)
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));

        // The server may close before it has read everything; then the rest cannot be sent, and need not be.
        await sending.ContinueWith(sent => _ = sent.Exception, TaskScheduler.Default);
        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _metrics.Dispose();
        Rig.Dispose();
    }
}
