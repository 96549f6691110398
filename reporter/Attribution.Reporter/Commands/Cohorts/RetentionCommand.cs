using System.CommandLine;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>
/// <c>retention --of install --every day</c>: how many come back, by the time since they began. Owned by the
/// root command.
/// </summary>
internal sealed class RetentionCommand : ReportCommand
{
    private const int BarCells = 30;
    private readonly CohortOptions _cohort = new("day");

    public RetentionCommand(ReportOptions options, ReportConsole console)
        : base(
            "retention",
            "Of the persons that began in the range, how many did something (or what --where says) so many "
            + "days, weeks or months later. Of each only what is over counts.",
            options,
            console) => _cohort.AddTo(this);

    public override IReadOnlyList<string> Examples =>
    [
        "retention --every day --from 30d",
        "retention --of signup --every week --where \"type = purchase\"",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        CohortQuestion question = await _cohort
            .QuestionAsync(session, parsed, CohortMeasure.Persons, cancel).ConfigureAwait(false);
        CohortTable table = await CohortTable.ReadAsync(question, session, cancel).ConfigureAwait(false);
        session.Caption($"project {session.Settings.Project}, {session.Settings.Range}, "
            + $"{question.Period.Name}s since the first '{question.Of}'");
        Write(session, question, table);
        if (table.Cohorts.Count == 0)
            CohortOptions.ExplainEmpty(session, question);
    }

    private static void Write(ReportSession session, CohortQuestion question, CohortTable table)
    {
        IReportWriter writer = session.NewWriter();
        List<ReportColumn> columns =
        [
            new(question.Period.Name, char.ToUpperInvariant(question.Period.Name[0])
                + question.Period.Name[1..], ColumnKind.Number),
            new("size", "Persons", ColumnKind.Count),
            new("persons", "Came back", ColumnKind.Count),
            new("share", "Share", ColumnKind.Share),
        ];
        if (session.IsTable)
            columns.Add(ReportColumn.Text("curve", ""));
        writer.Begin(columns);
        int periods = table.Cohorts.Count == 0 ? 0 : table.Cohorts.Max(table.Begun);
        foreach (int index in Enumerable.Range(0, periods).Take(session.Settings.Limit ?? int.MaxValue))
        {
            List<Cohort> over = [.. table.Cohorts.Where(cohort => table.IsOver(cohort, index))];
            long size = over.Sum(cohort => cohort.Size);
            if (size == 0)
                continue;
            long came = (long)over.Sum(cohort => cohort.Amount("", index));
            object?[] line = [index, size, came, CreditReport.Share(came, size)];
            writer.Row(session.IsTable ? [.. line, BarText.Of(came, size, BarCells)] : line);
        }

        writer.End();
    }
}
