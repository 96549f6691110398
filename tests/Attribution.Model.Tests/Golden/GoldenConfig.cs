using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Golden;

/// <summary>Makes a config of a document and of fitted tables that a case states. Stateless.</summary>
internal static class GoldenConfig
{
    public static AttributionConfig Parse(string json, params IReadOnlyCollection<IFittedTable> fitted)
    {
        JsonObject root = JsonNode.Parse(json)!.AsObject();
        if (fitted.Count > 0)
        {
            root["fitted"] = new JsonObject(fitted.Select(table =>
                KeyValuePair.Create(table.Model.Name(), (JsonNode?)table.Hash)));
        }

        return AttributionConfig.Parse(
            Encoding.UTF8.GetBytes(root.ToJsonString()), hash => fitted.FirstOrDefault(t => t.Hash == hash));
    }

    /// <summary>The names of the window rules, in their order.</summary>
    public static string[] WindowRules(string json) =>
    [
        .. (JsonNode.Parse(json)!["windows"]?["rules"]?.AsArray() ?? [])
            .Select(rule => (string)rule!["name"]!),
    ];
}
