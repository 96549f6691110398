using System.CommandLine;
using System.Diagnostics;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Model.Fitting;
using Attribution.Replay;
using Attribution.Replay.Configs;
using Attribution.Replay.Paths;
using Attribution.Reporter.Commands.Replay;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Fit;

/// <summary>
/// <c>fit markov --paths paths.csv</c>: a data-driven model, fitted exactly. Owned by the root command.
/// </summary>
internal sealed class FitCommand : ReportCommand
{
    private const int ConversionPercent = 100;
    private readonly FitOptions _fit = new();

    public FitCommand(ReportOptions options, ReportConsole console)
        : base(
            "fit",
            "Fits a data-driven model: the removal effects of a Markov chain, or Shapley values. Shows each "
            + "channel's effect and credit; --output writes the table that a config names by its hash.",
            options,
            console) => _fit.AddTo(this);

    public override IReadOnlyList<string> Examples =>
    [
        "fit markov --from 2026-11-01 --to 2026-11-08 --save",
        "fit markov --paths paths.csv --order 2 --transform exposure",
        "fit shapley --paths paths.csv --value rate --output table.json",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        FitSettings settings = _fit.Read(parsed);
        FitOrigin origin = Origin(session, "");
        ChannelPaths paths;
        if (_fit.PathsFile(parsed) is { } file)
        {
            paths = ReadFile(file);
        }
        else
        {
            AttributionConfig config = await ConfigAsync(session, cancel).ConfigureAwait(false);
            origin = Origin(session, config.Hash);
            paths = await PathsAsync(session, config, _fit.Currency(parsed), cancel).ConfigureAwait(false);
            session.Note($"values are those in {_fit.CurrencyCode(parsed)}; --currency chooses others");
        }

        FittedTable? table = Fit(session, settings, paths);
        if (table is null)
            return;
        if (settings.TableFile is not null)
            await WriteTableAsync(settings.TableFile, table, cancel).ConfigureAwait(false);
        if (settings.IsSaved)
            await SaveAsync(session, table, origin, cancel).ConfigureAwait(false);
    }

    private static async Task SaveAsync(
        ReportSession session, FittedTable table, FitOrigin origin, CancellationToken cancel)
    {
        await using ClickHouseClient client = session.NewStoringClient();
        await FittedTables.SaveAsync(client, table, origin, cancel).ConfigureAwait(false);
    }

    private static FitOrigin Origin(ReportSession session, string config) =>
        new(session.Settings.Project, session.Settings.Range.From, session.Settings.Range.To, config);

    /// <summary>The config asked for, or the one whose results are the newest in the range.</summary>
    private static async Task<AttributionConfig> ConfigAsync(ReportSession session, CancellationToken cancel)
    {
        string? named = session.Settings.Config
            ?? await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (named is not null)
            return await ConfigSource.LoadAsync(session, named, cancel).ConfigureAwait(false);
        await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
        throw new ReportException("there are no conversions to fit to.");
    }

    /// <summary>The range's conversions and the journeys that ended in none, as a replay sees them.</summary>
    private static async Task<ChannelPaths> PathsAsync(
        ReportSession session, AttributionConfig config, uint currency, CancellationToken cancel)
    {
        var options = new ReplayOptions
        {
            Config = config,
            Project = session.Settings.Project,
            From = session.Settings.Range.From,
            To = session.Settings.Range.To,
        };
        var collector = new PathCollector(currency);
        ReplayReport report;
        using (ProgressLine line = session.NewProgress())
        {
            report = await new Replayer(session.Client, options)
                .RunAsync(collector, new ReplayProgressText(line), cancel)
                .ConfigureAwait(false);
        }

        session.Note($"paths of {report.Conversions} {Plural.Of(report.Conversions, "conversion")} under "
            + $"config {config.Name}"
            + (collector.WithoutTouches > 0 ? $"; {collector.WithoutTouches} of them had no touch" : ""));
        return collector.Paths;
    }

