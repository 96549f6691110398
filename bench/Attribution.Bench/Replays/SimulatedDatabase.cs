using System.Buffers;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;
using Attribution.Engine;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Model.Configs;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using Attribution.Simulator.Truths;

namespace Attribution.Bench.Replays;

/// <summary>
/// An embedded ClickHouse in a temporary folder, filled with a simulated world by the engine's own stages, so
/// that events, links and streamed attributions lie in it as in production. Owned by one command.
/// </summary>
internal sealed class SimulatedDatabase : IAsyncDisposable
{
    private const string Database = "bench";
    private const int BatchEvents = 500;

    private readonly string _folder;

    private SimulatedDatabase(
        string folder, EmbeddedClickHouse server, ClickHouseClient client, Truth truth)
    {
        _folder = folder;
        Server = server;
        Client = client;
        Truth = truth;
    }

    public EmbeddedClickHouse Server { get; }

    public ClickHouseClient Client { get; }

    /// <summary>What is true of the world.</summary>
    public Truth Truth { get; }

    /// <summary>Simulates and stores a world; its attributions are those of the config.</summary>
    public static async Task<SimulatedDatabase> FillAsync(
        SimulatorOptions world, AttributionConfig config, CancellationToken cancel)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");
        EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
            new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0 }, cancel);
        var options = new ClickHouseOptions { Endpoint = server.Endpoint, Database = Database };
        await new Migrator(options).ApplyAsync(cancel);
        var client = new ClickHouseClient(options);
        Truth truth = await StreamAsync(world, config, client, folder, cancel);
        return new SimulatedDatabase(folder, server, client, truth);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Truth> StreamAsync(
        SimulatorOptions world, AttributionConfig config, ClickHouseClient client, string folder,
        CancellationToken cancel)
    {
        var options = new EngineOptions { DataFolder = folder, Durability = Durability.None };
        await using Pipeline pipeline = await Pipeline.StartAsync(options, config, client, cancel);
        pipeline.Ready();
        var stream = new EventStream(world);
        var body = new EventBody();
        var batch = new EventBatch();
        var project = new Project("default");
        bool isMore = true;
        while (isMore)
        {
            body.Clear();
            while (body.Count < BatchEvents && (isMore = stream.TryAppendTo(body)))
            {
            }

            if (body.Count > 0)
                await SendAsync(pipeline, body, batch, project, cancel);
        }

        await pipeline.Recovery.Whole;
        pipeline.Close();
        await pipeline.DrainAsync(cancel);
        return stream.Truth;
    }

    private static async Task SendAsync(
        Pipeline pipeline, EventBody body, EventBatch batch, Project project, CancellationToken cancel)
    {
        Ingestor ingestor = pipeline.Api.Ingestor;
        long now = ingestor.NowMillis;
        body.StampSent(now);
        var context = new IngestContext(project, default, now);
        IngestResult result;
        do
        {
            batch.Clear();
            result = await ingestor.IngestAsync(
                new ReadOnlySequence<byte>(body.Bytes), context, batch, cancel);
        }
        while (result.Status == IngestStatus.RingFull);

        if (result.Status != IngestStatus.Accepted)
            throw new IOException($"The engine refused a simulated body: {result.Status}.");
    }
}
