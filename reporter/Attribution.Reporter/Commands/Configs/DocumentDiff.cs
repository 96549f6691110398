using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attribution.Reporter.Commands.Configs;

/// <summary>One thing in which two documents part. Immutable.</summary>
/// <param name="Before">Strings as they are, anything else as JSON; null where it is absent.</param>
internal sealed record DocumentDifference(string Path, string? Before, string? After);

/// <summary>
/// Compares two JSON documents path by path. Objects of an array are told apart by their names where they
/// have any; an array of strings is compared as a set where only its order or members differ. Stateless.
/// </summary>
internal static class DocumentDiff
{
    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In the order of the paths, as the documents have them.</summary>
    public static List<DocumentDifference> Compare(JsonNode? before, JsonNode? after)
    {
        var differences = new List<DocumentDifference>();
        Compare("", before, after, differences);
        return differences;
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<DocumentDifference> into)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject objectBefore && after is JsonObject objectAfter && !IsCondition(path))
            CompareMembers(path, Members(objectBefore), Members(objectAfter), into);
        else if (before is JsonArray && after is JsonArray && NamesOf(before) is { } namesBefore
            && NamesOf(after) is { } namesAfter)
            CompareNamed(path, namesBefore, namesAfter, into);
        else if (before is JsonArray setBefore && after is JsonArray setAfter && IsSet(setBefore, setAfter))
            CompareSets(path, setBefore, setAfter, into);
        else
            into.Add(new DocumentDifference(path.Length == 0 ? "$" : path, Text(before), Text(after)));
    }

    private static void CompareMembers(
        string path, Dictionary<string, JsonNode?> before, Dictionary<string, JsonNode?> after,
        List<DocumentDifference> into)
    {
        foreach (string key in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            string member = path.Length == 0 || key.StartsWith('[') ? path + key : $"{path}.{key}";
            if (before.TryGetValue(key, out JsonNode? was) && after.TryGetValue(key, out JsonNode? now))
                Compare(member, was, now, into);
            else
                into.Add(new DocumentDifference(
                    member,
                    before.TryGetValue(key, out was) ? Text(was) : null,
                    after.TryGetValue(key, out now) ? Text(now) : null));
        }
    }

    /// <summary>Rules are tried in their order, so another order is a difference of its own.</summary>
    private static void CompareNamed(
        string path, Dictionary<string, JsonNode?> before, Dictionary<string, JsonNode?> after,
        List<DocumentDifference> into)
    {
        CompareMembers(path, before, after, into);
        string[] orderBefore = [.. before.Keys.Where(after.ContainsKey)];
        string[] orderAfter = [.. after.Keys.Where(before.ContainsKey)];
        if (!orderBefore.SequenceEqual(orderAfter))
            into.Add(new DocumentDifference(
                $"{path} (order)", string.Join(' ', orderBefore), string.Join(' ', orderAfter)));
    }

    private static void CompareSets(
        string path, JsonArray before, JsonArray after, List<DocumentDifference> into)
    {
        string?[] were = [.. before.Select(Text)];
        string?[] are = [.. after.Select(Text)];
        foreach (string? gone in were.Except(are))
            into.Add(new DocumentDifference(path, gone, null));
        foreach (string? come in are.Except(were))
            into.Add(new DocumentDifference(path, null, come));
    }

    private static Dictionary<string, JsonNode?> Members(JsonObject of) =>
        of.ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal);

    /// <summary>The items by name or, without names, by place; null for what is no list of objects.</summary>
    private static Dictionary<string, JsonNode?>? NamesOf(JsonNode array)
    {
        JsonArray items = array.AsArray();
        if (!items.All(item => item is JsonObject))
            return null;
        var named = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach ((int place, JsonNode? item) in items.Index())
        {
            string name = item!["name"] is JsonValue value && value.GetValueKind() == JsonValueKind.String
                ? value.GetValue<string>()
                : place.ToString(CultureInfo.InvariantCulture);
            if (!named.TryAdd($"[{name}]", item))
                return null;
        }

        return named;
    }

    /// <summary>Strings, each once; and not the same ones in another order, which may mean something.
    /// </summary>
    private static bool IsSet(JsonArray before, JsonArray after)
    {
        bool areStrings = before.Concat(after).All(item => item?.GetValueKind() == JsonValueKind.String);
        string?[] were = [.. before.Select(Text)];
        string?[] are = [.. after.Select(Text)];
        return areStrings && were.Distinct().Count() == were.Length && are.Distinct().Count() == are.Length
            && were.Except(are).Concat(are.Except(were)).Any();
    }

    /// <summary>A condition is one thing: its parts say nothing by themselves.</summary>
    private static bool IsCondition(string path) =>
        path.EndsWith(".when", StringComparison.Ordinal)
        || path.EndsWith(".retargeting", StringComparison.Ordinal);

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String
        ? node.GetValue<string>()
        : node?.ToJsonString(Readable) ?? "null";
}
