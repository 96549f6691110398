using System.Globalization;
using System.Text;
using Attribution.Model.Configs;
using static Attribution.Model.Tests.Support.ConditionSample;

namespace Attribution.Model.Tests.Conditions;

public class ConditionReaderTests
{
    [Theory]
    [InlineData("1", "when", "1", "an object")]
    [InlineData("null", "when", "null", "an object")]
    [InlineData("{}", "when", "{}", "all, any, not")]
    [InlineData("""{"all":[]}""", "when.all", "[]", "1 to 256 conditions")]
    [InlineData("""{"all":{}}""", "when.all", "{}", "1 to 256 conditions")]
    [InlineData("""{"any":[1]}""", "when.any[0]", "1", "an object")]
    [InlineData("""{"not":[]}""", "when.not", "[]", "an object")]
    [InlineData("""{"field":1}""", "when.field", "1", "a field: type, source")]
    [InlineData("""{"field":"utm_source","equals":"x"}""", "when.field", "\"utm_source\"", "a field: type")]
    [InlineData("""{"field":"properties.","equals":"x"}""",
        "when.field", "\"properties.\"", "properties.NAME")]
    [InlineData("""{"field":"properties.a..b","equals":"x"}""", "when.field", "\"properties.a..b\"", "NAME")]
    [InlineData("""{"field":"properties.\ud800","equals":"x"}""",
        "when.field", "\"properties.\\ud800\"", "NAME")]
    [InlineData("""{"field":"url.query.","equals":"x"}""", "when.field", "\"url.query.\"", "url.query.NAME")]
    [InlineData("""{"field":"url.query.a=b","equals":"x"}""", "when.field", "\"url.query.a=b\"", "NAME")]
    [InlineData("""{"field":"source"}""", "when", """{"field":"source"}""", "one of equals, in, prefix")]
    [InlineData("""{"field":"source","equals":1}""", "when.equals", "1", "a string of at most 512 bytes")]
    [InlineData("""{"field":"source","equals":"\udc00"}""", "when.equals", "\"\\udc00\"", "a string")]
    [InlineData("""{"field":"source","prefix":""}""", "when.prefix", "\"\"", "a string of 1 to 512 bytes")]
    [InlineData("""{"field":"source","suffix":[]}""", "when.suffix", "[]", "a string of 1 to 512 bytes")]
    [InlineData("""{"field":"source","contains":null}""", "when.contains", "null", "a string of 1 to 512")]
    [InlineData("""{"field":"source","in":[]}""", "when.in", "[]", "1 to 4096 items")]
    [InlineData("""{"field":"source","in":"x"}""", "when.in", "\"x\"", "1 to 4096 items")]
    [InlineData("""{"field":"source","in":["x",1]}""", "when.in", "[\"x\",1]", "1 to 4096 items")]
    [InlineData("""{"field":"source","regex":"("}""", "when.regex", "\"(\"", "a regular expression")]
    [InlineData("""{"field":"source","regex":"(?=a)"}""", "when.regex", "\"(?=a)\"", "no look-around")]
    [InlineData("""{"field":"source","regex":"(a)\\1"}""", "when.regex", "\"(a)\\\\1\"", "no back-reference")]
    [InlineData("""{"field":"source","regex":"(a{1000}){1000}"}""", "when.regex",
        "\"(a{1000}){1000}\"", "regular expression")]
    [InlineData("""{"field":"source","regex":""}""", "when.regex", "\"\"", "1 to 512 characters")]
    [InlineData("""{"field":"source","regex":7}""", "when.regex", "7", "1 to 512 characters")]
    [InlineData("""{"field":"source","exists":"yes"}""", "when.exists", "\"yes\"", "true or false")]
    [InlineData("""{"field":"source","cidr":"10.0.0.0/8"}""",
        "when.cidr", "\"10.0.0.0/8\"", "for source one of")]
    [InlineData("""{"field":"ip","equals":"10.0.0.1"}""", "when.equals", "\"10.0.0.1\"", "cidr, exists")]
    [InlineData("""{"field":"ip","cidr":"10.0.0.0/33"}""", "when.cidr", "\"10.0.0.0/33\"", "a network")]
    [InlineData("""{"field":"ip","cidr":"10.0.0/8"}""", "when.cidr", "\"10.0.0/8\"", "a network")]
    [InlineData("""{"field":"ip","cidr":"fe80::1%eth0/64"}""",
        "when.cidr", "\"fe80::1%eth0/64\"", "a network")]
    [InlineData("""{"field":"ip","cidr":"::/129"}""", "when.cidr", "\"::/129\"", "a network")]
    [InlineData("""{"field":"ip","cidr":"::/-1"}""", "when.cidr", "\"::/-1\"", "a network")]
    [InlineData("""{"field":"ip","cidr":[]}""", "when.cidr", "[]", "a network")]
    [InlineData("""{"field":"ip","cidr":["10.0.0.0/8",4]}""", "when.cidr", "[\"10.0.0.0/8\",4]", "a network")]
    [InlineData("""{"field":"revenue","equals":"1"}""", "when.equals", "\"1\"", "range, exists")]
    [InlineData("""{"field":"revenue","range":[1,2]}""", "when.range", "[1,2]", "from, to or both")]
    [InlineData("""{"field":"revenue","range":{}}""", "when.range", "{}", "from, to or both")]
    [InlineData("""{"field":"revenue","range":{"from":2,"to":1}}""",
        "when.range", """{"from":2,"to":1}""", "from not above to")]
    [InlineData("""{"field":"revenue","range":{"from":"1"}}""",
        "when.range.from", "\"1\"", "a number between")]
    [InlineData("""{"field":"revenue","range":{"from":1e15}}""",
        "when.range.from", "1e15", "a number between")]
    [InlineData("""{"field":"revenue","range":{"from":1e-7}}""",
        "when.range.from", "1e-7", "a number between")]
    [InlineData("""{"field":"revenue","range":{"from":1e-99}}""", "when.range.from", "1e-99", "a number")]
    [InlineData("""{"field":"revenue","range":{"to":1e999}}""", "when.range.to", "1e999", "a number between")]
    [InlineData("""{"field":"revenue","range":{"to":1,"up":2}}""", "when.range.up", "2", "from, to or both")]
    [InlineData("""{"field":"timestamp","range":{"from":5}}""", "when.range.from", "5", "an RFC 3339 time")]
    [InlineData("""{"field":"timestamp","range":{"from":"2026-11-01"}}""",
        "when.range.from", "\"2026-11-01\"", "an RFC 3339 time")]
    [InlineData("""{"field":"timestamp","range":{"from":"2026-02-30T00:00:00Z"}}""",
        "when.range.from", "\"2026-02-30T00:00:00Z\"", "an RFC 3339 time")]
    [InlineData("""{"field":"timestamp","range":{"from":"2026-02-03T00:00:00"}}""",
        "when.range.from", "\"2026-02-03T00:00:00\"", "an RFC 3339 time")]
    [InlineData("""{"field":"traffic.site","equals":"blog"}""", "when.equals", "\"blog\"", "unknown, search")]
    [InlineData("""{"field":"traffic.site","prefix":"s"}""", "when.prefix", "\"s\"", "equals, in, exists")]
    [InlineData("""{"field":"touch.kind","in":["click","open"]}""",
        "when.in", "[\"click\",\"open\"]", "click, view, visit, referrer")]
    [InlineData("""{"field":"traffic.source","equals":"Google"}""",
        "when.equals", "\"Google\"", "lower case")]
    [InlineData("""{"field":"source","equals":"x","ignore_case":"yes"}""",
        "when.ignore_case", "\"yes\"", "true or false")]
    public void Read_OfWhatIsNotAllowed_NamesPathFoundAndExpected(
        string json, string path, string found, string expected)
    {
        ConfigError error = Errors(json)[0];

        Assert.Equal(path, error.Path);
        Assert.Equal(found, error.Found);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    /// <summary>The condition is read, but what stands beside it would have no effect.</summary>
    [Theory]
    [InlineData("""{"field":"source","equals":"x","prefix":"y"}""", "when.prefix")]
    [InlineData("""{"field":"source","exists":true,"ignore_case":true}""", "when.ignore_case")]
    [InlineData("""{"field":"source","regex":"x","ignore_case":true}""", "when.ignore_case")]
    [InlineData("""{"all":[{"field":"source","exists":true}],"any":[]}""", "when.any")]
    [InlineData("""{"not":{"field":"source","exists":true},"field":"source"}""", "when.field")]
    [InlineData("""{"any":[{"not":{"field":"source","exist":1,"exists":true}}]}""", "when.any[0].not.exist")]
    public void Read_OfMoreThanOneThing_NamesTheOther(string json, string path) =>
        Assert.Equal([path], ErrorsOnly(json).Select(error => error.Path));

    [Fact]
    public void Read_AtTheLimits_IsAllowedAndBeyondRefused()
    {
        Assert.Empty(ErrorsOnly(Nested(8)));
        Assert.Equal("when.not.not.not.not.not.not.not.not", Assert.Single(Errors(Nested(9))).Path);

        Assert.Empty(ErrorsOnly(Wide(255)));
        Assert.Equal("when.all[255]", Assert.Single(Errors(Wide(256))).Path);

        Assert.Empty(ErrorsOnly(Equal(new string('é', 256))));
        Assert.Equal("when.equals", Assert.Single(Errors(Equal(new string('é', 257)))).Path);

        Assert.Empty(ErrorsOnly(Pattern(512)));
        Assert.Equal("when.regex", Assert.Single(Errors(Pattern(513))).Path);

        Assert.Empty(ErrorsOnly(Set(4096)));
        Assert.Equal("when.in", Assert.Single(Errors(Set(4097))).Path);
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"not\":", depth - 1)) + Equal("x") + new string('}', depth - 1);

    private static string Wide(int count) =>
        "{\"all\":[" + string.Join(",", Enumerable.Repeat(Equal("x"), count)) + "]}";

    private static string Equal(string text) => $$"""{"field":"source","equals":"{{text}}"}""";

    private static string Pattern(int length) =>
        $$"""{"field":"source","regex":"{{new string('a', length)}}"}""";

    private static string Set(int count)
    {
        var items = new StringBuilder();
        for (int i = 0; i < count; i++)
            items.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"{i}\"");
        return $$"""{"field":"source","in":[{{items}}]}""";
    }

    private static List<ConfigError> Errors(string json)
    {
        List<ConfigError> errors = ErrorsOnly(json);
        Assert.NotEmpty(errors);
        return errors;
    }

    private static List<ConfigError> ErrorsOnly(string json) => Read(json).Errors;
}
