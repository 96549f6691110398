using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attribution.Model.Conditions.Fields;
using Attribution.Model.Configs;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Configs;

/// <summary>Holds <c>docs/config.md</c> to what the program does.</summary>
public partial class ConfigReferenceTests
{
    private static readonly string Text =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "config.md"));

    private static readonly JsonNode Web = JsonNode.Parse(AttributionConfig.Web.CanonicalJson.Span)!;
    private static readonly JsonNode Full = JsonNode.Parse(FullConfig.Json)!;
    private static readonly JsonNode Mmp = JsonNode.Parse(AttributionConfig.Mmp.CanonicalJson.Span)!;

    [Fact]
    public void Examples_AreConfigsOrConditions()
    {
        string[] blocks = [.. JsonBlock().Matches(Text).Select(match => match.Groups[1].Value)];

        Assert.Equal(10, blocks.Length);
        foreach (string block in blocks)
        {
            if (JsonNode.Parse(block)!["all"] is not null)
                ConditionSample.Parse(block);
            else
                Assert.NotEqual(AttributionConfig.Web.Hash, FullConfig.Parse(block).Hash);
        }
    }

    [Fact]
    public void EveryKey_IsDocumented()
    {
        var documented = Rows().Select(row => row.Key).ToHashSet();

        Assert.All(KeysOf(Full, ""), key => Assert.True(IsDocumented(documented, key), key));
        Assert.All(KeysOf(Web, ""), key => Assert.True(IsDocumented(documented, key), key));
    }

    [Fact]
    public void EveryDocumentedKey_IsThere()
    {
        HashSet<string> known = [.. KeysOf(Full, "")];

        Assert.All(Rows(), row => Assert.Contains(row.Key, known));
    }

    [Fact]
    public void EveryDefault_IsTheProfiles()
    {
        int compared = 0;
        foreach ((string key, string web, string mmp) in Rows())
        {
            if (web == "–")
                continue;
            compared++;
            AssertDefault(key, web, At(Web, key));
            AssertDefault(key, mmp == "the same" ? web : mmp, At(Mmp, key));
        }

        Assert.True(compared > 55, $"{compared} defaults");
        foreach (string id in AttributionConfig.Web.Identity.Ignore)
            Assert.Contains("`" + id + "`", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFieldAndOperator_IsDocumented()
    {
        string fields = ConditionFields.Expected["a field: ".Length..].Replace(" or ", ", ");
        foreach (string name in fields.Split(", "))
            Assert.Contains("`" + name + "`", Text, StringComparison.Ordinal);

        const string Operators = "equals in prefix suffix contains regex range cidr exists ignore_case";
        foreach (string name in Operators.Split(' '))
            Assert.Matches($@"(?m)^\|[^|]*`{name}`", Text);
    }

    private static void AssertDefault(string key, string cell, JsonNode? actual)
    {
        if (cell == "below")
            return;
        JsonNode? stated = JsonNode.Parse(cell.Trim('`'));
        Assert.True(
            JsonNode.DeepEquals(stated, actual), $"{key}: {cell}, but it is {actual?.ToJsonString()}");
    }

    private static bool IsDocumented(HashSet<string> documented, string key) =>
        documented.Contains(key)
        || documented.Any(other => other.StartsWith(key + ".", StringComparison.Ordinal));

    private static IEnumerable<(string Key, string Web, string Mmp)> Rows() =>
        TableRow().Matches(Text).Select(match => (
            match.Groups[1].Value, match.Groups[2].Value.Trim(), match.Groups[3].Value.Trim()));

    private static JsonNode? At(JsonNode document, string key)
    {
        JsonNode? node = document;
        foreach (string part in key.Split('.'))
            node = node![part];
        return node;
    }

    /// <summary>Paths of all members, with <c>[]</c> for each place of a list, conditions not taken apart.
    /// </summary>
    private static IEnumerable<string> KeysOf(JsonNode? node, string path)
    {
        if (path.Length > 0)
            yield return path;
        if (path.EndsWith("when", StringComparison.Ordinal)
            || path.EndsWith("retargeting", StringComparison.Ordinal))
        {
            yield break;
        }

        IEnumerable<string> inner = node switch
        {
            JsonObject members => members.SelectMany(
                member => KeysOf(member.Value, path.Length == 0 ? member.Key : path + "." + member.Key)),
            JsonArray items => items.OfType<JsonObject>().SelectMany(
                item => item.SelectMany(member => KeysOf(member.Value, path + "[]." + member.Key))),
            _ => [],
        };
        foreach (string key in inner)
            yield return key;
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \| [^|]* \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
