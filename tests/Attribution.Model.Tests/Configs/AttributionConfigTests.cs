using System.Security.Cryptography;
using System.Text;
using Attribution.Model.Configs;

namespace Attribution.Model.Tests.Configs;

public class AttributionConfigTests
{
    private const string WebJsonInLines = """
        {"channel_grouping":"ga4.1","conversions":["install","purchase","signup","subscribe"],
        "max_touches":128,"models":["first","last","last_non_direct","linear","time_decay","position_based"],
        "name":"web","position_based":{"first":400000,"last":400000,"middle":200000},
        "time_decay":{"half_life":"7d"},"touches":{"click":["click"],"open":["open"],
        "referrer":["install","open"],"view":["impression"],"visit":["visit"]},"version":1,
        "windows":{"click":"30d","referrer":"30d","view":"30d","visit":"30d"}}
        """;

    /// <summary>This hash is on stored rows: where it changes, the default profile has changed.</summary>
    [Fact]
    public void Web_HasThePinnedDocumentAndHash()
    {
        AttributionConfig web = AttributionConfig.Web;

        Assert.Equal(WebJsonInLines.ReplaceLineEndings(""), Encoding.UTF8.GetString(web.CanonicalJson.Span));
        Assert.Equal("bd89ca780098ef44782d317e7cc872522fd3bb78378c9c8d2f1d88a5749f9dfb", web.Hash);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(web.CanonicalJson.Span)), web.Hash);
    }

    [Fact]
    public void Web_HasTheStatedDefaults()
    {
        AttributionConfig web = AttributionConfig.Web;

        Assert.Equal("web", web.Name);
        Assert.Equal(30L * 86_400_000, web.MaxLookbackMillis);
        Assert.Equal(7L * 86_400_000, web.TimeDecay.HalfLifeMillis);
        Assert.Equal(
            ["first", "last", "last_non_direct", "linear", "time_decay", "position_based"],
            web.Models.Select(model => model.Name));
        Assert.Equal("Direct", web.Channels[web.DirectChannel]);
        Assert.Equal("Unattributed", web.Channels[web.UnattributedChannel]);
        Assert.Equal(web.Channels.Count - 1, web.UnattributedChannel);
    }

    [Fact]
    public void Parse_OfItsOwnCanonicalJson_IsTheSameConfig()
    {
        AttributionConfig config = Parse(
            """{"name":"a.2","windows":{"click":"36h","view":"0s"},"touches":{"click":["t","é \"x\"\n"]}}""");

        AttributionConfig again = AttributionConfig.Parse(config.CanonicalJson.Span);

        Assert.Equal(config.Hash, again.Hash);
        Assert.Equal(config.ClickTypes, again.ClickTypes);
        Assert.Equal(36L * 3_600_000, again.Windows.Settings[0].Click);
        Assert.NotEqual(AttributionConfig.Web.Hash, again.Hash);
    }

    [Theory]
    [InlineData("""{"name":"x","windows":{"click":"1d","view":"2h"}}""")]
    [InlineData("""{ "windows" : { "view":"120m",  "click" : "24h" },"name":"\u0078" }""")]
    [InlineData("""{"version":1,"name":"x","windows":{"click":"86400s","view":"2h","visit":"30d"}}""")]
    [InlineData("""{"name":"x","max_touches":128,"windows":{"click":"1440m","view":"7200000ms"}}""")]
    [InlineData("""
        {"name":"x","conversions":["subscribe","signup","install","purchase"],
        "windows":{"view":"2h","click":"1d"}}
        """)]
    public void Hash_OfTheSameMeaning_IsTheSame(string json) =>
        Assert.Equal(Parse("""{"name":"x","windows":{"click":"24h","view":"2h"}}""").Hash, Parse(json).Hash);

    [Theory]
    [InlineData("""{"windows":{"click":"29d"}}""")]
    [InlineData("""{"windows":{"view":"29d"}}""")]
    [InlineData("""{"windows":{"visit":"29d"}}""")]
    [InlineData("""{"windows":{"referrer":"29d"}}""")]
    [InlineData("""{"time_decay":{"half_life":"8d"}}""")]
    [InlineData("""{"position_based":{"first":400001,"middle":199999}}""")]
    [InlineData("""{"max_touches":127}""")]
    [InlineData("""{"models":["first"]}""")]
    [InlineData("""{"conversions":["install"]}""")]
    [InlineData("""{"touches":{"open":[]}}""")]
    [InlineData("""{"name":"web2"}""")]
    public void Hash_OfAnotherMeaning_IsAnother(string json) =>
        Assert.NotEqual(AttributionConfig.Web.Hash, Parse(json).Hash);

    [Theory]
    [InlineData("""{"windows":{"click":"366d"}}""", "windows.click", "\"366d\"", "from 0s to 365d")]
    [InlineData("""{"windows":{"click":7}}""", "windows.click", "7", "from 0s to 365d")]
    [InlineData("""{"windows":{"clicks":"7d"}}""",
        "windows.clicks", "\"7d\"", "click, referrer, view or visit")]
    [InlineData("""{"windows":{"view":"1 d"}}""",
        "windows.view", "\"1 d\"", "a whole number with ms, s, m, h or d")]
    [InlineData("""{"windows":{"view":"-1d"}}""",
        "windows.view", "\"-1d\"", "a whole number with ms, s, m, h or d")]
    [InlineData("""{"windows":[]}""", "windows", "[]", "an object")]
    [InlineData("""{"windows":null}""", "windows", "null", "an object")]
    [InlineData("""{"time_decay":{"half_life":"59s"}}""",
        "time_decay.half_life", "\"59s\"", "from 1m to 365d")]
    [InlineData("""{"max_touches":0}""", "max_touches", "0", "from 1 to 2000")]
    [InlineData("""{"max_touches":1.5}""", "max_touches", "1.5", "from 1 to 2000")]
    [InlineData("""{"version":2}""", "version", "2", "from 1 to 1")]
    [InlineData("""{"models":[]}""", "models", "[]", "1 to 6 different names")]
    [InlineData("""{"models":["markov"]}""", "models", "[\"markov\"]", "first, last, last_non_direct")]
    [InlineData("""{"models":["last","last"]}""", "models", "[\"last\",\"last\"]", "different")]
    [InlineData("""{"name":"Web"}""", "name", "\"Web\"", "a-z")]
    [InlineData("""{"name":"\ud800"}""", "name", "\"\\ud800\"", "a-z")]
    [InlineData("""{"channel_grouping":"ua"}""", "channel_grouping", "\"ua\"", "\"ga4.1\"")]
    [InlineData("""{"conversions":["a",""]}""", "conversions", "[\"a\",\"\"]", "1 to 64 bytes")]
    [InlineData("""{"touches":{"view":["click"]}}""",
        "touches", "\"click\" in 2 of them", "one of click, view")]
    [InlineData("""{"position_based":{"first":500000}}""",
        "position_based", "a sum of 1100000", "sum to 1000000")]
    [InlineData("""{"position_based":{"first":-1}}""", "position_based.first", "-1", "from 0 to 1000000")]
    [InlineData("""{"colour":"red"}""", "colour", "\"red\"", "windows")]
    [InlineData("[]", "$", "[]", "an object")]
    public void Parse_OfWhatIsNotAllowed_NamesPathFoundAndExpected(
        string json, string path, string found, string expected)
    {
        ConfigError error = Assert.Throws<ConfigException>(() => Parse(json)).Errors[0];

        Assert.Equal(path, error.Path);
        Assert.Equal(found, error.Found);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":"a"} x""")]
    [InlineData("""{"\ud800":1}""")]
    public void Parse_OfWhatIsNoDocument_NamesTheRoot(string json) =>
        Assert.Contains(Assert.Throws<ConfigException>(() => Parse(json)).Errors, error => error.Path == "$");

    [Fact]
    public void Parse_OfSeveralMistakes_NamesThemAll()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => Parse(
            """{"name":"","windows":{"click":"1y","view":"2d"},"max_touches":"many","oops":true}"""));

        Assert.Equal(
            ["max_touches", "name", "oops", "windows.click"],
            exception.Errors.Select(error => error.Path).Order(StringComparer.Ordinal));
        Assert.Contains("windows.click: found \"1y\", expected", exception.Message, StringComparison.Ordinal);
    }

    private static AttributionConfig Parse(string json) =>
        AttributionConfig.Parse(Encoding.UTF8.GetBytes(json));
}
