using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>
/// Turns the rows of <c>cohort</c> into a triangle: a row per cohort, a column per period since. Stateless.
/// </summary>
internal static class CohortHeat
{
    // The rows of the command: cohort, size, period, persons, share and whether the period is over.
    private const int PeriodColumn = 2;
    private const int ShareColumn = 4;
    private const int OverColumn = 5;
    private const int KeyColumns = 2;

    public static PageTable Triangle(PageTable table)
    {
        List<IGrouping<string?, object?[]>> cohorts =
            [.. table.Rows.GroupBy(row => CellText.Exact(row[0]))];
        int periods = cohorts.Select(cohort => cohort.Count()).DefaultIfEmpty().Max();
        string period = table.Columns[PeriodColumn].Name;
        return new PageTable(
            [
                ReportColumn.Text("cohort", $"First {period}"),
                table.Columns[1] with { Title = "Persons" },
                .. Enumerable.Range(0, periods).Select(at => new ReportColumn(
                    $"{period}_{at}", CellText.Exact(at)!, ColumnKind.Share)),
            ],
            [
                .. cohorts.Select(cohort => (object?[])
                [
                    cohort.Key,
                    cohort.First()[1],
                    .. cohort.Select(row => row[ShareColumn]),
                    .. Enumerable.Repeat<object?>(null, periods - cohort.Count()),
                ]),
            ])
        {
            // All are there in the period they begin in, which would outshine what came of them.
            Heat = KeyColumns + 1,
            Open = [.. cohorts.Select(cohort => cohort.Last()[OverColumn] is true
                ? (int?)null
                : KeyColumns + cohort.Count() - 1)],
        };
    }
}
