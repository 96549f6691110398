using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Sums;

/// <summary>Answers questions about credit from sums of whole days, where those can. Stateless.</summary>
internal static class CreditSums
{
    /// <summary>The table whose days are summed.</summary>
    public const string Source = "attributions";

    private const string Currency = "currency";

    /// <summary>A field of touches that sums are stored by, one at a time.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["channel", "source", "medium", "campaign"];

    private static readonly string[] Times = ["day", "week", "month"];

    /// <summary>
    /// Sums know one field of touches, and no time of day: a conversion counts once per line, which does not
    /// add up over several. Null where they cannot answer, or none are stored.
    /// </summary>
    public static async Task<StoredDays?> FindAsync(
        ReportSession session, CreditQuestion question, TimeRange range, CancellationToken cancel)
    {
        int fields = question.Keys.Count(Fields.Contains);
        int times = question.Keys.Count(Times.Contains);
        int others = question.Keys.Count(key => key == Currency);
        bool isKnown = question.Where is null && fields <= 1 && others <= 1
            && fields + times + others == question.Keys.Count
            && (times == 0 || range.Zone.HasOffsetsOf(TimeSpan.FromDays(1), range));
        return isKnown
            ? await StoredDays.FindAsync(session, Source, range, cancel).ConfigureAwait(false)
            : null;
    }

    /// <summary>Rows as <see cref="CreditQuery"/> has them, of the stored days.</summary>
    public static Task<Rows> AskAsync(
        ReportSession session, CreditQuestion question, QueryParameters parameters, CancellationToken cancel)
    {
        string field = question.Keys.FirstOrDefault(Fields.Contains, "");
        parameters.Add("field", field);
        var arguments = new SqlArguments(parameters);
        IEnumerable<string> keys = question.Keys.Select(
            (key, at) => $"{CreditFields.Find(key, arguments)!.Field.Text} AS key_{at},\n    ");
        string sql = SqlFile.Load(
            "sums_credits",
            ("keys", string.Concat(keys)),
            ("no_keys", string.Concat(question.Keys.Select((_, at) => $"'' AS key_{at},\n    "))),
            ("texts", field.Length == 0 ? "" : $"text AS {field},"),
            ("of_days", SqlFile.Load("sums_of_days").Trim()));
        return session.QueryComposedAsync(sql, parameters, cancel);
    }
}
