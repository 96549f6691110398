using System.Globalization;
using System.Text;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;

namespace Attribution.Bench.Micro;

/// <summary>
/// Bodies as senders make them, one shape at a time, each shape many bodies, so that no branch predictor can
/// learn them by heart. The same on every machine. Stateless.
/// </summary>
internal static class ParserBodies
{
    /// <summary>Events of each shape, in however many bodies.</summary>
    public const int Events = 4_096;

    private const int BatchEvents = 128;

    /// <summary>2026-11-21T04:54:35.123Z, after every event's time.</summary>
    public const long ReceivedMillis = 1_795_236_875_123;

    private const string Browser =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        + "Chrome/141.0.0.0 Safari/537.36";

    public static IReadOnlyList<string> Shapes { get; } =
        ["simulated", "lines", "spaced", "single", "purchase", "utm-url", "non-ascii", "escaped"];

    public static byte[][] Of(string shape) => shape switch
    {
        "simulated" => Simulated(BodyFormat.JsonArray),
        "lines" => Simulated(BodyFormat.NdJson),
        "spaced" => Batches(i => Click(i).Replace(",\"", ", \"", StringComparison.Ordinal)
            .Replace("\":", "\": ", StringComparison.Ordinal)),
        "single" => [.. Enumerable.Range(0, Events).Select(i => Encoding.UTF8.GetBytes(Click(i)))],
        "purchase" => Batches(Purchase),
        "utm-url" => Batches(UtmUrl),
        "non-ascii" => Batches(NonAscii),
        "escaped" => Batches(Escaped),
        _ => throw new ArgumentException($"No shape is named {shape}.", nameof(shape)),
    };

    private static byte[][] Simulated(BodyFormat format)
    {
        var end = DateTimeOffset.FromUnixTimeMilliseconds(ReceivedMillis);
        var stream = new EventStream(new SimulatorOptions { Events = 4 * Events, End = end });
        var body = new EventBody(format);
        var bodies = new List<byte[]>();
        while (bodies.Count < Events / BatchEvents)
        {
            body.Clear();
            while (body.Count < BatchEvents && stream.TryAppendTo(body))
            {
            }

            body.StampSent(ReceivedMillis);
            bodies.Add(body.Bytes.ToArray());
        }

        return [.. bodies];
    }

    private static byte[][] Batches(Func<int, string> newEvent) =>
        [.. Enumerable.Range(0, Events).Select(newEvent).Chunk(BatchEvents)
            .Select(events => Encoding.UTF8.GetBytes("[" + string.Join(',', events) + "]"))];

    private static string Click(int number) =>
        "{\"type\":\"click\"," + Ids(number) + ",\"source\":\"google\",\"medium\":\"cpc\","
        + $"\"campaign\":\"spring_{number % 7}\",\"url\":\"https://shop.example/p/{number}?ref=x\"}}";

    private static string Purchase(int number)
    {
        string amount = (number * 7 % 50_000 / 100m).ToString(CultureInfo.InvariantCulture);
        return "{\"type\":\"purchase\"," + Ids(number)
            + $",\"user_id\":\"u-{number * 31}\",\"ip\":\"198.18.{number % 256}.{number * 3 % 256}\","
            + $"\"user_agent\":\"{Browser}\",\"revenue\":{amount},\"currency\":\"EUR\","
            + $"\"properties\":{{\"items\":[{{\"sku\":\"SKU-{number}\",\"quantity\":{number % 3},"
            + "\"sizes\":[42,42.5]}],\"coupon\":null,\"gift\":false}}";
    }

    private static string UtmUrl(int number) =>
        "{\"type\":\"visit\"," + Ids(number) + $",\"url\":\"https://shop.example/p/{number}"
        + $"?utm_source=google&utm_medium=cpc&utm_campaign=generic_{number % 9}"
        + $"&gclid=Cj0KCQ{number:x8}EALw\","
        + $"\"referrer\":\"https://www.google.com/\",\"user_agent\":\"{Browser}\"}}";

    private static string NonAscii(int number) =>
        "{\"type\":\"search\"," + Ids(number) + $",\"campaign\":\"Frühjahr_{number % 7}\","
        + "\"term\":\"chaussures d’été pour la randonnée\","
        + $"\"properties\":{{\"query\":\"靴 サイズ {number % 50}\",\"city\":\"Zürich\"}}}}";

    private static string Escaped(int number) =>
        "{\"type\":\"search\"," + Ids(number) + $",\"campaign\":\"Fr\\u00fchjahr_{number % 7}\","
        + "\"term\":\"\\\"trail\\\" shoes\\tfor\\u2026\",\"url\":\"https:\\/\\/shop.example\\/search\","
        + $"\"properties\":{{\"query\":\"a\\\"b\\\\c {number % 50}\",\"emoji\":\"\\ud83d\\ude00\"}}}}";

    private static string Ids(int number)
    {
        long millis = ReceivedMillis - 3_600_000 + number;
        string time = number % 2 == 0
            ? millis.ToString(CultureInfo.InvariantCulture)
            : "\"" + DateTimeOffset.FromUnixTimeMilliseconds(millis).ToString(
                "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) + "\"";
        return $"\"event_id\":\"01JD{number:D8}\",\"timestamp\":{time},"
            + $"\"anonymous_id\":\"a-{number * 7919:x8}\"";
    }
}
