using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Configs;

/// <remarks>
/// The hash stands on every attribution row, so it must be the same for the same meaning and another for any
/// other. The tests write one config with every section in many ways, and change it in every place.
/// </remarks>
public class ConfigHashTests
{
    /// <summary>Arrays whose order decides; the order of any other means nothing.</summary>
    private static readonly string[] OrderedKeys = ["rules", "first", "last"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void FullConfig_HasEveryKeyOfTheCanonicalDocument()
    {
        JsonNode full = JsonNode.Parse(FullConfig.Json)!;
        JsonNode canonical = JsonNode.Parse(FullConfig.Config.CanonicalJson.Span)!;

        JsonNode web = JsonNode.Parse(AttributionConfig.Web.CanonicalJson.Span)!;

        Assert.Empty(KeysOf(canonical).Except(KeysOf(full)));
        Assert.Empty(KeysOf(web).Except(KeysOf(full)));
        Assert.True(KeysOf(full).Count() > 80);
    }

    [Fact]
    public void Parse_OfTheCanonicalDocument_IsTheSameConfig()
    {
        foreach (AttributionConfig config in
            (AttributionConfig[])[FullConfig.Config, AttributionConfig.Web, AttributionConfig.Mmp])
        {
            AttributionConfig again = FullConfig.Parse(FullConfig.Canonical(config));

            Assert.Equal(FullConfig.Canonical(config), FullConfig.Canonical(again));
            Assert.Equal(config.Hash, again.Hash);
            Assert.Equal(config.Channels, again.Channels);
            Assert.Equal(config.ReachMillis, again.ReachMillis);
        }
    }

    [Fact]
    public void Hash_OfTheSameMeaning_IsTheSameHoweverItIsWritten() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            JsonNode shuffled = Shuffle(JsonNode.Parse(FullConfig.Json)!, "", new Random(seed));
            string json = shuffled.ToJsonString(seed % 2 == 0 ? Indented : null);

            Assert.Equal(FullConfig.Config.Hash, FullConfig.Parse(json).Hash);
        }).CheckThrow(200);

    /// <summary>Every place, in every way that could be mistaken for the value that stands there.</summary>
    [Fact]
    public void Hash_OfAnotherValueInAnyPlace_IsAnotherOrItIsRefused()
    {
        int parsed = 0;
        int refused = 0;
        foreach (string path in LeafPaths(JsonNode.Parse(FullConfig.Canonical(FullConfig.Config))!, ""))
        {
            JsonNode original = At(JsonNode.Parse(FullConfig.Canonical(FullConfig.Config))!, path);
            foreach (JsonNode? other in Others(original))
            {
                JsonNode document = JsonNode.Parse(FullConfig.Canonical(FullConfig.Config))!;
                At(document, path).ReplaceWith(other);
                try
                {
                    AttributionConfig config = FullConfig.Parse(document.ToJsonString());
                    string place = path + " as " + (other?.ToJsonString() ?? "null");
                    Assert.True(FullConfig.Config.Hash != config.Hash, place);
                    parsed++;
                }
                catch (ConfigException)
                {
                    refused++;
                }
            }
        }

        Assert.True(parsed > 150 && refused > 200, $"{parsed} other configs, {refused} refused");
    }

    /// <summary>A rule or an item less is another config; and so are rules in another order.</summary>
    [Fact]
    public void Hash_OfOneItemLessOrOfAnotherOrder_IsAnother()
    {
        foreach (string path in ArrayPaths(JsonNode.Parse(FullConfig.Json)!, ""))
        {
            JsonNode document = JsonNode.Parse(FullConfig.Json)!;
            JsonArray items = At(document, path).AsArray();
            bool isOrdered = OrderedKeys.Contains(path.Split('/')[^1]);
            if (isOrdered && items.Count > 1)
            {
                JsonNode reversed = new JsonArray([.. items.Reverse().Select(item => item!.DeepClone())]);
                JsonNode other = document.DeepClone();
                At(other, path).ReplaceWith(reversed);
                Assert.NotEqual(FullConfig.Config.Hash, FullConfig.Parse(other.ToJsonString()).Hash);
            }

            if (items.Count > 0)
                items.RemoveAt(0);
            string? hash = null;
            try
            {
                hash = FullConfig.Parse(document.ToJsonString()).Hash;
            }
            catch (ConfigException)
            {
                // Such as a custom model that no longer sums to one.
            }

            bool wasEmpty = path == "custom/0/first";
            Assert.True(hash != FullConfig.Config.Hash || wasEmpty, path);
        }
    }

    /// <summary>
    /// A value of another type, in every place: each error says where it is, what stands there and what
    /// should.
    /// </summary>
    [Fact]
    public void Parse_OfTheWrongTypeInAnyPlace_NamesThatPlace()
    {
        string[] wrongs =
            ["null", "true", "-7", "\"?!\"", "\"\\ud800\"", "{\"?\":1}", "[null]"];
        int refused = 0;
        foreach (string path in AllPaths(JsonNode.Parse(FullConfig.Json)!, ""))
        {
            foreach (string wrong in wrongs)
            {
                JsonNode document = JsonNode.Parse(FullConfig.Json)!;
                At(document, path).ReplaceWith(JsonValue.Create("@@@"));
                string json = document.ToJsonString().Replace("\"@@@\"", wrong, StringComparison.Ordinal);
                var exception = Record.Exception(() => FullConfig.Parse(json)) as ConfigException;
                if (exception is null)
                    continue;

                refused++;
                string place = ToConfigPath(path);
                Assert.Contains(exception.Errors, error => IsAbout(error.Path, place));
                Assert.All(exception.Errors, error => Assert.NotEmpty(error.Expected));
                Assert.All(exception.Errors, error => Assert.NotNull(error.Found));
            }
        }

        Assert.True(refused > 900, $"{refused} refused");
    }

    /// <summary>The place itself, what is in it, or what it is in; or its sum, or what names it elsewhere.
    /// </summary>
    private static bool IsAbout(string errorPath, string place) =>
        (errorPath == "models" && place.Split('.', '[')[0] is "custom" or "fitted")
        || errorPath.StartsWith(place, StringComparison.Ordinal)
        || place.StartsWith(errorPath, StringComparison.Ordinal);

    private static string ToConfigPath(string path)
    {
        var text = new StringBuilder();
        foreach (string part in path.Split('/'))
        {
            bool isIndex = char.IsAsciiDigit(part[0]);
            text.Append(isIndex ? "[" : text.Length > 0 ? "." : "").Append(part).Append(isIndex ? "]" : "");
        }

        return text.ToString();
    }

    private static IEnumerable<JsonNode?> Others(JsonNode leaf)
    {
        yield return null;
        switch (leaf.GetValueKind())
        {
            case JsonValueKind.True or JsonValueKind.False:
                yield return !leaf.GetValue<bool>();
                break;
            case JsonValueKind.Number:
                decimal number = leaf.GetValue<decimal>();
                foreach (decimal other in (decimal[])[number + 1, number - 1, -number - 1, number + 0.001m])
                    yield return other == number ? null : JsonValue.Create(other);
                break;
            default:
                string text = leaf.GetValue<string>();
                string[] others =
                [
                    text + "x", "x" + text, text + " ", text + text, "2d", "5h", "1m", "a", "b", "none",
                    "2026-04-01T00:00:00Z", "view", "search", "medium", "10.0.0.0/8", "window", "",
                ];
                foreach (string other in others.Where(other => other != text))
                    yield return JsonValue.Create(other);
                break;
        }
    }

    private static JsonNode Shuffle(JsonNode node, string key, Random random)
    {
        if (node is JsonObject members)
        {
            KeyValuePair<string, JsonNode?>[] shuffled = [.. members];
            random.Shuffle(shuffled);
            return new JsonObject(shuffled.Select(member => KeyValuePair.Create<string, JsonNode?>(
                member.Key, Shuffle(member.Value!, member.Key, random))));
        }

        if (node is not JsonArray items)
            return node.DeepClone();

        JsonNode[] parts = [.. items.Select(item => Shuffle(item!, "", random))];
        if (!OrderedKeys.Contains(key))
            random.Shuffle(parts);
        return new JsonArray(parts);
    }

    private static JsonNode At(JsonNode document, string path)
    {
        foreach (string part in path.Split('/'))
        {
            bool isIndex = char.IsAsciiDigit(part[0]);
            document = (isIndex ? document[int.Parse(part, CultureInfo.InvariantCulture)] : document[part])!;
        }

        return document;
    }

    private static IEnumerable<string> LeafPaths(JsonNode node, string path) =>
        Paths(node, path).Where(found => found.Node is JsonValue).Select(found => found.Path);

    private static IEnumerable<string> ArrayPaths(JsonNode node, string path) =>
        Paths(node, path).Where(found => found.Node is JsonArray).Select(found => found.Path);

    private static IEnumerable<string> AllPaths(JsonNode node, string path) =>
        Paths(node, path).Where(found => found.Path.Length > 0).Select(found => found.Path);

    private static IEnumerable<(string Path, JsonNode? Node)> Paths(JsonNode? node, string path)
    {
        yield return (path, node);
        string prefix = path.Length == 0 ? "" : path + "/";
        IEnumerable<(string, JsonNode?)> inner = node switch
        {
            JsonObject members => members.SelectMany(member => Paths(member.Value, prefix + member.Key)),
            JsonArray items => items.SelectMany(
                (item, i) => Paths(item, prefix + i.ToString(CultureInfo.InvariantCulture))),
            _ => [],
        };
        foreach ((string, JsonNode?) found in inner)
            yield return found;
    }

    /// <summary>Paths of object members, with arrays as one place.</summary>
    private static IEnumerable<string> KeysOf(JsonNode document) =>
        AllPaths(document, "")
            .Select(path => string.Join('/', path.Split('/').Where(part => !char.IsAsciiDigit(part[0]))))
            .Where(path => !path.Contains("when", StringComparison.Ordinal)
                && !path.Contains("retargeting/", StringComparison.Ordinal))
            .Distinct();
}
