using System.Text;
using System.Text.Json;
using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class LoadBodyTests
{
    [Fact]
    public void WriteTo_TwiceOver_GivesValidEventsWithFreshIdsAndTimes()
    {
        var body = new LoadBody(Settings, firstId: 0xabc0_0000_0000_0000);
        JsonElement[] first = Events(body, 1_800_000_000_123);
        JsonElement[] second = Events(body, 1_800_000_000_456);

        Assert.Equal(60, first.Length);
        Assert.Equal(120, Distinct(first.Concat(second), "event_id"));
        Assert.All(first, e => Assert.Equal(1_800_000_000_123, e.GetProperty("timestamp").GetInt64()));
        Assert.All(second, e => Assert.Equal(1_800_000_000_456, e.GetProperty("timestamp").GetInt64()));
        Assert.InRange(Distinct(first, "anonymous_id"), 10, 20);
        Assert.Equal(3, first.Count(e => e.GetProperty("type").GetString() == "purchase"));
    }

    private static LoadSettings Settings => new()
    {
        Engine = new Uri("http://127.0.0.1:8080"),
        ClickHouse = new Uri("http://127.0.0.1:8123"),
        Database = "attribution",
        Key = "secret",
        Seconds = 1,
        BatchEvents = 60,
        Connections = 1,
        Pipelined = 1,
        Rate = 0,
        Persons = 20,
    };

    private static int Distinct(IEnumerable<JsonElement> events, string field) =>
        events.Select(e => e.GetProperty(field).GetString()).Distinct().Count();

    private static JsonElement[] Events(LoadBody body, long nowMillis)
    {
        byte[] request = new byte[body.Length];
        body.WriteTo(request, nowMillis);
        string[] parts = Encoding.ASCII.GetString(request).Split("\r\n\r\n");
        Assert.StartsWith(
            "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n", parts[0], StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Bearer secret\r\n", parts[0], StringComparison.Ordinal);
        Assert.EndsWith($"\r\nContent-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);
        return [.. JsonDocument.Parse(parts[1]).RootElement.EnumerateArray()];
    }
}
