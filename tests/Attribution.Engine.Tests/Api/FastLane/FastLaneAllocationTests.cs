using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Telemetry;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Api.FastLane;

/// <summary>Runs beside no other test, as it counts what the whole process allocates.</summary>
[CollectionDefinition(nameof(FastLaneAllocationTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <remarks>
/// From a real socket through parser, ring and a journal that syncs to the disk, and back: all threads of the
/// process together allocate nothing per request. What remains is the answer's date, rendered once a second,
/// the server's own heartbeat and what the runtime allocates as it compiles: the least of several runs is
/// taken.
/// </remarks>
[Collection(nameof(FastLaneAllocationTests))]
public class FastLaneAllocationTests
{
    // One of them must be quick: a slow disk makes a run long, and the runtime allocates some by the second.
    private const int Runs = 10;
    private const int WritesPerRun = 600;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(1, 100)]
    public async Task Requests_OverTheNetworkIntoASyncedJournal_AllocateNothing(int pipelined, int events)
    {
        using var folder = new TemporaryFolder();
        await using DurableEdge edge = await DurableEdge.StartAsync(folder.Path);
        string body = $"[{string.Join(',', Enumerable.Repeat(Samples.Click, events))}]";
        string head = "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: ";
        byte[] requests = Bodies.Utf8(string.Concat(
            Enumerable.Repeat($"{head}{Bodies.Utf8(body).Length}\r\n\r\n{body}", pipelined)));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Not asynchronously: a socket that was used so once allocates for every blocking call that waits.
        socket.Connect(IPAddress.Loopback, edge.Port);

        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange(socket, requests, pipelined);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(Runs * WritesPerRun * pipelined, edge.FastAnswers);
        // Far less than one object for each request, which would be 24 bytes at least.
        Assert.InRange(least, 0, WritesPerRun * pipelined * 8);
    }

    /// <summary>Allocates nothing itself: blocking calls on buffers that are there.</summary>
    private static void Exchange(Socket socket, byte[] requests, int answers)
    {
        Span<byte> buffer = stackalloc byte[4096];
        for (int i = 0; i < WritesPerRun; i++)
        {
            socket.Send(requests);
            for (int closed = 0; closed < answers;)
            {
                int read = socket.Receive(buffer);
                closed += buffer[..read].Count((byte)'}');
            }
        }
    }

    /// <summary>The edge, a ring and a real journal behind it. Owned by one test.</summary>
    private sealed class DurableEdge : IAsyncDisposable
    {
        private readonly Meter _meter = new("DurableEdge");
        private readonly EventRing _ring = new(new EventRingOptions { Slots = 4096, ArenaBytes = 1 << 22 });
        private readonly EventJournal _journal;
        private readonly BatchProcessor _processor;
        private readonly RequestMetrics _requests;
        private EngineServer? _server;

        private DurableEdge(string folder)
        {
            var options = new JournalOptions { Durability = Durability.Fsync };
            _journal = new EventJournal(
                _ring, JournalRecovery.Run(new DiskJournalFileSystem(folder), options), options);
            _processor = new BatchProcessor("journal", _ring.NewBarrier(), _journal);
            _ring.AddGatingSequences(_processor.Sequence);
            _requests = new RequestMetrics(_meter);
        }

        public int Port => _server!.Url.Port;

        public long FastAnswers => _requests.FastAnswers;

        public static async Task<DurableEdge> StartAsync(string folder)
        {
            var edge = new DurableEdge(folder);
            edge._processor.Start();
            var options = new EngineOptions { Url = new Uri("http://127.0.0.1:0") };
            edge._server = await EngineServer.StartAsync(options, edge.Services(), CancellationToken.None);
            return edge;
        }

        public async ValueTask DisposeAsync()
        {
            await _server!.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
            _processor.DrainAndStop();
            _journal.Dispose();
            _meter.Dispose();
        }

        private ApiServices Services() => new()
        {
            Ingestor = new Ingestor(
                _ring, _journal, new IngestMetrics(_meter, () => _ring.Fill), new IngestOptions(),
                TimeProvider.System),
            Projects = new OpenProjectResolver(),
            Readiness = new Readiness(new ReadinessSources
            {
                RingFill = () => 0,
                IsJournalWriting = () => true,
                IsSinkHealthy = () => true,
            }),
            Metrics = new MetricsText(_meter),
            Requests = _requests,
            Bodies = new BodyBudget(1 << 30, _meter),
        };
    }
}
