using System.Text.Json.Nodes;
using Attribution.Model.Conditions;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Support.ConditionSample;

namespace Attribution.Model.Tests.Conditions;

public class ConditionTests
{
    private static readonly string[] Fields = ["source", "medium", "properties.a"];
    private static readonly string[] Words = ["a", "b", "c"];

    /// <summary>
    /// Trees of tests that are joined in any way, against their meaning as a function; and what is written
    /// back means the same and is written so again.
    /// </summary>
    [Fact]
    public void Matches_AnyTree_IsItsMeaningBeforeAndAfterWriting()
    {
        var answers = new HashSet<bool>();
        Gen<(string, string, string)> events =
            from source in Gen.Elements(["", .. Words])
            from medium in Gen.Elements(["", .. Words])
            from property in Gen.Elements(Words)
            select (source, medium, property);
        Prop.ForAll(Trees(5).ToArbitrary(), events.ToArbitrary(), (tree, values) =>
        {
            (string source, string medium, string property) = values;
            var sample = new EventSample(
                "visit", (EventField.Source, source), (EventField.Medium, medium),
                (EventField.Properties, $$"""{"a":"{{property}}"}"""));
            bool expected = Means(tree, field => field switch
            {
                "source" => source,
                "medium" => medium,
                _ => property,
            });
            Condition condition = Parse(tree);
            Condition again = Parse(condition.ToJson());

            Assert.Equal(expected, Holds(condition, sample));
            Assert.Equal(expected, Holds(again, sample));
            Assert.Equal(expected, Holds(condition.ForOneThread(), sample));
            Assert.Equal(Canonical(condition), Canonical(again));
            Assert.Equal(Canonical(condition), Canonical(condition.ForOneThread()));
            answers.Add(expected);
        }).CheckThrow(2_000);
        Assert.Equal(2, answers.Count);
    }

    [Theory]
    [InlineData("""{"field":"source","in":["b","a","b"]}""", """{"field":"source","in":["a","b"]}""")]
    [InlineData(
        """{"ignore_case":true,"in":["B","a","A"],"field":"source"}""",
        """{"field":"source","ignore_case":true,"in":["a","b"]}""")]
    [InlineData(
        """{"field":"source","equals":"\u0041","ignore_case":false}""",
        """{"equals":"A","field":"source"}""")]
    [InlineData(
        """{"field":"source","prefix":"ABÉ","ignore_case":true}""",
        """{"field":"source","ignore_case":true,"prefix":"abÉ"}""")]
    [InlineData(
        """{"field":"url.query.Ref","exists":true}""", """{"exists":true,"field":"url.query.ref"}""")]
    [InlineData(
        """{"field":"properties.Ref","equals":true}""", """{"equals":"true","field":"properties.Ref"}""")]
    [InlineData(
        """{"field":"ip","cidr":"10.1.2.3/8"}""", """{"cidr":["10.0.0.0/8"],"field":"ip"}""")]
    [InlineData(
        """{"field":"ip","cidr":["2001:DB8:0::1/32","::ffff:10.0.0.0/104","1.2.3.4","10.9.0.0/8","::/0"]}""",
        """{"cidr":["::/0","2001:db8::/32","10.0.0.0/8","1.2.3.4/32"],"field":"ip"}""")]
    [InlineData(
        """{"field":"revenue","range":{"to":1e2,"from":0.50}}""",
        """{"field":"revenue","range":{"from":0.5,"to":100}}""")]
    [InlineData(
        """{"field":"timestamp","range":{"from":"2026-11-01T01:00:00.000+01:00"}}""",
        """{"field":"timestamp","range":{"from":"2026-11-01T00:00:00Z"}}""")]
    [InlineData(
        """{"field":"timestamp","range":{"to":"2026-11-01T00:00:00.120Z"}}""",
        """{"field":"timestamp","range":{"to":"2026-11-01T00:00:00.12Z"}}""")]
    [InlineData(
        """
        {"any":[{"field":"type","equals":"b"},{"equals":"a","field":"type"},{"field":"type","equals":"b"}]}
        """,
        """{"any":[{"equals":"a","field":"type"},{"equals":"b","field":"type"}]}""")]
    [InlineData(
        """{"not":{"all":[{"field":"type","regex":"a{2}"}]}}""",
        """{"not":{"all":[{"field":"type","regex":"a{2}"}]}}""")]
    public void ToJson_OfAnySpelling_IsTheOneForm(string json, string canonical)
    {
        Assert.Equal(canonical, Canonical(Parse(json)));
        Assert.Equal(canonical, Canonical(Parse(canonical)));
    }

