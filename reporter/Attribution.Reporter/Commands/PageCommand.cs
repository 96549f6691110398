using System.CommandLine;
using Attribution.Reporter.Commands.Funnels;
using Attribution.Reporter.Output;
using Attribution.Reporter.Pages;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands;

/// <summary>
/// <c>report -o page.html</c>: one page of everything, to be opened anywhere. Owned by the root command.
/// </summary>
internal sealed class PageCommand : ReportCommand
{
    private const int DefaultCampaigns = 100;

    // A triangle of more rows than these is no longer read.
    private static readonly TimeSpan MaxByDay = TimeSpan.FromDays(14);
    private static readonly TimeSpan MaxByWeek = TimeSpan.FromDays(26 * 7);

    private readonly ReportConsole _console;
    private readonly Option<string[]> _funnel = new("--funnel")
    {
        Description = "The funnel's steps, each a type or a filter, as `funnel` takes them. Otherwise a "
            + "click or visit, and then the type of conversion that is paid for most often.",
        HelpName = "STEP",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _within = new("--within")
    {
        Description = "All steps of the funnel within this time from the first, as 7d; within the range "
            + "otherwise.",
        HelpName = "SPAN",
    };

    private readonly Option<bool> _noCharts = new("--no-charts")
    {
        Description = "Tables alone: nothing is fetched, and the file is small.",
    };

    public PageCommand(ReportOptions options, ReportConsole console)
        : base(
            "report",
            "One HTML file with channels, models, trend, campaigns, paths, funnel, cohorts and quality, that "
            + "needs no network: tables sort, every figure has its SQL behind a click. --where is about "
            + "credit, so funnel, cohorts and quality are of all events. The charts are Apache ECharts, "
            + "which is fetched once through npm and written into the file.",
            options,
            console)
    {
        _console = console;
        Options.Add(_funnel);
        Options.Add(_within);
        Options.Add(_noCharts);
        Options.Add(WhereOption.Of);
        Options.Add(options.Compare);
    }

    public override IReadOnlyList<string> Examples =>
        [
            "report --from 30d --no-charts -o report.html",
            "report --during \"last month\" --funnel click signup purchase --within 7d --no-charts",
        ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        if (session.Settings.Sources.Any(source => source is
            { Setting.Name: "format", Origin: SettingOrigin.Flag, Value: not "html" }))
            throw new UsageException(
                "report is a page: HTML is its only format. -o FILE says where it goes.");
        string? library = parsed.GetValue(_noCharts)
            ? null
            : await ChartLibrary.ReadAsync(cancel).ConfigureAwait(false);
        PageQuestion question = await QuestionAsync(session, parsed, cancel).ConfigureAwait(false);
        IReadOnlyList<PagePart> parts = PageParts.All(question);
        var sections = new List<PageSection>();
        foreach (PagePart part in parts)
        {
            string head = $"{sections.Count + 1} of {parts.Count}: {part.Title}";
            PageSection section = await AskAsync(session, part, head, cancel).ConfigureAwait(false);
            sections.Add(section with
            {
                // Several parts say the same of the range.
                Notes = [.. section.Notes.Except(sections.SelectMany(earlier => earlier.Notes))],
            });
        }

        var page = new PageModel
        {
            Title = $"Attribution of {session.Settings.Project}",
            About = $"{session.Settings.Range}; credit under model {question.Model}"
                + (question.Where.Count == 0 ? "." : $"; where {question.Where[1]}."),
            Facts = Facts(sections[0]),
            Sections = sections,
        };
        session.WriteText(output => PageWriter.Write(output, page, library));
    }

    private async Task<PageQuestion> QuestionAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        TimeSpan length = session.Settings.Range.To - session.Settings.Range.From;
        var question = new PageQuestion
        {
            Model = session.Settings.Model ?? ReportSession.DefaultModel,
            Where = WhereOption.Text(parsed) is { } filter ? [WhereOption.Name, filter.Text] : [],
            Steps = parsed.GetValue(_funnel) ?? [],
            Within = parsed.GetValue(_within) is { } within ? [_within.Name, within] : [],
            Period = length <= MaxByDay ? "day" : length <= MaxByWeek ? "week" : "month",
            Campaigns = session.Settings.Limit ?? DefaultCampaigns,
        };
        if (question.Steps.Count > 0)
            return question;
        try
        {
            return question with
            {
                Steps = await TypicalSteps.FindAsync(session, cancel).ConfigureAwait(false),
            };
        }
        catch (ReportException error)
        {
            // A config whose document is not stored, or cannot be read, says nothing of types, and credit is
            // there without them.
            return question with { NoSteps = error.Message };
        }
    }

