using System.CommandLine;
using Attribution.Reporter.Output;
using Attribution.Reporter.Pages;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands;

/// <summary>
/// <c>report -o page.html</c>: one page of everything, to be opened anywhere. Owned by the root command.
/// </summary>
internal sealed class PageCommand : ReportCommand
{
    private readonly ReportConsole _console;
    private readonly Option<bool> _noCharts = new("--no-charts")
    {
        Description = "Tables alone: nothing is fetched, and the file is small.",
    };

    public PageCommand(ReportOptions options, ReportConsole console)
        : base(
            "report",
            "One HTML file with channels, models, trend, campaigns and more, that needs no network: tables "
            + "sort, every figure has its SQL behind a click. The charts are Apache ECharts, which is "
            + "fetched once through npm and written into the file.",
            options,
            console)
    {
        _console = console;
        Options.Add(_noCharts);
        Options.Add(WhereOption.Of);
        Options.Add(options.Compare);
    }

    public override IReadOnlyList<string> Examples =>
        ["report --from 30d --no-charts -o report.html", "report --during \"last month\" --no-charts"];

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
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        string[] where = WhereOption.Text(parsed) is { } filter ? [WhereOption.Name, filter.Text] : [];
        var sections = new List<PageSection>();
        foreach (PagePart part in PageParts.All(model, where))
            sections.Add(await AskAsync(session, part, cancel).ConfigureAwait(false));
        var page = new PageModel
        {
            Title = $"Attribution of {session.Settings.Project}",
            About = $"{session.Settings.Range}; credit under model {model}"
                + (where.Length == 0 ? "." : $"; where {where[1]}."),
            Facts = Facts(sections[0]),
            Sections = sections,
        };
        session.WriteText(output => PageWriter.Write(output, page, library));
    }

    /// <summary>Runs the part's command, as if it were typed, and keeps what it answers.</summary>
    private async Task<PageSection> AskAsync(ReportSession session, PagePart part, CancellationToken cancel)
    {
        RootCommand root = ReporterCommand.Create(_console);
        ParseResult parsed = root.Parse([.. part.Arguments]);
        var command = (ReportCommand)parsed.CommandResult.Command;
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        ReportSettings settings = session.Settings with
        {
            // The page names model and format itself, whatever the command line said.
            Sources = [],
            Output = new OutputSettings { Format = OutputFormat.Json },
            Compare = part.Id == "channels" ? session.Settings.Compare ?? Comparison.Previous : null,
            Model = part.Arguments.Contains("--model") ? model : null,
            Limit = part.Id == "campaigns" ? session.Settings.Limit ?? 100 : null,
        };
        var capture = new TableCapture();
        await using var own = new ReportSession(settings, _console, capture);
        await command.AnswerAsync(own, parsed, cancel).ConfigureAwait(false);
        PageTable[] tables = [.. capture.Tables.Where(table => table.Rows.Count > 0)];
        return new PageSection
        {
            Id = part.Id,
            Title = part.Title,
            About = part.About,
            Command = $"{ReporterCommand.ProgramName} {string.Join(' ', part.Arguments.Select(Quoted))}",
            Charts = tables.Length == 0 ? [] : part.Charts(tables[0]),
            Tables = [.. tables.Select(part.Shown)],
            Empty = tables.Length == 0 ? string.Join(' ', capture.Notes.DefaultIfEmpty("Nothing.")) : null,
            Sql = capture.Statements,
        };
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
