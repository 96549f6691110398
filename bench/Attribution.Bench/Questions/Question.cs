namespace Attribution.Bench.Questions;

/// <summary>
/// A command of the reporter's, and beside it the same question in SQL as people write it. Immutable.
/// </summary>
/// <param name="Arguments">As typed, without the range and the connection.</param>
/// <param name="Sql">The file of the statement; null where plain SQL has no such thing.</param>
internal sealed record Question(string Arguments, string? Sql)
{
    /// <summary>Every standard command.</summary>
    public static IReadOnlyList<Question> All { get; } =
    [
        new("channels --model linear", "channels"),
        new("campaigns --model linear", "campaigns"),
        new("sources --model linear", "sources"),
        new("top country --model linear", "top_country"),
        new("top touch_type --by channel --model linear", "top_touch_type"),
        new("models", "models"),
        new("trend conversions --every day", "trend_conversions"),
        new("trend value --every week --by channel --model linear", "trend_value"),
        new("trend events --every day", "trend_events"),
        new("paths --limit 20", "paths"),
        new("paths --ending none --limit 20", "paths_to_none"),
        new("funnel click purchase --within 7d", "funnel"),
        new("cohort --every week", "cohort"),
        new("retention --every week", "retention"),
        new("conversions --limit 20", "conversions"),
        new("events --limit 20", "events"),
        new("journey $user", "journey"),
        new("explain $conversion", "explain"),
        new("quality", "quality"),
        new("doctor", null),
    ];

    public string Name => Arguments.Replace("$", "", StringComparison.Ordinal);
}
