using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Reporter.Persons;

namespace Attribution.Reporter.Commands.Funnels;

/// <summary>
/// <c>funnel visit signup purchase --within 7d</c>: how many persons come how far. Owned by the root command.
/// </summary>
internal sealed class FunnelCommand : ReportCommand
{
    private const int MaxFields = 4;

    private readonly Argument<string[]> _steps = new("STEP")
    {
        Description = "In order: a type, as visit, or a filter as --where takes it, as 'type = visit and "
            + $"source = google'. Up to {FunnelQuestion.MaxSteps}.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _within = new("--within")
    {
        Description = "All steps within this time from the first, as 7d, 12h or 30m; within the range "
            + "otherwise.",
        HelpName = "SPAN",
    };

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Nothing else in between: each step is the very next that the person does. --where "
            + "says what counts as doing.",
    };

    private readonly Option<string[]> _by = new("--by")
    {
        Description = "A line of steps for each value of these fields of the first step's event, as "
            + "source,country.",
        HelpName = "FIELDS",
    };

    public FunnelCommand(ReportOptions options, ReportConsole console)
        : base(
            "funnel",
            "How many persons come through ordered steps, how long it takes them and where they are lost. A "
            + "person is all ids that the engine linked.",
            options,
            console)
    {
        Arguments.Add(_steps);
        Options.Add(_within);
        Options.Add(_strict);
        Options.Add(_by);
        Options.Add(WhereOption.Of);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "funnel click purchase --within 7d",
        "funnel \"type = click and source = google\" purchase --by campaign --from 30d --format csv",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        FunnelQuestion question = Question(parsed);
        AttributionConfig config = await JourneyConfig.LoadAsync(session, cancel).ConfigureAwait(false);
        var query = new PersonQuery(config.Identity, persons => question.Compose(session, persons));
        var report = new FunnelReport(session, question);
        await using (Rows rows = await query.AskAsync(session, cancel).ConfigureAwait(false))
            await report.ReadAsync(rows, cancel).ConfigureAwait(false);
        session.Caption($"project {session.Settings.Project}, {session.Settings.Range}"
            + (question.WithinMillis is { } within ? $", within {Duration.Format(within)}" : "")
            + (question.IsStrict ? ", nothing else in between" : ""));
        report.Write();
        if (!await UnknownTypes.ExplainAsync(session, report.Unreached, cancel).ConfigureAwait(false)
            && report.Unreached.Count == question.Steps.Count)
            session.Note($"no person came to the first step in project '{session.Settings.Project}', "
                + $"{session.Settings.Range}. --from and --to choose the range.");
    }

    private FunnelQuestion Question(ParseResult parsed)
    {
        string[] steps = parsed.GetRequiredValue(_steps);
        if (steps.Length > FunnelQuestion.MaxSteps)
            throw new UsageException(
                $"STEP: {steps.Length} steps; up to {FunnelQuestion.MaxSteps} were expected.");
        string[] by = [.. CreditOptions.Split(parsed.GetValue(_by) ?? []).Distinct()];
        if (by.Length > MaxFields)
            throw new UsageException($"--by: {by.Length} fields; up to {MaxFields} were expected.");
        return new FunnelQuestion
        {
            Steps = steps,
            WithinMillis = Within(parsed.GetValue(_within)),
            IsStrict = parsed.GetValue(_strict),
            By = by,
            Where = WhereOption.Text(parsed),
        };
    }

    private static long? Within(string? text)
    {
        if (text is null)
            return null;
        return Duration.TryParse(text, out long millis) && millis > 0
            ? millis
            : throw new UsageException($"--within: '{text}' is no time: {Duration.Grammar} was expected.");
    }
}
