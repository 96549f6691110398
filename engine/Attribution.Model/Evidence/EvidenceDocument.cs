using System.Text.Json;

namespace Attribution.Model.Evidence;

/// <summary>What <see cref="EvidenceWriter"/> wrote, read back. Immutable.</summary>
public sealed record EvidenceDocument
{
    /// <summary>Candidates that were looked at.</summary>
    public required int Considered { get; init; }

    /// <summary>Those that took part.</summary>
    public required int Eligible { get; init; }

    /// <summary>False where each touch has the whole credit.</summary>
    public bool IsSumming { get; init; } = true;

    /// <summary>The model that shared in this one's stead, or null.</summary>
    public string? Fallback { get; init; }

    /// <summary>Of an install that may be a reinstall: what it is, and the first install.</summary>
    public DecidingEvent? Conversion { get; init; }

    /// <summary>The install whose source earns the conversion.</summary>
    public DecidingEvent? Install { get; init; }
    public DecidingEvent? Reengagement { get; init; }

    /// <summary>Touches that limits had dropped before; 0 for none.</summary>
    public int DroppedTouches { get; init; }
    public long DroppedThroughMillis { get; init; }

    /// <summary>Whether one of them could have earned something.</summary>
    public bool IsTruncated { get; init; }
    public bool MayBeIncomplete { get; init; }

    /// <summary>In total order.</summary>
    public IReadOnlyList<RejectedTouch> Rejected { get; init; } = [];

    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="FormatException">It is JSON, but no evidence.</exception>
    public static EvidenceDocument Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"This is no evidence: {exception.Message}", exception);
        }
    }

    private static EvidenceDocument Read(JsonElement root) => new()
    {
        Considered = root.GetProperty("considered").GetInt32(),
        Eligible = root.GetProperty("eligible").GetInt32(),
        IsSumming = !root.TryGetProperty("summing", out JsonElement summing) || summing.GetBoolean(),
        Fallback = Text(root, "fallback"),
        Conversion = Deciding(root, "conversion", "install"),
        Install = Deciding(root, "install", "id"),
        Reengagement = Deciding(root, "reengagement", "opening"),
        DroppedTouches = (int)(Number(root, "dropped_touches") ?? 0),
        DroppedThroughMillis = Number(root, "dropped_through") ?? 0,
        IsTruncated = root.TryGetProperty("truncated", out JsonElement truncated) && truncated.GetBoolean(),
        MayBeIncomplete = root.TryGetProperty("may_be_incomplete", out JsonElement may) && may.GetBoolean(),
        Rejected = root.TryGetProperty("rejected", out JsonElement rejected)
            ? [.. rejected.EnumerateArray().Select(Touch)]
            : [],
    };

    private static RejectedTouch Touch(JsonElement touch) => new()
    {
        Touch = touch.GetProperty("touch").GetString()!,
        TimeMillis = touch.GetProperty("time").GetInt64(),
        Rule = touch.GetProperty("rule").GetString()!,
        Found = Number(touch, "found"),
        Limit = Number(touch, "limit"),
        FoundCurrency = Text(touch, "found"),
        LimitCurrency = Text(touch, "limit"),
        Setting = Text(touch, "setting"),
        By = Text(touch, "by"),
    };

    private static DecidingEvent? Deciding(JsonElement root, string name, string id) =>
        root.TryGetProperty(name, out JsonElement element)
            ? new DecidingEvent
            {
                Rule = Text(element, "rule"),
                Id = element.GetProperty(id).GetString()!,
                TimeMillis = Number(element, "time"),
                AgeMillis = element.GetProperty("age_ms").GetInt64(),
                LimitMillis = element.GetProperty("limit_ms").GetInt64(),
                Touch = Text(element, "touch"),
            }
            : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64()
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
