using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// Writes ranked lines of credit: under one model in full, or every model's credit side by side. Owned by one
/// command.
/// </summary>
internal sealed class CreditReport(ReportSession session, CreditPivot pivot, IReadOnlyList<ReportColumn> keys)
{
    private const int MaxTableRows = 50;
    private const int MaxTableCurrencies = 4;

    /// <summary>Conversions, credit, share and values under one model.</summary>
    public void WriteModel(string model)
    {
        List<string> currencies = Currencies();
        List<ReportColumn> columns =
        [
            .. keys,
            new("conversions", "Conversions", ColumnKind.Count),
            new("credit", "Credit", ColumnKind.Credit),
            new("share", "Share", ColumnKind.Share),
            .. currencies.Select(currency => ValueColumn(currency, "")),
        ];
        decimal all = pivot.Total.Credit(model);
        Write(model, columns, line =>
        [
            // Of the total, each conversion once, however many lines share it.
            line.Conversions(model),
            line.Credit(model),
            Share(line.Credit(model), all),
            .. currencies.Select(currency => (object?)line.Value(model, currency)),
        ]);
    }

    /// <summary>The credit under each model, and the values under one.</summary>
    public void WriteModels(string valueModel)
    {
        List<string> currencies = Currencies();
        List<ReportColumn> columns =
        [
            .. keys,
            .. pivot.Models.Select(ModelColumn),
            .. currencies.Select(currency => ValueColumn(currency, valueModel)),
        ];
        Write(valueModel, columns, line =>
        [
            .. pivot.Models.Select(model => (object?)line.Credit(model)),
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

    private List<string> Currencies()
    {
        List<string> all = [.. pivot.Currencies];
        if (!session.IsTable || all.Count <= MaxTableCurrencies)
            return all;
        session.Note(
            $"note: values are in {all.Count} currencies; the table has {MaxTableCurrencies} of them. "
            + $"--format csv has all: {string.Join(", ", all)}.");
        return all[..MaxTableCurrencies];
    }

    private void Write(string model, List<ReportColumn> columns, Func<CreditLine, object?[]> figures)
    {
        List<CreditLine> lines = pivot.Ranked(model);
        int limit = session.Settings.Limit ?? (session.IsTable ? MaxTableRows : int.MaxValue);
        IReportWriter writer = session.NewWriter();
        writer.Begin(columns);
        foreach (CreditLine line in lines.Take(limit))
            writer.Row([.. line.Key.Select(part => Shown(part)), .. figures(line)]);

        writer.End(["Total", .. Enumerable.Repeat<object?>(null, keys.Count - 1), .. figures(pivot.Total)]);
        if (lines.Count > limit)
            session.Note(
                $"note: {lines.Count - limit} more rows, which the total includes; "
                + $"--limit {lines.Count} shows them.");
    }

    private string Shown(string part) => session.IsTable && part.Length == 0 ? "(none)" : part;
}
