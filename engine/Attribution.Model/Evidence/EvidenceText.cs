using System.Globalization;
using System.Text;
using Attribution.Model.Configs;

namespace Attribution.Model.Evidence;

/// <summary>Says in one line for people why a touch earned nothing. Stateless.</summary>
public static class EvidenceText
{
    private static readonly (string Unit, long Millis)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>
    /// The rule and the numbers compared, such as <c>outside_window 9d 02:11:04 &gt; 7d (windows.click)</c>.
    /// </summary>
    public static string Describe(RejectedTouch rejected)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        string rule = rejected.Rule;
        long found = rejected.Found ?? 0;
        long limit = rejected.Limit ?? 0;
        return rule switch
        {
            "outside_window" when limit == 0 && rejected.Setting?.Contains("probabilistic") == true =>
                $"{rule} ({rejected.Setting} is off)",
            "outside_window" => $"{rule} {Clock(found)} > {Duration.Format(limit)} ({rejected.Setting})",
            "after_conversion" => $"{rule} by {Clock(-found)}",
            "before_previous_conversion" => $"{rule} {Clock(found)} >= {Clock(limit)}",
            "duplicate" => $"{rule} of {rejected.By}, {Words(found)} after it",
            "other_currency" => $"{rule} {rejected.FoundCurrency} != {rejected.LimitCurrency}",
            "not_retargeting" when limit > 0 => $"{rule} {Clock(found)} >= {Clock(limit)}",
            "fraud:min_time_to_install" when rejected.Found is not null =>
                $"{rule} {Clock(found)} < {Duration.Format(limit)}",
            "fraud:injection" when rejected.Found is not null =>
                $"{rule} {Words(found)} after the install began",
            "fraud:max_clicks" when rejected.Found is not null => $"{rule} {Count(found)} > {Count(limit)}",
            "over_limit" => $"{rule} {Count(found)} > {Count(limit)}",
            "earlier_than_last" => $"{rule} {Clock(found)} >= {Clock(limit)} ({rejected.By})",
            "later_than_first" => $"{rule} {Clock(found)} <= {Clock(limit)} ({rejected.By})",
            _ => rejected.By is null ? rule : $"{rule} ({rejected.By})",
        };
    }

    /// <summary>A span to be compared with others: <c>9d 02:11:04</c>, <c>00:00:01.500</c>.</summary>
    public static string Clock(long millis)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(millis);
        string days = span.Days == 0 ? "" : Count(span.Days) + "d ";
        string format = span.Milliseconds == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.fff";
        return days + span.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A span to be read: <c>3m 10s</c>.</summary>
    internal static string Words(long millis)
    {
        var text = new StringBuilder();
        foreach ((string unit, long unitMillis) in Units)
        {
            if (millis >= unitMillis)
                text.Append(text.Length == 0 ? "" : " ").Append(Count(millis / unitMillis)).Append(unit);
            millis %= unitMillis;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
