using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Sums;

/// <summary>
/// Answers one question about credit from sums of whole days, where those can. Owned by that question.
/// </summary>
internal sealed class CreditSums
{
    private const string Currency = "currency";

    private static readonly string[] Times = ["day", "week", "month"];

    private readonly CreditQuestion _question;
    private readonly string _list;

    private CreditSums(CreditQuestion question, string list, StoredDays days)
    {
        _question = question;
        _list = list;
        Days = days;
    }

    /// <summary>Which it answers for.</summary>
    public StoredDays Days { get; }

    /// <summary>
    /// Sums know the lists of fields that they are stored by, and no time of day. Null where they cannot
    /// answer, or none are stored.
    /// </summary>
    public static async Task<CreditSums?> FindAsync(
        ReportSession session, CreditQuestion question, TimeRange range, CancellationToken cancel)
    {
        string[] fields = [.. question.Keys.Where(key => key != Currency && !Times.Contains(key))];
        bool hasTimes = question.Keys.Any(Times.Contains);
        if (question.Where is not null
            || SummedSource.OfCredit(fields) is not { } found
            || (hasTimes && !range.Zone.HasOffsetsOf(TimeSpan.FromDays(1), range)))
            return null;

        StoredDays? days = await StoredDays.FindAsync(
            session, found.Source, new DayQuestion(range, ["", found.List]), cancel).ConfigureAwait(false);
        return days is null ? null : new CreditSums(question, found.List, days);
    }

    /// <summary>Rows as <see cref="CreditQuery"/> has them, of the stored days.</summary>
    public Task<Rows> AskAsync(ReportSession session, QueryParameters parameters, CancellationToken cancel)
    {
        Days.AddTo(parameters).Add("list", _list);
        var arguments = new SqlArguments(parameters);
        IEnumerable<string> keys = _question.Keys.Select(
            (key, at) => $"{CreditFields.Find(key, arguments)!.Field.Text} AS key_{at},\n    ");
        bool hasTimes = _question.Keys.Any(Times.Contains);
        string sql = SqlFile.Load(
            "sums_credits",
            ("keys", string.Concat(keys)),
            ("no_keys", string.Concat(_question.Keys.Select((_, at) => $"'' AS key_{at},\n    "))),
            ("time", hasTimes ? "toDateTime64(day, 3, 'UTC') AS conversion_time," : ""),
            ("day", hasTimes ? "day," : ""),
            ("texts", Texts(SummedSource.Fields(_list))),
            ("of_days", SqlFile.Load("sums_of_days").Trim()));
        return session.QueryComposedAsync(sql, parameters, cancel);
    }

    private static string Texts(string[] fields) => fields.Length == 1
        ? $"text AS {fields[0]},"
        : string.Concat(fields.Select(
            (field, at) => $"{SummedSource.Apart(at)} AS {field},\n        "));
}