    /// <summary>Runs the part's command, as if it were typed, and keeps what it answers.</summary>
    private async Task<PageSection> AskAsync(
        ReportSession session, PagePart part, string head, CancellationToken cancel)
    {
        var section = new PageSection
        {
            Id = part.Id,
            Title = part.Title,
            About = part.About,
            Command = $"{ReporterCommand.ProgramName} {string.Join(' ', part.Arguments.Select(Quoted))}",
            Empty = part.Unasked,
        };
        if (part.Unasked is not null)
            return section;
        using ProgressLine line = session.NewProgress();
        line.Show(() => head);
        var capture = new TableCapture
        {
            Progress = $"{head}  ",
            Explain = session.Settings.Output.IsExplained ? session.Explain : null,
        };
        try
        {
            await CaptureAsync(session, part, capture, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (
            (part.MayRefuse && error is UsageException) || (part.MayFail && error is ReportException))
        {
            return section with { Empty = error.Message };
        }

        PageTable[] tables = [.. capture.Tables.Where(table => !part.IsEmpty(table))];
        string nothing = $"nothing in project '{session.Settings.Project}', {session.Settings.Range}.";
        return section with
        {
            Charts = tables.Length == 0 ? [] : part.Charts(tables[0]),
            Tables = [.. tables.Select(part.Shown)],
            Notes = tables.Length == 0 ? [] : capture.Notes,
            Empty = tables.Length == 0 ? string.Join(' ', capture.Notes.DefaultIfEmpty(nothing)) : null,
            Sql = capture.Statements,
        };
    }

    private async Task CaptureAsync(
        ReportSession session, PagePart part, TableCapture capture, CancellationToken cancel)
    {
        RootCommand root = ReporterCommand.Create(_console);
        ParseResult parsed = root.Parse(
            [.. part.Arguments], new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = (ReportCommand)parsed.CommandResult.Command;
        OutputSettings output = session.Settings.Output;
        ReportSettings settings = session.Settings with
        {
            // The page names model and format itself, whatever the command line said.
            Sources = [],
            Output = new OutputSettings { Format = OutputFormat.Json, IsQuiet = output.IsQuiet },
            Compare = part.Compare is { } usual ? session.Settings.Compare ?? usual : null,
            Model = part.Arguments.Contains("--model")
                ? session.Settings.Model ?? ReportSession.DefaultModel
                : null,
            Limit = part.Limit,
        };
        await using var own = new ReportSession(settings, _console, capture);
        await command.AnswerAsync(own, parsed, cancel).ConfigureAwait(false);
    }

    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The totals of the first section, with what they changed by.</summary>
    private static List<PageFact> Facts(PageSection channels)
    {
        var facts = new List<PageFact>();
        if (channels.Tables is not [{ Totals: { } totals } table, ..])
            return facts;
        int Place(string name) => table.Columns.ToList().FindIndex(column => column.Name == name);
        decimal? Change(string name) =>
            Place($"{name}_change") is var at and >= 0 ? totals[at] as decimal? : null;
        object? conversions = totals[Place("conversions")];
        facts.Add(new PageFact("conversions", conversions, ColumnKind.Count, Change("credit")));
        facts.AddRange(table.Columns
            .Select((column, at) => (column, at))
            .Where(each => each.column.Kind == ColumnKind.Money
                && !each.column.Name.EndsWith("_before", StringComparison.Ordinal))
            .Select(each => new PageFact(
                each.column.Title, totals[each.at], ColumnKind.Money, Change(each.column.Name))));
        return facts;
    }
}
