using Attribution.Model.Evidence;

namespace Attribution.Model.Tests.Evidence;

public class EvidenceTextTests
{
    private const long Second = 1000;
    private const long Hour = 3600 * Second;
    private const long Day = 24 * Hour;

    [Theory]
    [InlineData("outside_window", (9 * Day) + (2 * Hour) + (11 * 60 * Second) + (4 * Second), 7 * Day,
        "outside_window 9d 02:11:04 > 7d (windows.click)")]
    [InlineData("outside_window", Hour + 1, Hour, "outside_window 01:00:00.001 > 1h (windows.click)")]
    [InlineData("duplicate", 190 * Second, Day, "duplicate of e17, 3m 10s after it")]
    [InlineData("duplicate", 0, Day, "duplicate of e17, 0s after it")]
    [InlineData("after_conversion", -Hour, 0, "after_conversion by 01:00:00")]
    [InlineData("fraud:max_clicks", 12, 10, "fraud:max_clicks 12 > 10")]
    [InlineData("fraud:min_time_to_install", 2500, 10 * Second,
        "fraud:min_time_to_install 00:00:02.500 < 10s")]
    [InlineData("over_limit", 129, 128, "over_limit 129 > 128")]
    [InlineData("earlier_than_last", 2 * Day, Day, "earlier_than_last 2d 00:00:00 >= 1d 00:00:00 (e17)")]
    [InlineData("not_retargeting", 2 * Day, Day, "not_retargeting 2d 00:00:00 >= 1d 00:00:00")]
    public void Describe_OfARule_SaysTheNumbersCompared(string rule, long found, long limit, string text) =>
        Assert.Equal(text, EvidenceText.Describe(new RejectedTouch
        {
            Touch = "e1",
            TimeMillis = 0,
            Rule = rule,
            Found = found,
            Limit = limit,
            Setting = "windows.click",
            By = "e17",
        }));

    [Theory]
    [InlineData("id_mismatch", null, "id_mismatch")]
    [InlineData("fraud:bots", null, "fraud:bots")]
    [InlineData("fraud:max_clicks", null, "fraud:max_clicks")]
    [InlineData("view_beaten_by_click", "e17", "view_beaten_by_click (e17)")]
    [InlineData("a_rule_of_a_later_version", null, "a_rule_of_a_later_version")]
    public void Describe_OfARuleWithoutNumbers_NamesIt(string rule, string? by, string text) =>
        Assert.Equal(text, EvidenceText.Describe(
            new RejectedTouch { Touch = "e1", TimeMillis = 0, Rule = rule, By = by }));
}
