using System.CommandLine;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>
/// <c>paths --collapse</c>: the journeys that lead to conversions, and those that lead to none. Owned by
/// the root command.
/// </summary>
internal sealed class PathsCommand : ReportCommand
{
    private const int MaxLength = 1_000;

    private readonly Option<string> _show = Choice(
        "--show",
        "paths; times (how long journeys took, as a histogram), lengths (how many touches they have) or "
        + "quantiles (of both).",
        ["paths", "times", "lengths", "quantiles"]);

    private readonly Option<string> _ending = Choice(
        "--ending",
        "conversion, or none: what persons touched who had no conversion in the range.",
        ["conversion", "none"]);

    private readonly Option<string> _step = Choice(
        "--step",
        "What a step of a path is: channel (as the config classifies), source, campaign or type.",
        [.. PathShape.Steps]);

    private readonly Option<bool> _collapse = new("--collapse")
    {
        Description = "Leaves out a step that repeats the one before it.",
    };

    private readonly Option<int?> _maxLength = new("--max-length")
    {
        Description = "Only the last steps of longer journeys, behind a …",
        HelpName = "STEPS",
    };

    public PathsCommand(ReportOptions options, ReportConsole console)
        : base(
            "paths",
            "The most frequent journeys to a conversion, or to none: their touches, how long they took and "
            + "what they were worth.",
            options,
            console)
    {
        foreach (Option option in (Option[])[_show, _ending, _step, _collapse, _maxLength, WhereOption.Of])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
        ["paths --collapse --from 30d --limit 10", "paths --show times --step source --format csv"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        var shape = new PathShape
        {
            Step = parsed.GetRequiredValue(_step),
            IsCollapsed = parsed.GetValue(_collapse),
            MaxLength = parsed.GetValue(_maxLength) is { } most
                ? most is > 0 and <= MaxLength
                    ? most
                    : throw new UsageException($"--max-length: {most} is not from 1 to {MaxLength}.")
                : null,
        };
        bool converts = parsed.GetRequiredValue(_ending) == "conversion";
        if (!converts && session.Settings.IsFlag(Setting.Model))
            throw new UsageException("--model: journeys that end in nothing are credited by no model.");
        string show = parsed.GetRequiredValue(_show);
        if (show != "paths" && session.Settings.Limit is not null)
            throw new UsageException($"--limit: {show} are shown whole; it is for paths.");
        FilterText? where = WhereOption.Text(parsed);
        IPathSource source = converts
            ? await ConversionPaths.FindAsync(session, shape, where, cancel).ConfigureAwait(false)
            : await UnconvertedPaths.FindAsync(session, shape, where, cancel).ConfigureAwait(false);
        var report = new PathReport(session, source, converts);
        if (await WriteAsync(report, show, cancel).ConfigureAwait(false))
            return;
        if (converts)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
        else
            session.Note($"no person in project '{session.Settings.Project}' had a touch and no conversion, "
                + $"{session.Settings.Range}. --from and --to choose the range.");
    }

    private static Task<bool> WriteAsync(PathReport report, string show, CancellationToken cancel) =>
        show switch
        {
            "times" => report.WriteTimesAsync(cancel),
            "lengths" => report.WriteLengthsAsync(cancel),
            "quantiles" => report.WriteQuantilesAsync(cancel),
            _ => report.WritePathsAsync(cancel),
        };

    /// <summary>The first of the values is meant where none is given.</summary>
    private static Option<string> Choice(string name, string description, string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = name[2..].ToUpperInvariant(),
            DefaultValueFactory = _ => values[0],
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
