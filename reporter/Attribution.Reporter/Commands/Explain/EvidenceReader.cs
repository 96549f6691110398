using System.Text.Json;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// Reads a row's evidence leniently: a member that is not there, or not as expected, is left out, for rows
/// outlive the program that wrote them. Stateless.
/// </summary>
internal static class EvidenceReader
{
    /// <summary>The end of the year 9999.</summary>
    private const long MaxMillis = 253_402_300_799_999;

    public static StoredEvidence Read(string json)
    {
        if (json.Length == 0)
            return StoredEvidence.None;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : StoredEvidence.None;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return StoredEvidence.None;
        }
    }

    private static StoredEvidence Read(JsonElement root) => new()
    {
        Considered = Number(root, "considered"),
        Eligible = Number(root, "eligible"),
        IsSumming = !Is(root, "summing", JsonValueKind.False),
        Fallback = Text(root, "fallback"),
        Conversion = Fact(root, "conversion"),
        Install = Fact(root, "install"),
        Reengagement = Fact(root, "reengagement"),
        DroppedTouches = Number(root, "dropped_touches") ?? 0,
        DroppedThrough = Number(root, "dropped_through"),
        IsTruncated = Is(root, "truncated", JsonValueKind.True),
        MayBeIncomplete = Is(root, "may_be_incomplete", JsonValueKind.True),
        Rejected = root.TryGetProperty("rejected", out JsonElement list)
            && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(Rejection).OfType<RejectedTouch>()]
            : [],
    };

    private static RejectedTouch? Rejection(JsonElement item) =>
        Text(item, "touch") is { } touch && Text(item, "rule") is { } rule
            && Number(item, "time") is { } time and >= 0 and <= MaxMillis
            ? new RejectedTouch
            {
                Touch = touch,
                TimeMillis = time,
                Rule = rule,
                Found = Number(item, "found"),
                Limit = Number(item, "limit"),
                FoundText = Text(item, "found"),
                LimitText = Text(item, "limit"),
                Setting = Text(item, "setting"),
                By = Text(item, "by"),
            }
            : null;

    private static EvidenceFact? Fact(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement fact) && fact.ValueKind == JsonValueKind.Object
            ? new EvidenceFact
            {
                Rule = Text(fact, "rule"),
                Id = Text(fact, "id") ?? Text(fact, "touch") ?? Text(fact, "install"),
                TimeMillis = Number(fact, "time"),
                AgeMillis = Number(fact, "age_ms"),
                LimitMillis = Number(fact, "limit_ms"),
            }
            : null;

    private static bool Is(JsonElement of, string name, JsonValueKind kind) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind;

    private static long? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
