using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// Writes ranked lines of credit: under one model in full, or every model's credit side by side. Owned by one
/// command.
/// </summary>
internal sealed class CreditReport(
    ReportSession session, ComparedCredits credits, IReadOnlyList<ReportColumn> keys)
{
    private const int MaxTableRows = 50;
    private const int MaxTableCurrencies = 4;
    private readonly CreditPivot _now = credits.Now;
    private readonly CreditPivot? _before = credits.Before;

    /// <summary>Conversions, credit, share and values under one model.</summary>
    public void WriteModel(string model)
    {
        List<string> currencies = Currencies(model);
        List<ReportColumn> columns =
        [
            .. keys,
            new("conversions", "Conversions", ColumnKind.Count),
            new("credit", "Credit", ColumnKind.Credit),
            new("share", "Share", ColumnKind.Share),
            .. currencies.Select(currency => ValueColumn(currency, "")),
            .. _before is null ? [] : ChangeColumns(currencies),
        ];
        decimal all = _now.Total.Credit(model);
        Write(model, columns, line =>
        [
            // Of the total, each conversion once, however many lines share it.
            line.Conversions(model),
            line.Credit(model),
            Share(line.Credit(model), all),
            .. currencies.Select(currency => (object?)line.Value(model, currency)),
            .. _before is null ? [] : Changes(line, model, currencies),
        ]);
    }

    /// <summary>What it was before and by which part it changed, for credit and each value.</summary>
    private static IEnumerable<ReportColumn> ChangeColumns(List<string> currencies) => currencies
        .Select(currency => ValueColumn(currency, ""))
        .Prepend(new ReportColumn("credit", "Credit", ColumnKind.Credit))
        .SelectMany(column => (ReportColumn[])
        [
            new($"{column.Name}_before", $"{column.Title}\nbefore", column.Kind),
            new($"{column.Name}_change", "\nChange", ColumnKind.Change),
        ]);

    private IEnumerable<object?> Changes(CreditLine line, string model, List<string> currencies)
    {
        CreditLine before = line == _now.Total ? _before!.Total : _before!.Line(line.Key);
        return currencies
            .Select(currency => (Now: line.Value(model, currency), Then: before.Value(model, currency)))
            .Prepend((Now: line.Credit(model), Then: before.Credit(model)))
            .SelectMany(pair => (object?[])[pair.Then, Change(pair.Now, pair.Then)]);
    }

    /// <summary>As a part of what was before, to six places; null where there was nothing.</summary>
    private static decimal? Change(decimal now, decimal then) =>
        then == 0 ? null : decimal.Round((now - then) / Math.Abs(then), 6) + 0.000000m;

    /// <summary>The credit under each model, and the values under one.</summary>
    public void WriteModels(string valueModel)
    {
        List<string> currencies = Currencies(valueModel);
        List<ReportColumn> columns =
        [
            .. keys,
            .. _now.Models.Select(ModelColumn),
            .. currencies.Select(currency => ValueColumn(currency, valueModel)),
        ];
        Write(valueModel, columns, line =>
        [
            .. _now.Models.Select(model => (object?)line.Credit(model)),
            .. currencies.Select(currency => (object?)line.Value(valueModel, currency)),
        ]);
    }

    public static ReportColumn ModelColumn(string model) =>
        new(model, ModelTitle(model), ColumnKind.Credit);

    /// <summary>The name in two lines, so that many models fit beside each other.</summary>
    public static string ModelTitle(string model)
    {
        int at = model.LastIndexOf('_');
        return at < 0 ? model : $"{model[..at].Replace('_', ' ')}\n{model[(at + 1)..]}";
    }

    /// <summary>A part of the whole, 0 to 1, to six places.</summary>
    public static decimal Share(decimal part, decimal whole) =>
        (whole == 0 ? 0 : decimal.Round(part / whole, 6)) + 0.000000m;

    private static ReportColumn ValueColumn(string currency, string model)
    {
        string code = currency.Length == 0 ? "none" : currency;
        string title = currency.Length == 0 ? "no currency" : currency;
        return model.Length == 0
            ? new($"value_{code}", title, ColumnKind.Money)
            : new($"value_{model}_{code}", $"{title}\n{model}", ColumnKind.Money);
    }

    /// <summary>
    /// Those with values. A table for people has the most frequent ones, unless its columns are named anyway.
    /// </summary>
    private List<string> Currencies(string model)
    {
        List<string> all = [.. _now.Currencies.Union(_before?.Currencies ?? [])
            .Order(StringComparer.Ordinal)];
        OutputSettings output = session.Settings.Output;
        bool isNamed = output.Fields.Count > 0 || output.FailIf is not null;
        if (!session.IsTable || isNamed || all.Count <= MaxTableCurrencies)
            return all;
        session.Note(
            $"note: values are in {all.Count} currencies; the table has the {MaxTableCurrencies} of most "
            + $"conversions. --fields chooses, --format csv has all: {string.Join(", ", all)}.");
        return
        [
            .. all.OrderByDescending(currency => _now.Total.Conversions(model, currency))
                .Take(MaxTableCurrencies)
                .Order(StringComparer.Ordinal),
        ];
    }

    private void Write(string model, List<ReportColumn> columns, Func<CreditLine, object?[]> figures)
    {
        List<CreditLine> lines = _now.Ranked(model, _before);
        int limit = session.RowLimit(MaxTableRows);
        IReportWriter writer = session.NewWriter();
        writer.Begin(columns);
        foreach (CreditLine line in lines.Take(limit))
            writer.Row([.. line.Key.Select(part => Shown(part)), .. figures(line)]);

        writer.End(["Total", .. Enumerable.Repeat<object?>(null, keys.Count - 1), .. figures(_now.Total)]);
        session.NoteMore(lines.Count, limit, "row", ModelsCommand.Included);
    }

    private string Shown(string part) => session.IsTable && part.Length == 0 ? "(none)" : part;
}
