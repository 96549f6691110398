using System.Globalization;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>
/// Writes cohorts: a triangle where people look, and a row per cohort, currency and period where programs do.
/// Owned by one command.
/// </summary>
internal sealed class CohortReport(ReportSession session, CohortQuestion question, CohortTable table)
{
    private const string Unfinished = "~";
    private const int GapCells = 2;

    private bool IsShare => question.Measure == CohortMeasure.Persons;

    public void Write()
    {
        if (session.IsTable)
            WriteTriangle();
        else
            WriteRows();
    }

    private void WriteRows()
    {
        IReportWriter writer = session.NewWriter();
        string measure = question.Measure.ToString().ToLowerInvariant();
        writer.Begin(
        [
            ReportColumn.Text("cohort", "Cohort"),
            new("size", "Size", ColumnKind.Count),
            .. question.IsMoney ? [ReportColumn.Text("currency", "Currency")] : Array.Empty<ReportColumn>(),
            new(question.Period.Name, question.Period.Name, ColumnKind.Number),
            new(measure, measure, ColumnKind.Number),
            .. IsShare ? [new ReportColumn("share", "Share", ColumnKind.Share)] : Array.Empty<ReportColumn>(),
            ReportColumn.Text("is_over", "Over"),
        ]);
        foreach (Cohort cohort in table.Cohorts.Take(session.Settings.Limit ?? int.MaxValue))
        {
            foreach (string currency in table.Currencies)
            {
                int begun = table.Begun(cohort);
                for (int index = 0; index < begun; index++)
                    writer.Row(Line(cohort, currency, index));
            }
        }

        writer.End();
    }

    private object?[] Line(Cohort cohort, string currency, int index)
    {
        decimal value = Value(cohort, currency, index);
        return
        [
            cohort.Begin,
            cohort.Size,
            .. question.IsMoney ? [currency] : Array.Empty<object?>(),
            index,
            question.IsMoney ? value : (long)value,
            .. IsShare ? [CreditReport.Share(value, cohort.Size)] : Array.Empty<object?>(),
            table.IsOver(cohort, index),
        ];
    }

    /// <summary>One triangle per currency, where any is meant.</summary>
    private void WriteTriangle()
    {
        List<Cohort> shown = [.. table.Cohorts.TakeLast(session.Settings.Limit ?? int.MaxValue)];
        int periods = shown.Count == 0 ? 0 : shown.Max(table.Begun);
        IReadOnlyList<string> currencies = table.Currencies;
        string[][][] texts = [.. currencies.Select(currency => Texts(shown, currency))];
        int fitting = Fitting(texts, periods, shown);
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("cohort", Title(question.Period.Name)),
            new("size", "Persons", ColumnKind.Count),
            .. question.IsMoney ? [ReportColumn.Text("currency", "Currency")] : Array.Empty<ReportColumn>(),
            .. Enumerable.Range(0, fitting).Select(index => new ReportColumn(
                Text(index), Text(index), ColumnKind.Number)),
        ]);
        for (int at = 0; at < currencies.Count; at++)
            WriteCohorts(writer, shown, currencies[at], texts[at], fitting);
        writer.End();
        int more = periods - fitting;
        string name = question.Period.Name;
        if (more > 0)
            session.Note($"note: {more} more {Plural.Of(more, $"{name} does", $"{name}s do")} not fit here; "
                + $"a wider terminal or --format csv has {Plural.Of(more, "it", "them")}.");
    }

    private void WriteCohorts(
        IReportWriter writer, List<Cohort> shown, string currency, string[][] texts, int fitting)
    {
        decimal most = shown.Count == 0 ? 0 : shown.Max(cohort => Enumerable.Range(0, table.Begun(cohort))
            .Max(index => Value(cohort, currency, index)));
        for (int at = 0; at < shown.Count; at++)
        {
            Cohort cohort = shown[at];
            var cells = new object?[fitting];
            for (int index = 0; index < Math.Min(fitting, texts[at].Length); index++)
                cells[index] = new HeatCell(
                    texts[at][index], Heat(Value(cohort, currency, index), IsShare ? cohort.Size : most));
            writer.Row(
            [
                cohort.Begin,
                cohort.Size,
                .. question.IsMoney ? [currency.Length == 0 ? "none" : currency] : Array.Empty<object?>(),
                .. cells,
            ]);
        }
    }

    private string[][] Texts(List<Cohort> shown, string currency) =>
        [.. shown.Select(cohort => Enumerable.Range(0, table.Begun(cohort))
            .Select(index => Cell(cohort, currency, index)).ToArray())];

    /// <summary>As many periods as the terminal has room for; numbers are never cut.</summary>
    private int Fitting(string[][][] texts, int periods, List<Cohort> shown)
    {
        int cell = texts.SelectMany(each => each).SelectMany(each => each).Select(text => text.Length)
            .Append(Text(periods).Length).Max();
        int sizes = shown.Select(cohort => cohort.Size.ToString("#,##0", CultureInfo.InvariantCulture).Length)
            .Append("Persons".Length).Max();
        int room = session.Width - "2026-11-01".Length - GapCells - sizes
            - (question.IsMoney ? "Currency".Length + GapCells : 0);
        return Math.Clamp(room / (cell + GapCells), 1, Math.Max(periods, 1));
    }

    private string Cell(Cohort cohort, string currency, int index)
    {
        decimal value = Value(cohort, currency, index);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string text = question.Measure switch
        {
            CohortMeasure.Persons => CreditReport.Share(value, cohort.Size).ToString("0.0%", invariant),
            CohortMeasure.Conversions => value.ToString("#,##0", invariant),
            _ => value.ToString("#,##0.00", invariant),
        };
        return table.IsOver(cohort, index) ? text : Unfinished + text;
    }

    private decimal Value(Cohort cohort, string currency, int index) => question.Measure switch
    {
        CohortMeasure.Ltv => decimal.Round(cohort.Sum(currency, index) / cohort.Size, 4),
        _ => cohort.Amount(currency, index),
    };

    private static double Heat(decimal value, decimal most) => most <= 0 ? 0 : (double)(value / most);

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
