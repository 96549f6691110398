using System.Globalization;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// A rule that decided, with the numbers it compared, in words: <c>outside_window 9d 02:11:04 &gt; 7d
/// (windows.click)</c>. Stateless.
/// </summary>
internal static class RuleText
{
    private const string AfterConversion = "after_conversion";
    private const string Duplicate = "duplicate";
    private static readonly string[] CountingRules = ["over_limit", "fraud:max_clicks"];

    /// <summary>Their limit is no setting but the age of another touch or conversion.</summary>
    private static readonly string[] AgeRules =
        ["earlier_than_last", "later_than_first", "before_previous_conversion"];

    /// <summary>By which a touch that took part loses to another one, under one model or another.</summary>
    private static readonly string[] RelativeRules =
    [
        "earlier_than_last", "later_than_first", "direct", "weight_zero", "install_decides",
        "no_reengagement", "view_beaten_by_click", "probabilistic_beaten_by_deterministic",
        "click_beaten_by_referrer",
    ];

    /// <summary>Whether a touch that the rule names took part all the same.</summary>
    public static bool IsRelative(string rule) => RelativeRules.Contains(rule);

    public static string Of(RejectedTouch rejected)
    {
        bool hasOther = rejected.By is { Length: > 0 };
        string setting = rejected.Setting is { Length: > 0 } path ? $" ({path})" : "";
        return rejected.Rule == Duplicate && hasOther
            ? $"{rejected.Rule} of {rejected.By}{Numbers(rejected)}{setting}"
            : rejected.Rule + Numbers(rejected) + setting + (hasOther ? $" by {rejected.By}" : "");
    }

    private static string Numbers(RejectedTouch rejected)
    {
        if (rejected is { FoundText: { } text, LimitText: { } wanted })
            return $" {text}, not {wanted}";
        if (rejected.Rule == AfterConversion)
            return rejected.Found is { } after ? $" {SpanText.Age(after)} after it" : "";
        if (rejected.Found is not { } found || rejected.Limit is not { } limit || (found == 0 && limit == 0))
            return "";

        string comparison = found > limit ? ">" : found < limit ? "<" : "=";
        if (CountingRules.Contains(rejected.Rule))
            return string.Create(CultureInfo.InvariantCulture, $" {found} {comparison} {limit}");
        bool isAge = AgeRules.Contains(rejected.Rule);
        return $" {SpanText.Age(found)} {comparison} {(isAge ? SpanText.Age(limit) : SpanText.Limit(limit))}";
    }
}
