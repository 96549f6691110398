using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands.Replay;

/// <summary>
/// <c>replay --config FILE --from 2026-11-01 --to 2026-12-01</c>: attributes stored events again, under any
/// config. Owned by the root command.
/// </summary>
internal sealed class ReplayCommand : ReportCommand
{
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Writes nothing and shows what each channel would get.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Goes on with the newest replay of the same project, config and range that was "
            + "interrupted, after its last finished chunk. Begins one where there is none.",
    };

    private readonly ReplayTuning _tuning = new();

    public ReplayCommand(ReportOptions options, ReportConsole console)
        : base(
            "replay",
            "Attributes the conversions of a range again from the stored events, under the config that "
            + "--config names (a file, a stored config's hash, web or mmp), and stores the results beside "
            + "those of other configs. The same again changes nothing.",
            options,
            console)
    {
        Options.Add(_dryRun);
        Options.Add(_resume);
        _tuning.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "replay --config web --from 30d --dry-run",
        "replay --config web --from 2026-11-01 --to 2026-11-08 --resume",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        bool isDry = parsed.GetValue(_dryRun);
        bool resumes = parsed.GetValue(_resume);
        if (isDry && resumes)
            throw new UsageException("--dry-run writes nothing, so there is nothing to --resume.");
        if (!isDry && session.Settings.Limit is not null)
            throw new UsageException(
                "--limit: replay stores all conversions of the range; --from and --to say of which time.");
        if (!isDry && session.Settings.IsFlag(Setting.Model))
            throw new UsageException(
                "--model: replay stores every model of the config; with --dry-run one can be shown.");
        if (session.Settings.Config is not { } named)
            throw new UsageException("replay needs --config: a file, a stored config's hash, web or mmp.");

        AttributionConfig config =
            await ConfigSource.LoadAsync(session, named, cancel).ConfigureAwait(false);
        ReplayOptions options = _tuning.Read(parsed, session, config);
        UnfinishedReplay? unfinished = resumes
            ? await ReplayLog.FindUnfinishedAsync(session.Client, options, cancel).ConfigureAwait(false)
            : null;
        if (unfinished is not null)
        {
            options = options with
            {
                Through = unfinished.Through,
                Chunks = unfinished.Chunks,
                SkipChunks = unfinished.Done,
            };
            session.Note($"goes on after {unfinished.Done.Count} of {unfinished.Chunks} "
                + $"{Plural.Of(unfinished.Chunks, "chunk")}.");
        }

        ReplayOptions plan =
            await Replayer.PlanAsync(session.Client, options, cancel).ConfigureAwait(false);
        if (isDry)
            await DryRunAsync(session, plan, cancel).ConfigureAwait(false);
        else
            await WriteAsync(session, plan, cancel).ConfigureAwait(false);
    }

    private static async Task WriteAsync(ReportSession session, ReplayOptions plan, CancellationToken cancel)
    {
        ClickHouseClient client = session.NewStoringClient();
        await using ConfiguredAsyncDisposable _ = client.ConfigureAwait(false);
        var sink = await AttributionsSink.OpenAsync(client, plan, cancel).ConfigureAwait(false);
        await using (sink.ConfigureAwait(false))
        {
            ReplayReport report = await RunAsync(session, plan, sink, cancel).ConfigureAwait(false);
            Summarize(session, report);
        }
    }

    private static async Task DryRunAsync(ReportSession session, ReplayOptions plan, CancellationToken cancel)
    {
        var sink = new TotalsSink();
        ReplayReport report = await RunAsync(session, plan, sink, cancel).ConfigureAwait(false);
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("model", "Model"), ReportColumn.Text("channel", "Channel"),
            new("credit", "Credit", ColumnKind.Credit), ReportColumn.Text("currency", "Currency"),
            new("value", "Value", ColumnKind.Money),
        ]);
        string? only = session.Settings.Model;
        List<ChannelTotal> totals =
            [.. sink.Channels().Where(each => only is null || each.Model == only)];
        foreach (ChannelTotal total in session.Limited(totals, int.MaxValue))
            writer.Row([total.Model, total.Channel, total.Credit, total.Currency, total.Value]);
        writer.End();
        session.Note($"nothing was written: {Counts(report)}, {sink.Unattributed()} of them unattributed; "
            + Speed(report));
    }

    private static async Task<ReplayReport> RunAsync(
        ReportSession session, ReplayOptions plan, IReplaySink sink, CancellationToken cancel)
    {
        using ProgressLine line = session.NewProgress();
        var progress = new ReplayProgressText(line);
        try
        {
            return await new Replayer(session.Client, plan).RunAsync(sink, progress, cancel)
                .ConfigureAwait(false);
        }
        catch when (progress.ChunksDone > 0 && sink is AttributionsSink)
        {
            line.Dispose();
            session.Note($"{progress.ChunksDone} of {plan.Chunks} chunks "
                + Plural.Of(progress.ChunksDone, "is finished: --resume goes on after it.",
                    "are finished: --resume goes on after them."));
            throw;
        }
    }

    private static void Summarize(ReportSession session, ReplayReport report)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("config", "Config"), new("events", "Events", ColumnKind.Count),
            new("persons", "Persons", ColumnKind.Count), new("conversions", "Conversions", ColumnKind.Count),
            new("rows", "Rows", ColumnKind.Count), new("chunks", "Chunks", ColumnKind.Count),
            new("seconds", "Seconds", ColumnKind.Number),
            new("events_per_second", "Events/s", ColumnKind.Number),
        ]);
        writer.Row(
        [
            report.Lanes[0].Config, report.Events, report.Persons, report.Conversions, report.Rows,
            report.Chunks, decimal.Round((decimal)report.Elapsed.TotalSeconds, 3), Rate(report),
        ]);
        writer.End();
        session.Caption($"{Counts(report)}, {report.Rows} {Plural.Of(report.Rows, "row")} written; "
            + Speed(report));
        long refused = report.Lanes[0].RefusedLinks;
        if (refused > 0)
            session.Note($"note: {refused} {Plural.Of(refused, "link")} between ids "
                + $"{Plural.Of(refused, "was", "were")} refused, since a person would have had more ids than "
                + "identity.max_ids allows.");
    }

    private static string Counts(ReplayReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Events} {Plural.Of(report.Events, "event")} of {report.Persons} "
        + $"{Plural.Of(report.Persons, "person")}, {report.Conversions} "
        + $"{Plural.Of(report.Conversions, "conversion")}");

    private static string Speed(ReplayReport report) => string.Create(
        CultureInfo.InvariantCulture, $"{report.Elapsed.TotalSeconds:0.0} s, {Rate(report)} events/s");

    private static long Rate(ReplayReport report) =>
        (long)(report.Events / Math.Max(report.Elapsed.TotalSeconds, 0.001));
}
