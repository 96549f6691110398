using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.Model.Channels;
using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Journeys;

namespace Attribution.Model.Tests.Support;

/// <summary>Reads conditions and asks them of events. Stateless.</summary>
internal static class ConditionSample
{
    public static Condition Parse(string json)
    {
        (Condition? condition, List<ConfigError> errors) = Read(json);
        Assert.Empty(errors);
        return condition!;
    }

    public static Condition Parse(JsonNode json) => Parse(json.ToJsonString());

    public static (Condition? Condition, List<ConfigError> Errors) Read(string json)
    {
        var errors = new List<ConfigError>();
        using JsonDocument document = JsonDocument.Parse(json);
        Condition? condition = ConditionReader.Read(document.RootElement, "when", errors);
        Assert.True(condition is not null || errors.Count > 0);
        return (condition, errors);
    }

    public static string Canonical(Condition condition) =>
        Encoding.UTF8.GetString(CanonicalJson.Write(condition.ToJson()));

    public static bool Holds(Condition condition, EventSample sample, TouchKind kind = 0)
    {
        Span<byte> room = stackalloc byte[TrafficSource.RoomBytes];
        ConditionContext context = kind == 0
            ? default
            : new ConditionContext(kind, Traffic(sample, room));
        return condition.Matches(sample.Record, sample.Bytes, context);
    }

    /// <summary>Where the event came from by its own tags.</summary>
    public static TrafficSource Traffic(EventSample sample, Span<byte> room)
    {
        TouchTags tags = default;
        tags.Source = sample.Record.Field(EventField.Source, sample.Bytes);
        tags.Medium = sample.Record.Field(EventField.Medium, sample.Bytes);
        tags.Campaign = sample.Record.Field(EventField.Campaign, sample.Bytes);
        return TrafficSource.Of(sample.Record, sample.Bytes, tags, room);
    }

    public static bool Holds(string json, EventSample sample, TouchKind kind = 0) =>
        Holds(Parse(json), sample, kind);
}
