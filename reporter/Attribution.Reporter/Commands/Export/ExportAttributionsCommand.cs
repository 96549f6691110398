using System.CommandLine;

namespace Attribution.Reporter.Commands.Export;

/// <summary><c>export attributions</c>: who earned what, raw. Owned by its parent.</summary>
internal sealed class ExportAttributionsCommand(ReportOptions options, ReportConsole console)
    : ExportTableCommand(
        "attributions",
        "One row per conversion, model and config, with its touches, credits and evidence; of all models and "
        + "configs unless --model and --config say which.",
        options,
        console)
{
    public override IReadOnlyList<string> Examples =>
    [
        "export attributions --from 30d --format ndjson --model linear",
        "export attributions --where \"channel = Email\" --format csv",
    ];

    protected override async Task<ExportQuestion> QuestionAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string? config = session.Settings.Config is null
            ? null
            : await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        return new AttributionsExport(
            session, session.Settings.Output.Fields, WhereOption.Text(parsed), config);
    }
}
