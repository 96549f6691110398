using System.CommandLine;
using System.Diagnostics;
using Attribution.Model.Fitting;
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
        "fit markov --paths paths.csv --order 2 --transform exposure",
        "fit shapley --paths paths.csv --value rate --output table.json",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        FitSettings settings = _fit.Read(parsed);
        ChannelPaths paths = _fit.PathsFile(parsed) is { } file
            ? ReadFile(file)
            : throw new UsageException("fit needs --paths FILE.");

        FittedTable? table = Fit(session, settings, paths);
        if (settings.TableFile is not null && table is not null)
            await WriteTableAsync(settings.TableFile, table, cancel).ConfigureAwait(false);
    }

    private static ChannelPaths ReadFile(string file)
    {
        try
        {
            using var text = new StreamReader(file);
            return PathsCsv.Read(text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
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

    private static FittedTable ShowMarkov(
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
        return Named(session, FittedTable.From(fit, settings.Transforms));
    }

    private static FittedTable ShowShapley(
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
        return Named(session, FittedTable.From(fit, settings.Transforms));
    }

    private static FittedTable Named(ReportSession session, FittedTable table)
    {
        session.Note($"table {table.Hash}");
        return table;
    }

    private static void NoteEmpty(ReportSession session, ChannelPaths paths)
    {
        if (paths.Empty.Conversions + paths.Empty.Nulls > 0)
            session.Note($"note: {paths.Empty.Conversions} conversions and {paths.Empty.Nulls} nulls came "
                + "without any channel; no channel is credited for them.");
    }

    private static async Task WriteTableAsync(string file, FittedTable table, CancellationToken cancel)
    {
        try
        {
            await File.WriteAllBytesAsync(file, table.CanonicalJson, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"--output: {error.Message}");
        }
    }

    private static string Text(TimeSpan time) => time.TotalSeconds >= 10
        ? $"{time.TotalSeconds:0.0} s"
        : $"{time.TotalMilliseconds:0.0} ms";
}
