using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Attribution.Baseline;

/// <summary>One event with the contract's fields, as the serializer fills it. Not shared.</summary>
internal sealed class IncomingEvent
{
    private static readonly string[] ClickIds = ["gclid", "fbclid", "ttclid", "msclkid"];

    public string? Type { get; set; }
    public string? EventId { get; set; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? Timestamp { get; set; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? SentAt { get; set; }

    public string? UserId { get; set; }
    public string? AnonymousId { get; set; }
    public string? DeviceId { get; set; }
    public string? InstallReferrer { get; set; }
    public string? Source { get; set; }
    public string? Medium { get; set; }
    public string? Campaign { get; set; }
    public string? Term { get; set; }
    public string? Content { get; set; }
    public string? ClickId { get; set; }
    public string? Url { get; set; }
    public string? Referrer { get; set; }
    public string? Ip { get; set; }
    public string? UserAgent { get; set; }
    public string? Country { get; set; }
    public decimal? Revenue { get; set; }
    public string? Currency { get; set; }
    public JsonElement? Properties { get; set; }

    [JsonIgnore]
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>Fills in what the contract reads from elsewhere: the campaign from the address.</summary>
    public void Complete(DateTimeOffset now, string? peer)
    {
        ReceivedAt = now;
        Timestamp ??= now;
        Ip ??= peer;
        int query = Url?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        if (query < 0)
            return;
        Dictionary<string, StringValues> parameters = QueryHelpers.ParseQuery(Url![query..]);
        Source ??= parameters.GetValueOrDefault("utm_source");
        Medium ??= parameters.GetValueOrDefault("utm_medium");
        Campaign ??= parameters.GetValueOrDefault("utm_campaign");
        Term ??= parameters.GetValueOrDefault("utm_term");
        Content ??= parameters.GetValueOrDefault("utm_content");
        foreach (string name in ClickIds)
            ClickId ??= parameters.GetValueOrDefault(name);
    }

    /// <returns>What is wrong with it; null where nothing is.</returns>
    public string? Check(DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(Type) || Type.Length > 64)
            return "type: 1 to 64 characters";
        if (EventId is { Length: > 64 })
            return "event_id: at most 64 characters";
        bool isNobody = string.IsNullOrEmpty(UserId) && string.IsNullOrEmpty(AnonymousId)
            && string.IsNullOrEmpty(DeviceId);
        if (isNobody)
            return "user_id, anonymous_id or device_id: one is required";
        if (UserId is { Length: > 256 } || AnonymousId is { Length: > 256 } || DeviceId is { Length: > 256 })
            return "ids: at most 256 characters";
        if (Timestamp is { } at && (at.Year < 2000 || at > now.AddDays(1)))
            return "timestamp: from 2000 to a day ahead";
        if (Currency is not null && Currency.Length != 3)
            return "currency: three letters";
        return null;
    }
}

/// <summary>The answer: how many events were taken, and why others were not. Immutable.</summary>
internal sealed record Answer(int Accepted, int Rejected, List<EventError>? Errors);

/// <summary>Why one event was rejected. Immutable.</summary>
internal sealed record EventError(int Index, string Reason);

/// <summary>RFC 3339 or milliseconds since 1970. Stateless.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64())
            : reader.GetDateTimeOffset();

    public override void Write(
        Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } at)
            writer.WriteStringValue(at);
        else
            writer.WriteNullValue();
    }
}

/// <summary>The source-generated serializer of this program.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IncomingEvent))]
[JsonSerializable(typeof(IncomingEvent[]))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class BaselineJson : JsonSerializerContext;
