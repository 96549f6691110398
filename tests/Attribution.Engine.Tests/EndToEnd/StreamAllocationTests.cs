using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Attribution.Engine.Tests.Api.FastLane;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// The whole way, in one process: a real socket, parser, ring, a synced journal, identity, workers, blocks,
/// and inserts into a real ClickHouse, whose process is another. All threads are counted, over runs that each
/// send new ids of new persons, a conversion among each twenty-five of them; the least of the runs is taken,
/// since the runtime compiles beside it. Nothing else may run meanwhile.
/// </remarks>
[Collection(nameof(FastLaneAllocationTests))]
public sealed class StreamAllocationTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int BatchEvents = 100;
    private const int BatchesPerRun = 300;
    private const int Runs = 8;

    /// <summary>
    /// A token for each insert, a date for each second. One object for each event would be 24 bytes at least.
    /// </summary>
    private const double MaxBytesPerEvent = 2;

    private static readonly byte[] IdPlace = "0123456789abcdef"u8.ToArray();

    private long _number = 0x1234_5678_0000_0000;

    [Fact]
    public async Task Stream_FromTheSocketIntoClickHouse_AllocatesNothingPerEvent()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        byte[] request = Request(out int[] places);
        // Not asynchronously: a socket that was used so once allocates for every blocking call that waits.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, engine.Url.Port);

        double least = double.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Send(socket, request, places);
            long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            least = Math.Min(least, bytes / (double)(BatchesPerRun * BatchEvents));
        }

        DrainReport report = await engine.DrainAsync();
        Assert.Equal(Runs * BatchesPerRun * BatchEvents, report.Events);
        Assert.True(engine.Pipeline.Sink.Stats.Attributions.Rows > 0);
        Assert.InRange(least, 0, MaxBytesPerEvent);
    }

    private static byte[] Request(out int[] places)
    {
        string place = Encoding.ASCII.GetString(IdPlace);
        var body = new StringBuilder("[");
        for (int at = 0; at < BatchEvents; at++)
        {
            string type = at % 25 == 24 ? "purchase\",\"revenue\":\"9.90" : "click";
            body.Append(at == 0 ? "" : ",")
                .Append("{\"event_id\":\"").Append(place).Append("\",\"anonymous_id\":\"").Append(place)
                .Append("\",\"type\":\"").Append(type)
                .Append("\",\"url\":\"https://shop.example/p?utm_source=google&utm_medium=cpc\"}");
        }

        string text = body.Append(']').ToString();
        byte[] request = Encoding.ASCII.GetBytes(
            $"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        var found = new List<int>();
        for (int at = 0; at < request.Length; at++)
        {
            if (request.AsSpan(at).StartsWith(IdPlace))
                found.Add(at);
        }

        places = [.. found];
        return request;
    }

    /// <summary>Allocates nothing itself: blocking calls on buffers that are there.</summary>
    private void Send(Socket socket, byte[] request, int[] places)
    {
        Span<byte> answer = stackalloc byte[1024];
        for (int batch = 0; batch < BatchesPerRun; batch++)
        {
            // Two places an event: its id is its own, its person has 25.
            for (int at = 0; at < places.Length; at++)
            {
                long person = _number + (at / 50);
                long id = at % 2 == 0 ? (_number << 8) + at : person;
                Utf8Formatter.TryFormat(id, request.AsSpan(places[at], IdPlace.Length), out _, new('x', 16));
            }

            _number += BatchEvents;
            for (int sent = 0; sent < request.Length;)
                sent += socket.Send(request.AsSpan(sent));
            while (!answer[..socket.Receive(answer)].Contains((byte)'}'))
            {
                // The rest of the head, and then the body.
            }
        }
    }
}
