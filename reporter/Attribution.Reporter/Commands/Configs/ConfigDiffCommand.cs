using System.CommandLine;
using System.Text.Json.Nodes;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Configs;

/// <summary><c>config diff A B</c>: where two configs part. Owned by its parent command.</summary>
internal sealed class ConfigDiffCommand : ReportCommand
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("path", "Path"), ReportColumn.Text("before", "A"), ReportColumn.Text("after", "B"),
    ];

    private readonly Argument<string> _before = new("A") { Description = ConfigDocument.ReferenceHelp };
    private readonly Argument<string> _after = new("B") { Description = "The same." };

    public ConfigDiffCommand(ReportOptions options, ReportConsole console)
        : base(
            "diff",
            "Where two configs part, path by path, with every default filled in.",
            options,
            console)
    {
        Arguments.Add(_before);
        Arguments.Add(_after);
    }

    public override IReadOnlyList<string> Examples =>
        ["config diff web mmp", "config diff web mmp --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        ConfigDocument before = await ConfigDocument
            .LoadAsync(session, parsed.GetRequiredValue(_before), cancel).ConfigureAwait(false);
        ConfigDocument after = await ConfigDocument
            .LoadAsync(session, parsed.GetRequiredValue(_after), cancel).ConfigureAwait(false);
        session.Caption($"A: {before.Name} {ReportSession.Short(before.Hash)}, "
            + $"B: {after.Name} {ReportSession.Short(after.Hash)}");
        List<DocumentDifference> differences =
            DocumentDiff.Compare(JsonNode.Parse(before.Json), JsonNode.Parse(after.Json));
        if (session.Settings.Format == OutputFormat.Table)
            WriteLines(session.NewProse(), differences);
        else
            WriteRows(session.NewWriter(), differences);
        if (differences.Count == 0)
            session.Caption("they are the same");
    }

    /// <summary>One line each, values as long as they are: a changed rule has to be read whole.</summary>
    private static void WriteLines(ProseWriter text, List<DocumentDifference> differences)
    {
        foreach (DocumentDifference each in differences)
            text.Line(each switch
            {
                { Before: null } => $"{each.Path}  + {each.After}",
                { After: null } => $"{each.Path}  - {each.Before}",
                _ => $"{each.Path}  {each.Before} -> {each.After}",
            });
    }

    private static void WriteRows(IReportWriter writer, List<DocumentDifference> differences)
    {
        writer.Begin(Columns);
        foreach (DocumentDifference each in differences)
            writer.Row([each.Path, each.Before, each.After]);
        writer.End();
    }
}
