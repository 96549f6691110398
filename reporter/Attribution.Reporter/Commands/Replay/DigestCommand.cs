using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Replay;

/// <summary>
/// <c>digest --config HASH</c>: whether two sets of rows are equal, in one line. Owned by the root command.
/// </summary>
internal sealed class DigestCommand : ReportCommand
{
    private const int DigestCells = 64;

    private readonly Option<string?> _replay = new("--replay")
    {
        Description = "Instead of stored rows, those that a replay under this config would write: a file, a "
            + "stored config's hash, web or mmp.",
        HelpName = "CONFIG",
    };

    private readonly ReplayTuning _tuning = new();

    public DigestCommand(ReportOptions options, ReportConsole console)
        : base(
            "digest",
            "SHA-256 over the attributions of a range under one config. Equal digests mean equal rows, "
            + "streamed or replayed, on any machine: every column counts but the version. Memory: 32 bytes "
            + "per row.",
            options,
            console)
    {
        Options.Add(_replay);
        _tuning.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "digest --from 2026-11-01 --to 2026-11-08",
        "digest --replay web --from 2026-11-01 --to 2026-11-08",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        IReportWriter writer = session.NewWriter();
        // Half a digest is none.
        writer.Begin(
        [
            ReportColumn.Text("digest", "Digest") with { MinCells = DigestCells },
            ReportColumn.Text("config", "Config"),
        ]);
        (string Digest, string Config)? found = parsed.GetValue(_replay) is { } replayed
            ? await ReplayedAsync(session, parsed, replayed, cancel).ConfigureAwait(false)
            : await StoredAsync(session, cancel).ConfigureAwait(false);
        if (found is { } digest)
            writer.Row([digest.Digest, digest.Config]);
        writer.End();
        if (found is null)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }

    private static async Task<(string Digest, string Config)?> StoredAsync(
        ReportSession session, CancellationToken cancel)
    {
        string? config = await ConfigSource.HashAsync(session, cancel).ConfigureAwait(false);
        if (config is null)
            return null;
        TimeRange range = session.Settings.Range;
        string digest = await StoredDigest.ComputeAsync(
            session.Client, session.Settings.Project, range.From, range.To, config, cancel)
            .ConfigureAwait(false);
        return (digest, config);
    }

    private async Task<(string Digest, string Config)?> ReplayedAsync(
        ReportSession session, ParseResult parsed, string named, CancellationToken cancel)
    {
        AttributionConfig config =
            await ConfigSource.LoadAsync(session, named, cancel).ConfigureAwait(false);
        var sink = new DigestSink();
        using ProgressLine line = session.NewProgress();
        await new Replayer(session.Client, _tuning.Read(parsed, session, config))
            .RunAsync(sink, new ReplayProgressText(line), cancel).ConfigureAwait(false);
        return (sink.Digest(), config.Hash);
    }
}
