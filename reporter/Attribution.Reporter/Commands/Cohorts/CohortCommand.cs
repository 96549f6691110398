using System.CommandLine;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>
/// <c>cohort --of install --every week</c>: what those who began together did since. Owned by the root
/// command.
/// </summary>
internal sealed class CohortCommand : ReportCommand
{
    private readonly CohortOptions _cohort = new("week");
    private readonly Option<string> _measure = new("--measure")
    {
        Description = "persons (who came again), conversions, revenue, or ltv (revenue so far per person "
            + "of the cohort); money per currency.",
        HelpName = "MEASURE",
        DefaultValueFactory = _ => "persons",
    };

    public CohortCommand(ReportOptions options, ReportConsole console)
        : base(
            "cohort",
            "Persons by the day, week or month they began in, and what they did in each one since: 0 is the "
            + "one they began in. A person is all ids that the engine linked.",
            options,
            console)
    {
        _cohort.AddTo(this);
        _measure.AcceptOnlyFromAmong("persons", "conversions", "revenue", "ltv");
        Options.Add(_measure);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "cohort --every week --from 30d",
        "cohort --of purchase --every day --measure ltv --tz Europe/Berlin --format csv",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        CohortMeasure measure = parsed.GetRequiredValue(_measure) switch
        {
            "conversions" => CohortMeasure.Conversions,
            "revenue" => CohortMeasure.Revenue,
            "ltv" => CohortMeasure.Ltv,
            _ => CohortMeasure.Persons,
        };
        CohortQuestion question =
            await _cohort.QuestionAsync(session, parsed, measure, cancel).ConfigureAwait(false);
        CohortTable table = await CohortTable.ReadAsync(question, session, cancel).ConfigureAwait(false);
        session.Caption($"project {session.Settings.Project}, {session.Settings.Range}, by the "
            + $"{question.Period.Name} of the first '{question.Of}'; ~ is not over yet");
        new CohortReport(session, question, table).Write();
        if (table.Cohorts.Count == 0)
            CohortOptions.ExplainEmpty(session, question);
    }
}
