using System.CommandLine;
using System.Globalization;
using Attribution.Reporter.Commands.Events;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands.Export;

/// <summary>Writes rows of one table to a file, a folder or the standard output. Owned by its
/// parent.</summary>
internal abstract class ExportTableCommand : ReportCommand
{
    private const double Mega = 1_000_000;

    private readonly Option<string?> _folder = new("--to-folder")
    {
        Description = "One file per day of --tz, in this folder, with manifest.json beside them: rows, bytes "
            + "and SHA-256 of each. A run that broke off is gone on with; finished days are left alone, "
            + "also where late events came to them since.",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Write the days that are there again.",
    };

    protected ExportTableCommand(
        string name, string description, ReportOptions options, ReportConsole console)
        : base(name, description, options, console)
    {
        Options.Add(WhereOption.Of);
        Options.Add(_folder);
        Options.Add(_force);
    }

    protected abstract Task<ExportQuestion> QuestionAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel);

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        bool isChosen = session.Settings.Output.File is { } file && OutputFormats.OfFile(file) is not null
            || session.Settings.Sources.Any(
                source => source.Setting == Setting.Format && source.Origin != SettingOrigin.Default);
        ExportFormat format = ExportFormat.Of(session.Settings.Format, isChosen);
        if (session.Settings.Output.FailIf is not null)
            throw new UsageException("--fail-if looks at a report's rows; export hands them on unread.");
        if (session.Settings.Limit is not null)
            throw new UsageException(
                "--limit: export writes all there is; --from, --to and --where say of what.");
        ExportQuestion question = await QuestionAsync(session, parsed, cancel).ConfigureAwait(false);
        if (session.Settings.Output.IsExplained)
        {
            (DateTime from, DateTime to) = (session.Settings.Range.From, session.Settings.Range.To);
            ComposedQuery rows = question.Rows(from, to);
            session.Explain($"{rows.Sql.TrimEnd()}\nFORMAT {format.ServerName}", rows.Parameters);
            return;
        }

        if (parsed.GetValue(_folder) is { } folder)
        {
            if (session.Settings.Output.File is not null)
                throw new UsageException("export writes to -o FILE or --to-folder FOLDER, not both.");
            if (folder.Length == 0)
                throw new UsageException("--to-folder: a folder's name was expected.");
            await new ExportFolder(session, question, format, folder)
                .RunAsync(parsed.GetValue(_force), cancel).ConfigureAwait(false);
            return;
        }

        await StreamAsync(session, question, format, cancel).ConfigureAwait(false);
    }

    private static async Task StreamAsync(
        ReportSession session, ExportQuestion question, ExportFormat format, CancellationToken cancel)
    {
        Stream output = session.RawOutput();
        ComposedQuery rows = question.Rows(session.Settings.Range.From, session.Settings.Range.To);
        long bytes = 0;
        var progress = new QueryProgress(
            session.Client, rows.Parameters.QueryId = Guid.NewGuid().ToString("N"), session.NewProgress(),
            () => string.Create(
                CultureInfo.InvariantCulture, $"  {Interlocked.Read(ref bytes) / Mega:N1} MB written"));
        await using (progress.ConfigureAwait(false))
        {
            await new ExportCopy(session, format)
                .RunAsync(rows, output, copied => Interlocked.Add(ref bytes, copied), cancel)
                .ConfigureAwait(false);
        }

        await output.FlushAsync(cancel).ConfigureAwait(false);
    }
}
