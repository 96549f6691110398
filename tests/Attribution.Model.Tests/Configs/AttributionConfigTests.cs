using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Configs;

public class AttributionConfigTests
{
    private const long Day = 86_400_000;

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>These hashes are on stored rows: where one changes, a default profile has changed.</summary>
    [Theory]
    [InlineData("web", "d1a19b69ba023b93845a71b1b7181649a4948ebf051ae365a7b022f08a8d1daa")]
    [InlineData("mmp", "f532dec50f3187001388183ed9fcbb6917671af071a59b5aff2ca78f080889ed")]
    public void Profile_HasThePinnedDocumentAndHash(string name, string hash)
    {
        AttributionConfig profile = name == "web" ? AttributionConfig.Web : AttributionConfig.Mmp;
        string file = Path.Combine(AppContext.BaseDirectory, "Configs", name + ".json");

        Assert.Equal(
            JsonNode.Parse(profile.CanonicalJson.Span)!.ToJsonString(Readable),
            File.ReadAllText(file).TrimEnd());
        Assert.Equal(hash, profile.Hash);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(profile.CanonicalJson.Span)), profile.Hash);
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

        Assert.Equal(FullConfig.Canonical(config), FullConfig.Canonical(again));
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
        "windows.clicks", "\"7d\"", "click, probabilistic_click")]
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
    [InlineData("""{"models":[]}""", "models", "[]", "different names, at least one, of first, last")]
    [InlineData("""{"models":["markov"]}""", "models", "\"markov\"", "fitted.markov")]
    [InlineData("""{"models":["last","last"]}""", "models", "[\"last\",\"last\"]", "different")]
    [InlineData("""{"name":"Web"}""", "name", "\"Web\"", "a-z")]
    [InlineData("""{"name":"\ud800"}""", "name", "\"\\ud800\"", "a-z")]
    [InlineData("""{"channels":{"grouping":"ua"}}""", "channels.grouping", "\"ua\"", "\"ga4.1\" or \"none\"")]
    [InlineData("""{"profile":"app"}""", "profile", "\"app\"", "\"web\" or \"mmp\"")]
    [InlineData("""{"profile":"mmp","windows":{"click":"31d"}}""",
        "windows.click", "\"31d\"", "from 1h to 30d")]
    [InlineData("""{"profile":"mmp","windows":{"click":"59m"}}""",
        "windows.click", "\"59m\"", "from 1h to 30d")]
    [InlineData("""{"profile":"mmp","windows":{"view":"25h"}}""", "windows.view", "\"25h\"", "from 1h to 1d")]
    [InlineData("""{"profile":"mmp","windows":{"referrer":"0s"}}""",
        "windows.referrer", "\"0s\"", "from 1h to 30d")]
    [InlineData("""{"windows":{"probabilistic_click":"59m"}}""",
        "windows.probabilistic_click", "\"59m\"", "0s (off) or from 1h to 1d")]
    [InlineData("""{"windows":{"probabilistic_view":"2d"}}""",
        "windows.probabilistic_view", "\"2d\"", "0s (off) or from 1h to 1d")]
    [InlineData(
        """
        {"profile":"mmp","windows":{"rules":[{"name":"a","view":"2d","when":{"field":"ip","exists":true}}]}}
        """,
        "windows.rules[0].view", "\"2d\"", "0s (off) or from 1h to 1d")]
    [InlineData("""{"windows":{"rules":[{"name":"a"}]}}""", "windows.rules[0].when", "", "a condition")]
    [InlineData("""{"windows":{"rules":[{"when":{"field":"type","exists":true}}]}}""",
        "windows.rules[0].name", "", "a name of 1 to 32")]
    [InlineData("""{"windows":{"rules":{}}}""", "windows.rules", "{}", "an array of at most 32 objects")]
    [InlineData("""{"journey":"all"}""", "journey", "\"all\"", "\"window\" or \"since_conversion\"")]
    [InlineData("""{"same_currency":1}""", "same_currency", "1", "true or false")]
    [InlineData("""{"duplicates":{"click_id":"31d"}}""", "duplicates.click_id", "\"31d\"", "from 0s to 30d")]
    [InlineData("""{"candidates":{"before":"31d"}}""", "candidates.before", "\"31d\"", "from 0s to 30d")]
    [InlineData("""{"candidates":{"after":"25h"}}""", "candidates.after", "\"25h\"", "from 0s to 1d")]
    [InlineData("""{"time_decay":{"step":"31d"}}""", "time_decay.step", "\"31d\"", "from 0s to 30d")]
    [InlineData("""{"w_shaped":{"last":1}}""", "w_shaped.last", "1", "first, lead, opportunity or rest")]
    [InlineData("""{"full_path":{"last":0}}""", "full_path", "a sum of 775000", "sum to 1000000")]
    [InlineData("""{"j_shaped":{"first":1000001}}""", "j_shaped.first", "1000001", "from 0 to 1000000")]
    [InlineData("""{"custom":[{"name":"a","rest":999999}]}""",
        "custom[0]", "a sum of 999999", "sum to 1000000")]
    [InlineData("""{"custom":[{"name":"A","rest":1000000}]}""", "custom[0].name", "\"A\"", "1 to 32 of a-z")]
    [InlineData("""{"custom":[{"name":"a","rest":1000000},{"name":"a","rest":1000000}]}""",
        "custom[1].name", "\"a\"", "none before it has")]
    [InlineData("""{"custom":[{"name":"a","first":[0,-1],"rest":1000000}]}""",
        "custom[0].first[1]", "-1", "from 0 to 1000000")]
    [InlineData("""{"custom":[{"name":"a","last":[0,0,0,0,0,0,0,0,0,0,0],"rest":1000000}]}""",
        "custom[0].last", "[0,0,0,0,0,0,0,0,0,0,0]", "at most 10")]
    [InlineData("""{"models":["custom:a"]}""", "models", "[\"custom:a\"]", "first, last")]
    [InlineData("""{"milestones":{"lead":["a","a"]}}""",
        "milestones.lead", "[\"a\",\"a\"]", "different event types")]
    [InlineData("""{"identity":{"max_ids":1}}""", "identity.max_ids", "1", "from 2 to 4096")]
    [InlineData("""{"identity":{"ignore":[""]}}""",
        "identity.ignore", "[\"\"]", "at most 256 ids of 1 to 64 bytes")]
    [InlineData("""{"channels":{"rules":[{"channel":"Unattributed","when":{"field":"ip","exists":true}}]}}""",
        "channels.rules[0].channel", "\"Unattributed\"", "not Unattributed")]
    [InlineData(
        """{"channels":{"rules":[{"channel":"A","when":{"any":[{"field":"url","regex":"(?<=a)"}]}}]}}""",
        "channels.rules[0].when.any[0].regex", "\"(?<=a)\"", "no look-around")]
    [InlineData("""{"campaigns":{"rules":[{"name":"a","when":{"field":"type","exists":true}}]}}""",
        "campaigns.rules[0].campaign", "", "a string of 1 to 512 bytes")]
    [InlineData("""{"fraud":{"min_time_to_install":"61m"}}""",
        "fraud.min_time_to_install", "\"61m\"", "from 0s to 1h")]
    [InlineData("""{"fraud":{"max_clicks":1001}}""", "fraud.max_clicks", "1001", "from 0 to 1000")]
    [InlineData("""{"fraud":{"max_clicks_within":"0s"}}""",
        "fraud.max_clicks_within", "\"0s\"", "from 1s to 7d")]
    [InlineData("""{"mmp":{"reattribution":"29d"}}""", "mmp.reattribution", "\"29d\"", "from 30d to 730d")]
    [InlineData("""{"mmp":{"inactivity":"31d"}}""", "mmp.inactivity", "\"31d\"", "from 0s to 30d")]
    [InlineData("""{"mmp":{"reengagement":"91d"}}""", "mmp.reengagement", "\"91d\"", "from 1d to 90d")]
    [InlineData("""{"mmp":{"lifetime":"731d"}}""", "mmp.lifetime", "\"731d\"", "from 1d to 730d")]
    [InlineData("""{"mmp":{"retargeting":true}}""", "mmp.retargeting", "true", "an object")]
    [InlineData("""{"fitted":{"markov":"abc"}}""", "fitted.markov", "\"abc\"", "64 hexadecimal digits")]
    [InlineData("""{"fitted":{"lasso":"abc"}}""", "fitted.lasso", "\"abc\"", "markov or shapley")]
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
    public void Parse_OfAnUnknownFittedTable_NamesIt()
    {
        string hash = new('7', 64);

        ConfigError error = Assert.Single(Assert.Throws<ConfigException>(
            () => FullConfig.Parse("""{"fitted":{"shapley":"#"}}""".Replace("#", hash))).Errors);

        Assert.Equal("fitted.shapley", error.Path);
        Assert.Contains("fitted as shapley and is known", error.Expected, StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => FullConfig.Parse(
            """{"fitted":{"shapley":"#"}}""".Replace("#", FullConfig.Config.Markov!.Hash)));
    }

    [Fact]
    public void Parse_OfHostileDocuments_IsRefusedAtOnce()
    {
        string deep = "{\"mmp\":{\"retargeting\":" + string.Concat(Enumerable.Repeat("{\"not\":", 100_000));
        string wide = "{\"max_touches\":1" + new string(' ', ConfigReader.MaxDocumentBytes) + "}";
        string many = "{" + string.Join(",", Enumerable.Range(0, 50_000).Select(i => $"\"k{i}\":0")) + "}";
        string twice = """{"mmp":{"retargeting":{"field":"type","exists":true,"exists":true}}}""";

        Assert.Equal("$", Assert.Single(Errors(deep)).Path);
        Assert.Equal("$", Assert.Single(Errors(wide)).Path);
        Assert.Equal("$", Assert.Single(Errors(twice)).Path);
        Assert.Equal(100, Errors(many).Count);
    }

    [Fact]
    public void Mmp_HasTheStatedDefaults()
    {
        AttributionConfig mmp = AttributionConfig.Mmp;
        WindowSetting windows = mmp.Windows.Settings[0];

        Assert.Equal("mmp", mmp.Name);
        Assert.Equal((7 * Day, Day), (windows.Click, windows.View));
        Assert.Equal((7 * Day, 7 * Day), (windows.Visit, windows.Referrer));
        Assert.Equal((Day, 0L), (windows.ProbabilisticClick, windows.ProbabilisticView));
        Assert.Equal(Day, mmp.DuplicateClickMillis);
        Assert.True(mmp.Identity.LinksClickIds);
        Assert.True(mmp.Installs.AppliesReinstalls);
        Assert.Equal(90 * Day, mmp.Installs.ReattributionMillis);
        Assert.Equal(0, mmp.Installs.InactivityMillis);
        Assert.Equal(30 * Day, mmp.Installs.ReengagementMillis);
        Assert.Equal(["mmp", "mmp_retargeting"], mmp.Models.TakeLast(2).Select(model => model.Name));
        Assert.Equal(8, mmp.Models.Count);
    }

    /// <summary>What the full document says is what the typed config holds.</summary>
    [Fact]
    public void Parse_OfEverySection_FillsTheConfig()
    {
        AttributionConfig config = FullConfig.Config;

        Assert.Equal(
            ["last", "w_shaped", "mmp", "markov", "shapley", "custom:early", "custom:late"],
            config.Models.Select(model => model.Name));
        Assert.Equal([-1, -1, -1, -1, -1, 0, 1], config.Models.Select(model => model.Custom));
        Assert.Equal([500_000, 200_000], config.CustomWeights[0].First);
        Assert.Equal([200_000, 400_000], config.CustomWeights[1].Last);
        Assert.Equal(
            ["windows", "windows.rules[0]", "windows.rules[1]"],
            config.Windows.Settings.Select(setting => setting.Path));
        Assert.Equal(0, config.Windows.Settings[1].View);
        Assert.Equal(3 * Day, config.Windows.Settings[2].Click);
        Assert.Equal(36 * Day / 24, config.Windows.Settings[2].View);
        Assert.Equal(["tiktok", "brand"], config.Windows.Rules.Select(rule => rule.Name));
        Assert.Equal(64, config.MaxTouchesPerConversion);
        Assert.True(config.StartsAnewAtConversion);
        Assert.True(config.RequiresSameCurrency);
        Assert.Equal(Day / 2, config.DuplicateClickMillis);
        Assert.Equal((3 * Day, Day / 12), (config.Candidates.BeforeMillis, config.Candidates.AfterMillis));
        Assert.Equal((5 * Day, Day), (config.TimeDecay.HalfLifeMillis, config.TimeDecay.StepMillis));
        Assert.Equal(250_000, config.WShaped.Rest);
        Assert.Equal(200_000, config.FullPath.Last);
        Assert.Equal(["demo", "trial"], config.Milestones.Opportunity);
        Assert.Equal(["0", "null"], config.Identity.Ignore);
        Assert.False(config.Identity.LinksReferrerIds);
        Assert.Equal(64, config.Identity.MaxIdsPerPerson);
        Assert.Equal(["TikTok Spark", "Podcast", "Unattributed"], config.Channels.TakeLast(3));
        Assert.Equal("Direct", config.Channels[0]);
        Assert.Equal(config.Channels.Count - 1, config.UnattributedChannel);
        Assert.Equal(["spring", "rest"], config.CampaignRules.Select(rule => rule.Name));
        Assert.Equal(["datacentre", "price"], config.Fraud.RuleNames);
        Assert.Equal((20, Day / 48), (config.Fraud.MaxClicks, config.Fraud.MaxClicksWithinMillis));
        Assert.Equal(10_000, config.Fraud.MinTimeToInstallMillis);
        Assert.True(config.Fraud.RejectsInjection);
        Assert.Equal(["first_open", "install"], config.Installs.Types);
        Assert.NotNull(config.Installs.Retargeting);
        Assert.NotNull(config.Shapley);
    }

    [Fact]
    public void Channels_WithoutGrouping_AreThoseOfOwnRulesAndTheRest()
    {
        AttributionConfig config = Parse(
            """
            {"channels":{"grouping":"none","rules":[{"channel":"All","when":{"field":"ip","exists":true}}]}}
            """);

        Assert.Equal(["Unassigned", "All", "Unattributed"], config.Channels.TakeLast(3));
        Assert.Empty(config.Grouping.GroupingRules);
        Assert.Equal(19, AttributionConfig.Web.Grouping.GroupingRules.Count);
    }

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

    private static IReadOnlyList<ConfigError> Errors(string json) =>
        Assert.Throws<ConfigException>(() => Parse(json)).Errors;

    private static AttributionConfig Parse(string json) =>
        AttributionConfig.Parse(Encoding.UTF8.GetBytes(json));
}
