using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Reporter.Commands.Replay;
using Attribution.Reporter.Commands.Sweeps;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands;

/// <summary>
/// <c>models --measure value</c>: the models side by side, and how far they disagree. Owned by the root
/// command.
/// </summary>
internal sealed class ModelsCommand : ReportCommand
{
    /// <summary>Said of what <c>--limit</c> leaves out above a total.</summary>
    public const string Included = ", which the total includes";

    private readonly CreditOptions _credit = new();
    private readonly Option<string> _measure = new("--measure")
    {
        Description = "credit (in conversions), share (of all credit) or value (per currency).",
        HelpName = "MEASURE",
        DefaultValueFactory = _ => "credit",
    };

    private readonly Option<string?> _sweep = new("--sweep")
    {
        Description = $"Lookback windows to try on the raw events: {WindowSweep.Forms}. Shows each channel's "
            + "credit under one model (last unless --model says otherwise) and how stable it is: the least "
            + "part of the most. Writes nothing.",
        HelpName = "WINDOWS",
    };

    private readonly ReplayTuning _tuning = new();

    public ModelsCommand(ReportOptions options, ReportConsole console)
        : base(
            "models",
            "The models side by side per channel. The spread, highest less lowest, shows where the choice "
            + "of a model changes the decision.",
            options,
            console)
    {
        _measure.AcceptOnlyFromAmong("credit", "share", "value");
        Options.Add(_measure);
        Options.Add(_sweep);
        _tuning.AddTo(this);
        _credit.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
        ["models --from 7d", "models --sweep window=1h..30d --model last"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(_sweep) is { } sweep)
        {
            await SweepAsync(session, parsed, WindowSweep.Parse(sweep), cancel).ConfigureAwait(false);
            return;
        }

        string measure = parsed.GetRequiredValue(_measure);
        if (session.Settings.IsFlag(Setting.Model))
            throw new UsageException("models shows every model; channels --model NAME shows one.");

        string[] keys = _credit.Keys(parsed, parsed.GetResult(_credit.By) is null ? ["channel"] : []);
        var question = new CreditQuestion(keys, WhereOption.Text(parsed), null);
        CreditPivot pivot = (await Credits.ReadAsync(session, question, cancel).ConfigureAwait(false)).Now;
        Write(session, pivot, keys, measure);
        if (pivot.Lines.Count == 0)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }

    private async Task SweepAsync(
        ReportSession session, ParseResult parsed, WindowSweep sweep, CancellationToken cancel)
    {
        if (WhereOption.Text(parsed) is not null || parsed.GetResult(_credit.By) is not null)
            throw new UsageException("--sweep attributes all conversions anew: leave --where and --by out.");
        string name = session.Settings.Config
            ?? await session.NewestConfigAsync("--config", cancel).ConfigureAwait(false)
            ?? "web";
        AttributionConfig config = await ConfigSource.LoadAsync(session, name, cancel).ConfigureAwait(false);
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        if (config.Models.All(each => each.Name != model))
            throw new ReportException(
                $"the config has no model '{model}', but "
                + $"{string.Join(", ", config.Models.Select(each => each.Name))}.");

        IReadOnlyList<AttributionConfig> configs =
            await sweep.ApplyAsync(session.Client, config, cancel).ConfigureAwait(false);
        session.Describe(model, config.Hash);
        var sink = new SweepSink(model);
        ReplayOptions options = _tuning.Read(parsed, session, configs[0]) with
        {
            Others = [.. configs.Skip(1)],
        };
        using (ProgressLine line = session.NewProgress())
            await new Replayer(session.Client, options)
                .RunAsync(sink, new ReplayProgressText(line), cancel).ConfigureAwait(false);
        Dictionary<(int Lane, string Channel), Int128> sums = sink.Sums();
        SweepReport.Write(session, sweep, sums);
        if (sums.Count == 0)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }

    private static void Write(
        ReportSession session, CreditPivot pivot, string[] keys, string measure)
    {
        bool isValue = measure == "value";
        ColumnKind kind = measure switch
        {
            "value" => ColumnKind.Money,
            "share" => ColumnKind.Share,
            _ => ColumnKind.Credit,
        };
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            .. Credits.Columns(keys),
            .. isValue ? [ReportColumn.Text("currency", "Currency")] : Array.Empty<ReportColumn>(),
            .. pivot.Models.Select(model => CreditReport.ModelColumn(model) with { Kind = kind }),
            new ReportColumn("spread", "Spread", kind),
        ]);
        if (isValue)
            WriteValues(session, writer, pivot, keys.Length);
        else
            WriteCredits(session, writer, pivot, (keys.Length, measure == "share"));
    }

    private static void WriteCredits(
        ReportSession session, IReportWriter writer, CreditPivot pivot, (int Keys, bool IsShare) shape)
    {
        decimal Figure(CreditLine line, string model) => shape.IsShare
            ? CreditReport.Share(line.Credit(model), pivot.Total.Credit(model))
            : line.Credit(model);

        foreach (CreditLine line in session.Limited(Ranked(pivot), int.MaxValue, about: Included))
        {
            decimal[] figures = [.. pivot.Models.Select(model => Figure(line, model))];
            writer.Row([.. line.Key, .. Boxed(figures), Spread(figures)]);
        }

        IEnumerable<decimal> totals = pivot.Models.Select(model => Figure(pivot.Total, model));
        writer.End([.. TotalKey(shape.Keys), .. Boxed(totals), null]);
    }

    /// <summary>One row per channel and currency, and no total over currencies.</summary>
    private static void WriteValues(
        ReportSession session, IReportWriter writer, CreditPivot pivot, int keys)
    {
        (string Currency, CreditLine Line)[] rows = [.. pivot.Currencies.SelectMany(currency =>
            Ranked(pivot).Where(line => line.HasValue(currency)).Select(line => (currency, line)))];
        string about = pivot.Currencies.Count == 1 ? Included : "";
        foreach ((string currency, CreditLine line) in session.Limited(rows, int.MaxValue, about: about))
        {
            decimal[] figures = [.. pivot.Models.Select(model => line.Value(model, currency))];
            writer.Row([.. line.Key, currency, .. Boxed(figures), Spread(figures)]);
        }

        object?[]? totals = pivot.Currencies is [string only]
            ?
            [
                .. TotalKey(keys), only,
                .. Boxed(pivot.Models.Select(model => pivot.Total.Value(model, only))), null,
            ]
            : null;
        writer.End(totals);
    }

    private static IEnumerable<object?> TotalKey(int keys) =>
        Enumerable.Repeat<object?>(null, keys - 1).Prepend("Total");

    private static List<CreditLine> Ranked(CreditPivot pivot) => pivot.Ranked(ReportSession.DefaultModel);

    private static decimal Spread(decimal[] figures) =>
        figures.Length == 0 ? 0 : figures.Max() - figures.Min();

    private static IEnumerable<object?> Boxed(IEnumerable<decimal> figures) =>
        figures.Select(figure => (object?)figure);
}
