using System.Text;
using System.Text.Json.Nodes;

namespace Attribution.Model.Configs;

/// <summary>One place where two configs part. A value.</summary>
/// <param name="Path">Such as <c>windows.click</c> or <c>campaigns.rules[3].when</c>.</param>
/// <param name="ValueA">JSON; empty where the first config has nothing there.</param>
/// <param name="ValueB">JSON; empty where the second config has nothing there.</param>
public sealed record ConfigDifference(string Path, string ValueA, string ValueB);

/// <summary>Compares two configs by their canonical documents. Stateless.</summary>
public static class ConfigDiff
{
    /// <summary>Every place where they part, in the order of the document; empty for equal configs.</summary>
    /// <remarks>
    /// Lists are compared place by place; sets of plain values and conditions are one value each, since a
    /// place within them means nothing.
    /// </remarks>
    public static IReadOnlyList<ConfigDifference> Compare(AttributionConfig a, AttributionConfig b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var differences = new List<ConfigDifference>();
        Compare("", JsonNode.Parse(a.CanonicalJson.Span), JsonNode.Parse(b.CanonicalJson.Span), differences);
        return differences;
    }

    private static void Compare(string path, JsonNode? a, JsonNode? b, List<ConfigDifference> differences)
    {
        if (a is JsonObject membersA && b is JsonObject membersB && !IsCondition(path))
        {
            IEnumerable<string> keys =
                membersA.Select(member => member.Key).Union(membersB.Select(member => member.Key));
            foreach (string key in keys.Order(StringComparer.Ordinal))
            {
                string place = path.Length == 0 ? key : path + "." + key;
                CompareMember(place, key, membersA, membersB, differences);
            }
        }
        else if (a is JsonArray itemsA && b is JsonArray itemsB && HasObjects(itemsA) && HasObjects(itemsB))
        {
            for (int i = 0; i < Math.Max(itemsA.Count, itemsB.Count); i++)
            {
                string place = FormattableString.Invariant($"{path}[{i}]");
                if (i < itemsA.Count && i < itemsB.Count)
                    Compare(place, itemsA[i], itemsB[i], differences);
                else
                    differences.Add(new ConfigDifference(place, TextAt(itemsA, i), TextAt(itemsB, i)));
            }
        }
        else if (!JsonNode.DeepEquals(a, b))
        {
            differences.Add(new ConfigDifference(path, Text(a), Text(b)));
        }
    }

    private static void CompareMember(
        string path, string key, JsonObject a, JsonObject b, List<ConfigDifference> differences)
    {
        if (a.ContainsKey(key) && b.ContainsKey(key))
            Compare(path, a[key], b[key], differences);
        else
            differences.Add(new ConfigDifference(
                path, a.ContainsKey(key) ? Text(a[key]) : "", b.ContainsKey(key) ? Text(b[key]) : ""));
    }

    private static bool IsCondition(string path) =>
        path.EndsWith(".when", StringComparison.Ordinal)
        || path.EndsWith(".retargeting", StringComparison.Ordinal);

    /// <summary>A list of rules, or an empty one.</summary>
    private static bool HasObjects(JsonArray items) => items.All(item => item is JsonObject);

    private static string TextAt(JsonArray items, int index) => index < items.Count ? Text(items[index]) : "";

    private static string Text(JsonNode? node) =>
        node is null ? "null" : Encoding.UTF8.GetString(CanonicalJson.Write(node));
}
