using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Sums;

/// <summary>
/// The days of a range, in UTC, whose stored sums are proven to be of the rows that are there now; what is
/// left of the range is read row by row. Immutable.
/// </summary>
internal sealed class StoredDays
{
    private const string DayFormat = "yyyy-MM-dd";

    private readonly List<SummedDay> _days;

    private StoredDays(List<SummedDay> days, TimeRange range)
    {
        _days = days;
        Rest = RestOf(range);
    }

    /// <summary>The stretches of the range that no stored day covers, in order.</summary>
    public IReadOnlyList<(DateTime From, DateTime To)> Rest { get; }

    /// <summary>
    /// Null where there is none, as with a read key: its user sees no parts. So it is with a database that
    /// an older engine made, and one whose parts lie on other servers.
    /// </summary>
    /// <param name="session">Asks.</param>
    /// <param name="source">What was summed.</param>
    /// <param name="question">Of which days, and by which fields.</param>
    /// <param name="cancel">Ends it early.</param>
    public static async Task<StoredDays?> FindAsync(
        ReportSession session, SummedSource source, DayQuestion question, CancellationToken cancel)
    {
        (DateTime first, DateTime end) = WholeDays(question.Range);
        if (session.Settings.Key is not null || first >= end)
            return null;
        QueryParameters parameters = source.AddTo(new QueryParameters())
            .Add("lists", question.Lists.Distinct())
            .Add("first", DateOnly.FromDateTime(first))
            .Add("end", DateOnly.FromDateTime(end));
        try
        {
            await using Rows rows = await session
                .QueryComposedAsync(source.Sql("sums_current"), parameters, cancel).ConfigureAwait(false);
            List<SummedDay> days = await ReadAsync(rows, cancel).ConfigureAwait(false);
            return days.Count == 0 ? null : new StoredDays(days, question.Range);
        }
        catch (ClickHouseException error) when (error.Code
            is ServerCode.UnknownTable or ServerCode.UnknownColumn or ServerCode.AccessDenied)
        {
            return null;
        }
    }

    /// <summary>The days of the range, UTC, that are in it from their beginning to their end.</summary>
    public static (DateTime First, DateTime End) WholeDays(TimeRange range)
    {
        DateTime first = range.From.Date == range.From ? range.From : range.From.Date.AddDays(1);
        return (first, range.To.Date);
    }

    /// <summary>Days with the hash of their parts, as queries over days give them.</summary>
    public static async Task<List<SummedDay>> ReadAsync(
        Rows rows, CancellationToken cancel)
    {
        var days = new List<SummedDay>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            days.Add(new SummedDay(
                DateTime.ParseExact(
                    row.GetString("day_text"), DayFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                row.GetString("parts_hash")));
        return days;
    }

    /// <summary>Days as values of <c>sums_of_days.sql</c>.</summary>
    public static QueryParameters AddTo(
        QueryParameters parameters, IReadOnlyCollection<SummedDay> days) => parameters
            .Add("days", days.Select(each => each.Day.ToString(DayFormat, CultureInfo.InvariantCulture)))
            .Add("parts", days.Select(each => each.Parts));

    /// <summary>The stored days as values of <c>sums_of_days.sql</c>.</summary>
    public QueryParameters AddTo(QueryParameters parameters) => AddTo(parameters, _days);

    /// <summary>A condition that holds in the rest of the range.</summary>
    public static string RestSql(
        IReadOnlyList<(DateTime From, DateTime To)> rest, string time, SqlArguments arguments) =>
        rest.Count == 0
            ? ""
            : "AND (" + string.Join(" OR ", rest.Select(each =>
                $"({time} >= {arguments.Time(each.From)} AND {time} < {arguments.Time(each.To)})")) + ")";

    private List<(DateTime From, DateTime To)> RestOf(TimeRange range)
    {
        var rest = new List<(DateTime, DateTime)>();
        DateTime at = range.From;
        foreach (DateTime day in _days.Select(each => each.Day).Order())
        {
            if (at < day)
                rest.Add((at, day));
            at = day.AddDays(1);
        }

        if (at < range.To)
            rest.Add((at, range.To));
        return rest;
    }
}

/// <summary>Which days a report is of, and by which lists of fields it needs their sums. Immutable.</summary>
internal sealed record DayQuestion(TimeRange Range, IReadOnlyList<string> Lists);

/// <summary>A day, UTC, and the hash of the tables' parts that reach into it. A value.</summary>
internal readonly record struct SummedDay(DateTime Day, string Parts);