    private static ChannelPaths ReadFile(string file)
    {
        try
        {
            using var text = new StreamReader(file);
            return PathsCsv.Read(text);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new UsageException($"--paths: {error.Message}");
        }
        catch (PathsCsvException error)
        {
            throw new ReportException($"{file}, {error.Message}");
        }
    }

    /// <summary>Fits and shows, whatever the paths came from.</summary>
    private static FittedTable? Fit(ReportSession session, FitSettings settings, ChannelPaths paths)
    {
        NoteEmpty(session, paths);
        if (paths.Totals.Conversions == 0)
            throw new ReportException("no path converts, so there is nothing to credit.");

        long start = Stopwatch.GetTimestamp();
        try
        {
            ChannelPaths transformed = settings.Transforms.Count == 0
                ? paths
                : PathTransforms.Apply(paths, settings.Transforms, settings.DirectChannel);
            return settings.Form is { } form
                ? ShowShapley(session, settings, ShapleyFit.Fit(transformed, form), start)
                : ShowMarkov(session, settings, MarkovChain.Fit(transformed, settings.Order), start);
        }
        catch (Exception error) when (error is FitException or FittedTableException)
        {
            throw new ReportException(error.Message);
        }
    }

    private static FittedTable? ShowMarkov(
        ReportSession session, FitSettings settings, MarkovFit fit, long start)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        var report = new FitReport(session);
        if (settings.View == FitView.Transitions)
            report.WriteTransitions(fit);
        else
            report.WriteCredits(fit.Channels, fit.Totals,
                new ReportColumn("removal_effect", "Removal effect", ColumnKind.Number));

        string how = fit.Solver == MarkovSolver.Lu ? "exactly" : $"to a residual of {fit.Residual:0.0e+0}";
        session.Note($"markov of order {fit.Order}: {fit.StateCount} states solved {how}; of journeys "
            + $"{fit.ConversionProbability * ConversionPercent:0.####} % convert; took {Text(took)}");
        return IsTable(settings) ? Named(session, FittedTable.From(fit, settings.Transforms)) : null;
    }

    private static FittedTable? ShowShapley(
        ReportSession session, FitSettings settings, ShapleyFit fit, long start)
    {
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        var report = new FitReport(session);
        if (settings.View == FitView.Positions)
            report.WritePositions(fit);
        else
            report.WriteCredits(fit.Channels, fit.Totals,
                new ReportColumn("shapley_value", "Shapley value", ColumnKind.Number));

        string how = fit.Permutations == 0
            ? "exact"
            : $"from {fit.Permutations} permutations, within {fit.ErrorBound:0.0e+0} with 99 % confidence";
        session.Note($"shapley {fit.Form.ToString().ToLowerInvariant()}: {fit.Channels.Count} channels, "
            + $"{how}; took {Text(took)}");
        return IsTable(settings) ? Named(session, FittedTable.From(fit, settings.Transforms)) : null;
    }

    /// <summary>By frequency, channels carry counts, which a touch does not have: only a report.</summary>
    private static bool IsTable(FitSettings settings) =>
        !settings.Transforms.Contains(PathTransform.Frequency);

    private static FittedTable Named(ReportSession session, FittedTable table)
    {
        session.Note($"table {table.Hash}");
        return table;
    }

    private static void NoteEmpty(ReportSession session, ChannelPaths paths)
    {
        (long conversions, long nulls) = (paths.Empty.Conversions, paths.Empty.Nulls);
        if (conversions + nulls > 0)
            session.Note($"note: {conversions} {Plural.Of(conversions, "conversion")} and {nulls} "
                + $"{Plural.Of(nulls, "null")} came without any channel; no channel is credited for "
                + $"{Plural.Of(conversions + nulls, "it", "them")}.");
    }

    private static async Task WriteTableAsync(string file, FittedTable table, CancellationToken cancel)
    {
        try
        {
            await File.WriteAllBytesAsync(file, table.CanonicalJson, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new ReportException($"--output: {error.Message}");
        }
    }

    private static string Text(TimeSpan time) => time.TotalSeconds >= 10
        ? $"{time.TotalSeconds:0.0} s"
        : $"{time.TotalMilliseconds:0.0} ms";
}
