using System.Text.Json.Nodes;

namespace Attribution.Replay.Configs;

/// <summary>Which fields of events the conditions of a config look at. Stateless.</summary>
public static class NamedFields
{
    /// <summary>
    /// Every condition of a config names its field under <c>field</c>, wherever it stands; a part of a field
    /// follows a dot.
    /// </summary>
    public static void AddTo(ISet<string> named, JsonNode? node)
    {
        ArgumentNullException.ThrowIfNull(named);
        if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
                AddTo(named, item);
        }
        else if (node is JsonObject members)
        {
            foreach ((string key, JsonNode? value) in members)
            {
                if (key == "field" && value is JsonValue text && text.TryGetValue(out string? field))
                    named.Add(field.Split('.')[0]);
                AddTo(named, value);
            }
        }
    }
}
