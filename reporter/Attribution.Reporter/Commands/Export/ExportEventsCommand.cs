using System.CommandLine;

namespace Attribution.Reporter.Commands.Export;

/// <summary><c>export events</c>: the raw events. Owned by its parent.</summary>
internal sealed class ExportEventsCommand(ReportOptions options, ReportConsole console) : ExportTableCommand(
    "events",
    "The raw events of a range, each once, in Parquet unless --format or the file's end says otherwise. "
    + "Memory stays the same however many they are.",
    options,
    console)
{
    public override IReadOnlyList<string> Examples =>
    [
        "export events --from 7d --format ndjson",
        "export events --where \"type = purchase\" --fields timestamp,user_id,revenue --format csv",
    ];

    protected override Task<ExportQuestion> QuestionAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel) =>
        Task.FromResult<ExportQuestion>(
            new EventsExport(session, session.Settings.Output.Fields, WhereOption.Text(parsed)));
}
