using System.Text;
using System.Text.Json;
using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class RequestBookTests
{
    [Theory]
    [InlineData(60, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 16)]
    [InlineData(3, 50)]
    public void Next_AgainAndAgain_GivesValidEventsWithFreshIdsAndTimes(int batch, int pipelined)
    {
        var settings = Settings(batch, pipelined);
        var book = new RequestBook(settings, run: 7, firstId: 1UL << 56);
        var events = new List<JsonElement>();
        for (int turn = 0; turn < 200; turn++)
        {
            string requests = Encoding.ASCII.GetString(
                book.Next(pipelined, 1_800_000_000_000 + turn, out int count));
            List<JsonElement> sent = Events(requests, batch > 1);
            Assert.Equal(count * batch, sent.Count);
            Assert.All(sent, e => Assert.Equal(
                1_800_000_000_000 + turn, e.GetProperty("timestamp").GetInt64()));
            events.AddRange(sent);
        }

        Assert.Equal(events.Count, events.Select(e => Text(e, "event_id")).Distinct().Count());
        Assert.All(events, e => Assert.True(Guid.TryParseExact(Text(e, "event_id"), "D", out _)));
        Assert.InRange(events.Select(e => Text(e, "anonymous_id")).Distinct().Count(), 18, 20);
        Assert.All(events, e => Assert.InRange(
            int.Parse(Text(e, "anonymous_id")[2..], System.Globalization.NumberStyles.HexNumber), 0, 19));
        double conversions = events.Count(e => Text(e, "type") == "purchase") / (double)events.Count;
        Assert.InRange(conversions, 0.03, 0.055);
    }

    [Theory]
    [InlineData(7u, 7u, 1UL << 56)]
    [InlineData(7u, 8u, 0)]
    public void Next_OfTwoThreadsOfOneRun_OrOfTwoRuns_SharesNoId(uint run, uint otherRun, ulong otherFirst)
    {
        var ids = new HashSet<string>();
        foreach ((uint number, ulong firstId) in new[] { (run, 0UL), (otherRun, otherFirst) })
        {
            var book = new RequestBook(Settings(100, 1), number, firstId);
            for (int turn = 0; turn < 100; turn++)
            {
                string request = Encoding.ASCII.GetString(book.Next(1, 1_800_000_000_000, out _));
                Assert.All(Events(request, isArray: true), e => Assert.True(ids.Add(Text(e, "event_id"))));
            }
        }
    }

    [Fact]
    public void Next_AfterTheFirst_AllocatesNothing()
    {
        var book = new RequestBook(Settings(100, 4), run: 7, firstId: 0);

        long allocated = Testing.Allocations.DuringSteadyState(() => book.Next(4, 1_800_000_000_000, out _));

        Assert.Equal(0, allocated);
    }

    private static LoadSettings Settings(int batch, int pipelined) => new()
    {
        Engine = new Uri("http://127.0.0.1:8080"),
        ClickHouse = new Uri("http://127.0.0.1:8123"),
        Database = "attribution",
        Key = "secret",
        Seconds = 1,
        BatchEvents = batch,
        Connections = 1,
        Pipelined = pipelined,
        Rate = 0,
        Persons = 20,
    };

    private static string Text(JsonElement one, string field) => one.GetProperty(field).GetString()!;

    private static List<JsonElement> Events(string requests, bool isArray)
    {
        var events = new List<JsonElement>();
        string[] apart = requests.Split(
            "POST /v1/events HTTP/1.1\r\n", StringSplitOptions.RemoveEmptyEntries);
        foreach (string request in apart)
        {
            string[] parts = request.Split("\r\n\r\n");
            Assert.StartsWith("Host: 127.0.0.1:8080\r\n", parts[0], StringComparison.Ordinal);
            Assert.Contains("\r\nAuthorization: Bearer secret\r\n", parts[0], StringComparison.Ordinal);
            Assert.EndsWith($"\r\nContent-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);
            JsonElement body = JsonDocument.Parse(parts[1]).RootElement;
            if (isArray)
                events.AddRange(body.EnumerateArray());
            else
                events.Add(body);
        }

        return events;
    }
}
