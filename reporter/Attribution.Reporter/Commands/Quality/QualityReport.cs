namespace Attribution.Reporter.Commands.Quality;

/// <summary>Turns counts into lines of the quality report. Stateless.</summary>
internal static class QualityReport
{
    /// <summary>How much came, and how fast.</summary>
    public static IEnumerable<QualityRow> Received(
        IReadOnlyList<ArrivedEvents> all, TimeSpan range, int limit)
    {
        decimal seconds = (decimal)range.TotalSeconds;
        long total = all.Where(each => each.IsTotal).Sum(each => each.Events);
        yield return new QualityRow("received", "all")
        {
            Events = total,
            Share = total > 0 ? 1m : null,
            PerSecond = decimal.Round(total / seconds, 3),
        };
        foreach (ArrivedEvents each in all.Where(each => !each.IsTotal).Take(limit))
            yield return new QualityRow("received", Named(each.Key))
            {
                Events = each.Events,
                Share = CreditReport.Share(each.Events, total),
                PerSecond = decimal.Round(each.Events / seconds, 3),
            };
    }

    /// <summary>Shares are of what was received and rejected together.</summary>
    public static IEnumerable<QualityRow> Rejected(
        IReadOnlyList<(string Reason, long Events, string Sample)> reasons, long received)
    {
        long rejected = reasons.Sum(each => each.Events);
        yield return new QualityRow("rejected", "all")
        {
            Events = rejected,
            Share = CreditReport.Share(rejected, received + rejected),
        };
        foreach ((string reason, long events, string sample) in reasons)
            yield return new QualityRow("rejected", reason)
            {
                Events = events,
                Share = CreditReport.Share(events, received + rejected),
                Detail = sample,
            };
    }

    /// <summary>How long after they happened events were received.</summary>
    public static IEnumerable<QualityRow> Late(IReadOnlyList<ArrivedEvents> all, int limit)
    {
        ArrivedEvents total = Total(all);
        (string Item, long Events)[] steps =
        [
            ("more than 1 minute", total.LateMinute), ("more than 1 hour", total.LateHour),
            ("more than 1 day", total.LateDay), ("more than 7 days", total.LateWeek),
        ];
        foreach ((string item, long events) in steps)
            yield return new QualityRow("late", item)
            {
                Events = events,
                Share = CreditReport.Share(events, total.Events),
            };
        IEnumerable<ArrivedEvents> latest = all.Where(each => !each.IsTotal && each.LateHour > 0)
            .OrderByDescending(each => each.LateHour)
            .ThenBy(each => each.Key, StringComparer.Ordinal).Take(limit);
        foreach (ArrivedEvents each in latest)
            yield return new QualityRow("late 1 hour", Named(each.Key))
            {
                Events = each.LateHour,
                Share = CreditReport.Share(each.LateHour, each.Events),
            };
    }

    /// <summary>Shares are of the paid clicks and visits with that value.</summary>
    public static IEnumerable<QualityRow> Untagged(IReadOnlyList<ArrivedEvents> all, int limit)
    {
        ArrivedEvents total = Total(all);
        yield return new QualityRow("no campaign", "all paid clicks")
        {
            Events = total.Untagged,
            Share = CreditReport.Share(total.Untagged, total.Paid),
            Detail = total.Untagged > 0 ? "add utm_campaign to the links of these ads" : "",
        };
        IEnumerable<ArrivedEvents> worst = all.Where(each => !each.IsTotal && each.Untagged > 0)
            .OrderByDescending(each => each.Untagged)
            .ThenBy(each => each.Key, StringComparer.Ordinal).Take(limit);
        foreach (ArrivedEvents each in worst)
            yield return new QualityRow("no campaign", Named(each.Key))
            {
                Events = each.Untagged,
                Share = CreditReport.Share(each.Untagged, each.Paid),
            };
    }

    /// <summary>How far senders' clocks are behind the engine's, with the way through the network.</summary>
    public static IEnumerable<QualityRow> Clock(ArrivedEvents total)
    {
        long sent = total.Events - total.Unsent;
        yield return new QualityRow("clock", "without sent_at")
        {
            Events = total.Unsent,
            Share = CreditReport.Share(total.Unsent, total.Events),
            Detail = total.Unsent > 0 ? "these senders' clocks cannot be corrected" : "",
        };
        if (sent == 0)
            yield break;
        yield return new QualityRow("clock", "more than 1 minute ahead")
        {
            Events = total.Ahead,
            Share = CreditReport.Share(total.Ahead, sent),
        };
        yield return new QualityRow("clock", "more than 1 minute behind")
        {
            Events = total.Behind,
            Share = CreditReport.Share(total.Behind, sent),
        };
        string[] names = ["1 % below", "half below", "99 % below"];
        for (int at = 0; at < names.Length; at++)
            yield return new QualityRow("clock", names[at])
            {
                Seconds = decimal.Round((decimal)total.Skews[at], 3),
                Detail = "received_at - sent_at, within 1 %",
            };
    }

    public static ArrivedEvents Total(IReadOnlyList<ArrivedEvents> all) =>
        all.FirstOrDefault(each => each.IsTotal) ?? new ArrivedEvents("", true);

    private static string Named(string key) => key.Length == 0 ? "(none)" : key;
}
