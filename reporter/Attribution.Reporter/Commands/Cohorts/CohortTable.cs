using Attribution.ClickHouse.Http;
using Attribution.Reporter.Persons;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>The cohorts of a range, and which of their periods are over. Owned by one command.</summary>
internal sealed class CohortTable
{
    /// <summary>Beyond what a report can show; a range of 27 years by day.</summary>
    public const int MaxPeriods = 10_000;

    private readonly CohortQuestion _question;
    private readonly ReportZone _zone;
    private readonly DateTime _through;
    private readonly List<Cohort> _cohorts = [];

    private CohortTable(CohortQuestion question, ReportZone zone, DateTime through)
    {
        _question = question;
        _zone = zone;
        _through = through;
    }

    /// <summary>Those that have anybody, oldest first.</summary>
    public IReadOnlyList<Cohort> Cohorts => _cohorts;

    /// <summary>
    /// In which anything was earned, by their codes; the empty one where money is not measured.
    /// </summary>
    public IReadOnlyList<string> Currencies => _question.IsMoney
        ? [.. _cohorts.SelectMany(cohort => cohort.Currencies).Distinct().Order(StringComparer.Ordinal)]
        : [""];

    /// <param name="question">What is asked.</param>
    /// <param name="session">Asks it.</param>
    /// <param name="cancel">Ends it early.</param>
    public static async Task<CohortTable> ReadAsync(
        CohortQuestion question, ReportSession session, CancellationToken cancel)
    {
        TimeRange range = session.Settings.Range;
        DateTime through = range.To < session.Now ? range.To : session.Now;
        var table = new CohortTable(question, range.Zone, through);
        var query = new PersonQuery(
            question.Config.Identity, persons => question.Compose(session, persons));
        await using Rows rows = await query.AskAsync(session, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            table.Add(row);
        return table;
    }

    /// <summary>How many periods of a cohort have begun.</summary>
    public int Begun(Cohort cohort)
    {
        int count = 0;
        while (count < MaxPeriods && BeginOf(cohort, count) < _through)
            count++;
        return Math.Max(count, 1);
    }

    /// <summary>Whether nothing more can happen in it.</summary>
    public bool IsOver(Cohort cohort, int index) => BeginOf(cohort, index + 1) <= _through;

    private DateTime BeginOf(Cohort cohort, int index) =>
        CohortPeriod.Instant(_question.Period.Add(cohort.Begin, index), _zone);

    private void Add(Row row)
    {
        DateOnly begin = DateOnly.FromDateTime(row.GetDateTime("cohort"));
        if (_cohorts.Count == 0 || _cohorts[^1].Begin != begin)
            _cohorts.Add(new Cohort(begin));
        int index = (int)row.GetInt64("period_index");
        if (index < 0)
            _cohorts[^1].Size = row.GetInt64("facts");
        else
            _cohorts[^1].Set(
                row.GetString("currency"),
                index,
                _question.IsMoney ? row.GetDecimal("amount") : row.GetInt64("facts"));
    }
}