    [Fact]
    public void Matches_AfterWarmUp_AllocatesNothing()
    {
        Condition[] conditions =
        [
            .. new[]
            {
                """{"field":"source","equals":"Google"}""",
                """{"field":"source","contains":"GOO","ignore_case":true}""",
                """{"field":"source","in":["Bing","Google"],"ignore_case":true}""",
                """{"field":"user_agent","regex":"Android [0-9]+"}""",
                """{"field":"user_agent","contains":"ANDROID","ignore_case":true}""",
                """{"field":"properties.cart.total","range":{"from":9.99,"to":100}}""",
                """{"field":"properties.note","equals":"x\n"}""",
                """{"field":"properties.long","suffix":"x\n"}""",
                """{"field":"url.query.ref","prefix":"a b"}""",
                """{"field":"currency","in":["EUR"]}""",
                """{"field":"revenue","range":{"from":0}}""",
                """{"field":"timestamp","range":{"to":"2026-11-01T00:00:00Z"}}""",
                """{"field":"ip","cidr":["10.0.0.0/8"]}""",
                """{"field":"traffic.site","equals":"search"}""",
                """{"field":"touch.kind","in":["click","view"]}""",
                """{"field":"properties.none","exists":false}""",
            }.Select(json => Parse(
                """{"all":[""" + json + """,{"not":{"any":[{"field":"term","equals":"x"}]}}]}""")),
        ];
        var sample = new EventSample(
            "click", (EventField.Source, "Google"),
            (EventField.UserAgent, new string('m', 2000) + "Android 15"),
            (EventField.Url, "https://shop.example/?ref=a%20b"),
            (EventField.Properties,
                $$"""{"note":"x\n","cart":{"total":10.5},"long":"{{new string('l', 5000)}}x\n"}"""));
        sample.Record.Header.Currency = 'E' | ('U' << 8) | ('R' << 16);
        sample.Record.Header.Flags = EventFlags.HasRevenue;
        sample.Record.Header.IpLow = BitConverter.ToUInt64([0, 0, 0xff, 0xff, 10, 1, 2, 3]);
        int count = 0;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach (Condition condition in conditions)
                count += Holds(condition, sample, TouchKind.Click) ? 1 : 0;
        });

        Assert.Equal(0, allocated);
        Assert.All(conditions, condition => Assert.True(Holds(condition, sample, TouchKind.Click)));
        Assert.True(count > 0);
    }

    /// <summary>Each would take longer than the universe is old with backtracking.</summary>
    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("(a*)*b\\z")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("(.*)*(.*)*(.*)*x\\z")]
    public void Matches_RegexOnHostileText_Ends(string pattern)
    {
        var sample = new EventSample("visit", (EventField.UserAgent, new string('a', 30_000) + "!"));

        Holds(Parse(new JsonObject { ["field"] = "user_agent", ["regex"] = pattern }), sample);
    }

    /// <summary>A text is looked at up to its 4,096th UTF-16 unit, and never to half a character.</summary>
    [Fact]
    public void Matches_RegexOnLongText_LooksAtItsBeginning()
    {
        var inside = new EventSample("visit", (EventField.UserAgent, new string('é', 4095) + "x!"));
        var outside = new EventSample("visit", (EventField.UserAgent, new string('é', 4096) + "x!"));
        var across = new EventSample("visit", (EventField.UserAgent, new string('é', 4095) + "😀x"));
        Condition condition = Parse("""{"field":"user_agent","regex":"x"}""");

        Assert.True(Holds(condition, inside));
        Assert.False(Holds(condition, outside));
        Assert.False(Holds(condition, across));
        Assert.True(Holds("""{"field":"user_agent","regex":"é\\z"}""", outside));
    }

    private static Gen<JsonObject> Trees(int depth)
    {
        Gen<JsonObject> leaf =
            from field in Gen.Elements(Fields)
            from name in Gen.Elements("equals", "in", "exists", "regex")
            from word in Gen.Elements(Words)
            from other in Gen.Elements(Words)
            select new JsonObject
            {
                ["field"] = field,
                [name] = name switch
                {
                    "in" => new JsonArray(word, other),
                    "exists" => word == "a",
                    "regex" => "^[" + word + other + "]",
                    _ => JsonValue.Create(word),
                },
            };
        if (depth == 1)
            return leaf;

        Gen<JsonObject> inner = Trees(depth - 1);
        Gen<JsonObject> junction =
            from name in Gen.Elements("all", "any")
            from parts in inner.ArrayOf(3)
            from count in Gen.Choose(1, 3)
            select new JsonObject
            {
                [name] = new JsonArray([.. parts.Take(count).Select(part => part.DeepClone())]),
            };
        return Gen.OneOf(
            leaf, junction, inner.Select(part => new JsonObject { ["not"] = part.DeepClone() }));
    }

    private static bool Means(JsonNode tree, Func<string, string> valueOf)
    {
        if (tree["all"] is JsonArray all)
            return all.All(part => Means(part!, valueOf));
        if (tree["any"] is JsonArray any)
            return any.Any(part => Means(part!, valueOf));
        if (tree["not"] is { } part)
            return !Means(part, valueOf);

        string value = valueOf((string)tree["field"]!);
        if (tree["exists"] is { } exists)
            return value.Length > 0 == (bool)exists;
        if (value.Length == 0)
            return false;
        if (tree["in"] is JsonArray items)
            return items.Any(item => (string)item! == value);
        return tree["regex"] is { } regex ? ((string)regex!).Contains(value, StringComparison.Ordinal)
            : (string)tree["equals"]! == value;
    }
}
