using System.Globalization;
using System.Text.Json;

namespace Attribution.Simulator.Tests.Support;

/// <summary>
/// One event as someone who knows only the contract reads it: every field is checked here, with nothing of
/// the simulator's own code. Immutable.
/// </summary>
internal sealed record ReceivedEvent
{
    private static readonly (string Name, int MaxChars)[] Texts =
    [
        ("type", 64), ("event_id", 64), ("user_id", 256), ("anonymous_id", 256), ("device_id", 256),
        ("install_referrer", 4096), ("source", 512), ("medium", 512), ("campaign", 512), ("term", 512),
        ("content", 512), ("click_id", 512), ("url", 4096), ("referrer", 4096), ("ip", 64),
        ("user_agent", 4096),
        ("country", 64), ("currency", 3),
    ];

    private static readonly string[] Others = ["timestamp", "sent_at", "revenue", "properties"];

    private readonly Dictionary<string, string> _texts;

    private ReceivedEvent(Dictionary<string, string> texts) => _texts = texts;

    public string Type => Text("type");
    public string EventId => Text("event_id");
    public required long TimestampMillis { get; init; }
    public required long? SentMillis { get; init; }
    public required decimal? Revenue { get; init; }

    public string Text(string field) => _texts.GetValueOrDefault(field, "");

    public static IEnumerable<ReceivedEvent> Read(IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        foreach (ReadOnlyMemory<byte> body in bodies)
        {
            using var document = JsonDocument.Parse(body);
            foreach (JsonElement element in document.RootElement.EnumerateArray())
                yield return Read(element);
        }
    }

    public static ReceivedEvent Read(JsonElement element)
    {
        var texts = new Dictionary<string, string>();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            int known = Array.FindIndex(Texts, t => t.Name == property.Name);
            bool isKnown = known >= 0 || Others.Contains(property.Name);
            Assert.True(isKnown, $"'{property.Name}' is not in the contract");
            if (known < 0)
                continue;
            string text = property.Value.GetString()!;
            Assert.InRange(text.Length, 1, Texts[known].MaxChars);
            Assert.True(texts.TryAdd(property.Name, text), $"'{property.Name}' comes twice");
        }

        bool hasSentAt = element.TryGetProperty("sent_at", out JsonElement sentAt);
        bool hasRevenue = element.TryGetProperty("revenue", out JsonElement revenue);
        if (element.TryGetProperty("properties", out JsonElement properties))
            Assert.Equal(JsonValueKind.Object, properties.ValueKind);
        return new ReceivedEvent(texts)
        {
            TimestampMillis = Millis(element.GetProperty("timestamp")),
            SentMillis = hasSentAt ? Millis(sentAt) : null,
            Revenue = hasRevenue ? Amount(revenue) : null,
        };
    }

    private static long Millis(JsonElement time) => time.ValueKind == JsonValueKind.Number
        ? time.GetInt64()
        : DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static decimal Amount(JsonElement amount) => amount.ValueKind == JsonValueKind.Number
        ? amount.GetDecimal()
        : decimal.Parse(amount.GetString()!, CultureInfo.InvariantCulture);
}
