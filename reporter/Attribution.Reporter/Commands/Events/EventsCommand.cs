using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Events;

/// <summary>
/// <c>events --where 'type = purchase'</c>: the raw rows, newest first, or as they come. Owned by the root
/// command.
/// </summary>
internal sealed class EventsCommand : ReportCommand
{
    private const int FollowedLimit = 10;

    private static readonly string[] TableFields =
    [
        "timestamp", "type", "event_id", "user_id", "anonymous_id", "source", "campaign", "revenue",
        "currency",
    ];

    private readonly PageOptions _page = new();

    private readonly Option<bool> _follow = new("--follow")
    {
        Description = "Go on and show events as they come into ClickHouse, until Ctrl-C (exit code 130). "
            + "Their timestamps may be of --from and later; the newest --limit (10 otherwise) are shown at "
            + "once.",
    };

    public EventsCommand(ReportOptions options, ReportConsole console)
        : base(
            "events",
            "The raw events as they were sent, newest first; all their fields in a pipe, the usual ones in "
            + "a table, those of --fields otherwise. 100 unless --limit says otherwise.",
            options,
            console)
    {
        Options.Add(WhereOption.Of);
        Options.Add(_follow);
        _page.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "events --where \"type = purchase and revenue > 10\" --limit 20",
        "events --from yesterday --fields timestamp,type,user_id,properties.plan --format csv",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        RowPage page = _page.Read(parsed, session);
        var question = new EventQuestion(session, Names(session), WhereOption.Text(parsed));
        if (parsed.GetValue(_follow))
        {
            EnsureEndless(session, page);
            await new EventTail(session, question)
                .RunAsync(session.NewWriter(), session.Settings.Limit ?? FollowedLimit, cancel)
                .ConfigureAwait(false);
            return;
        }

        await WriteAsync(session, question, page, cancel).ConfigureAwait(false);
    }

    /// <summary>What never ends is no page, no file and no answer of one piece.</summary>
    private static void EnsureEndless(ReportSession session, RowPage page)
    {
        if (page.Before is not null || page.Skipped > 0)
            throw new UsageException("--follow shows what comes: leave --before and --page out.");
        if (session.Settings.Output.IsExplained || session.Settings.Output.File is not null)
            throw new UsageException(
                "--follow never ends: leave --explain out, and write to a file with > FILE instead of -o.");
        if (session.Settings.Format is OutputFormat.Parquet or OutputFormat.Html or OutputFormat.Markdown)
            throw new UsageException(
                "--format: --follow never ends, which table, json, ndjson, csv and tsv can show.");
    }

    private static IReadOnlyList<string> Names(ReportSession session)
    {
        if (session.Settings.Output.Fields is { Count: > 0 } asked)
            return asked;
        return session.IsTable ? TableFields : [.. EventFields.Stored.Select(field => field.Name)];
    }

    private static async Task WriteAsync(
        ReportSession session, EventQuestion question, RowPage page, CancellationToken cancel)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(question.Columns);
        session.Caption($"project {session.Settings.Project}, {session.Settings.Range}");
        var rows = new NewestRows(session, question.Page);
        await foreach (Row row in rows.ReadAsync(page, cancel).ConfigureAwait(false))
            writer.Row(question.Values(row));
        writer.End();
        if (rows.HasMore)
            session.Note($"note: more behind these: --before {rows.Last}");
        if (rows.Last is null)
            await session.ExplainNoEventsAsync(cancel).ConfigureAwait(false);
    }
}
