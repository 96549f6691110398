using Attribution.Model.Configs;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Configs;

public class ConfigDiffTests
{
    private const string WebModels =
        """
        "first","last","last_non_direct","linear","time_decay","position_based"
        """;

    [Fact]
    public void Compare_ConfigWithItself_FindsNothing() =>
        Assert.Empty(ConfigDiff.Compare(FullConfig.Config, FullConfig.Config));

    [Fact]
    public void Compare_TheTwoProfiles_NamesEachPlace() =>
        Assert.Equal(
            [
                ("duplicates.click_id", "\"0s\"", "\"1d\""),
                ("identity.click_ids", "false", "true"),
                ("mmp.installs", "false", "true"),
                ("models", $"[{WebModels}]", $"[{WebModels},\"mmp\",\"mmp_retargeting\"]"),
                ("name", "\"web\"", "\"mmp\""),
                ("windows.click", "\"30d\"", "\"7d\""),
                ("windows.probabilistic_click", "\"0s\"", "\"1d\""),
                ("windows.referrer", "\"30d\"", "\"7d\""),
                ("windows.view", "\"30d\"", "\"1d\""),
                ("windows.visit", "\"30d\"", "\"7d\""),
            ],
            ConfigDiff.Compare(AttributionConfig.Web, AttributionConfig.Mmp)
                .Select(difference => (difference.Path, difference.ValueA, difference.ValueB)));

    /// <summary>Rules are compared place by place, a condition as a whole, and a rule more is one difference.
    /// </summary>
    [Fact]
    public void Compare_Rules_NamesTheRule()
    {
        AttributionConfig a = FullConfig.Parse(
            """
            {"campaigns":{"rules":[
              {"name":"one","campaign":"x","when":{"field":"source","equals":"a"}},
              {"name":"two","campaign":"y","source":"s","when":{"field":"source","in":["a","b"]}}]}}
            """);
        AttributionConfig b = FullConfig.Parse(
            """
            {"campaigns":{"rules":[
              {"name":"one","campaign":"x","when":{"field":"source","equals":"a"}},
              {"name":"two","campaign":"z","when":{"field":"source","in":["a","c"]}},
              {"name":"three","campaign":"z","when":{"field":"source","exists":false}}]},
             "mmp":{"retargeting":{"field":"source","exists":true}}}
            """);

        Assert.Equal(
            [
                new("campaigns.rules[1].campaign", "\"y\"", "\"z\""),
                new("campaigns.rules[1].source", "\"s\"", ""),
                new(
                    "campaigns.rules[1].when",
                    """{"field":"source","in":["a","b"]}""", """{"field":"source","in":["a","c"]}"""),
                new(
                    "campaigns.rules[2]", "",
                    """
                    {"campaign":"z","name":"three","overwrite":false,"when":{"exists":false,"field":"source"}}
                    """),
                new("mmp.retargeting", "null", """{"exists":true,"field":"source"}"""),
            ],
            ConfigDiff.Compare(a, b));
    }
}
