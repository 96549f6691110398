using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Reporter.Persons;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>The options that name cohorts. Owned by one command.</summary>
internal sealed class CohortOptions
{
    private readonly Option<string> _of = new("--of")
    {
        Description = "What makes a person one of a cohort, at its first time ever: first_touch (an event of "
            + "a type that the config takes for a touch), install, a type, as signup, or a filter as "
            + "--where takes it.",
        HelpName = "BEGIN",
        DefaultValueFactory = _ => "first_touch",
    };

    private readonly Option<string> _every;

    /// <param name="every">The period where none is asked for.</param>
    public CohortOptions(string every)
    {
        _every = new Option<string>("--every")
        {
            Description = "day, week or month, as they begin in --tz.",
            HelpName = "PERIOD",
            DefaultValueFactory = _ => every,
        };
        _every.AcceptOnlyFromAmong([.. CohortPeriod.Names]);
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_of);
        command.Options.Add(_every);
        command.Options.Add(WhereOption.Of);
    }

    public async Task<CohortQuestion> QuestionAsync(
        ReportSession session, ParseResult parsed, CohortMeasure measure, CancellationToken cancel)
    {
        AttributionConfig config = await JourneyConfig.LoadAsync(session, cancel).ConfigureAwait(false);
        return new CohortQuestion
        {
            Config = config,
            Period = CohortPeriod.Of(parsed.GetRequiredValue(_every)),
            Of = parsed.GetRequiredValue(_of),
            Measure = measure,
            Where = WhereOption.Text(parsed),
        };
    }

    /// <summary>Says why there is nobody.</summary>
    public static void ExplainEmpty(ReportSession session, CohortQuestion question) =>
        session.Note($"nobody began with '{question.Of}' in project '{session.Settings.Project}', "
            + $"{session.Settings.Range}. --from and --to choose when, --of what.");
}
