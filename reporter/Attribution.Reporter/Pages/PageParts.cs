using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>Which commands the page asks, in order, and how their answers are drawn. Stateless.</summary>
internal static class PageParts
{
    private const int MaxBars = 12;
    private const int MaxLines = 8;
    private const string Rest = "(other)";

    /// <param name="model">The model where one is shown.</param>
    /// <param name="where">Options that filter; may be none.</param>
    public static IReadOnlyList<PagePart> All(string model, string[] where) =>
    [
        new(
            "channels", "Channels", $"Who earned the conversions under {model}, and the change against the "
                + "period before.",
            ["channels", "--model", model, .. where]),
        new(
            "models", "Models side by side", "Credit in conversions. Where the spread is large, the choice "
                + "of a model changes the decision.",
            ["models", .. where])
        {
            Charts = ModelBars,
        },
        new(
            "trend", "Trend", $"Conversions per channel under {model}; one that several channels share "
                + "counts for each.",
            ["trend", "conversions", "--by", "channel", "--model", model, .. where])
        {
            Charts = TrendLines,
            Shown = Pivot,
        },
        new(
            "campaigns", "Campaigns", $"The campaigns that earned most under {model}.",
            ["campaigns", "--model", model, "--limit", "100", .. where]),
    ];

    /// <summary>A series per model, a group of bars per channel.</summary>
    private static PageChart[] ModelBars(PageTable table)
    {
        List<object?[]> rows = [.. table.Rows.Take(MaxBars)];
        IEnumerable<int> models = Enumerable.Range(1, table.Columns.Count - 2);
        return rows.Count == 0
            ? []
            :
            [
                new PageChart.Bars(
                    [.. rows.Select(row => Text(row[0]))],
                    [.. models.Select(at => new PageSeries(
                        table.Columns[at].Name, [.. rows.Select(row => Number(row[at]))]))])
                {
                    Height = 120 + (rows.Count * (30 + (8 * table.Columns.Count))),
                },
            ];
    }

    /// <summary>Rows of time, key and value: a line per key, the smaller ones as one.</summary>
    private static PageChart[] TrendLines(PageTable table)
    {
        string[] times = Times(table);
        if (times.Length == 0)
            return [];
        List<PageSeries> series = [.. Series(table, times)];
        List<PageSeries> rest = [.. series.Skip(MaxLines)];
        IEnumerable<PageSeries> other = rest.Count == 0
            ? []
            : [new PageSeries(Rest, [.. times.Select((_, at) => rest.Sum(each => each.Values[at]))])];
        return [new PageChart.Lines(times, [.. series.Take(MaxLines), .. other], IsStacked: true)];
    }

    /// <summary>The same rows with a column per key.</summary>
    private static PageTable Pivot(PageTable table)
    {
        string[] times = Times(table);
        PageSeries[] series = [.. Series(table, times)];
        ColumnKind kind = table.Columns[2].Kind;
        return new PageTable(
            [table.Columns[0], .. series.Select(each => new ReportColumn(each.Name, each.Name, kind))],
            [
                .. times.Select(
                    (time, at) => (object?[])[time, .. series.Select(each => (object?)each.Values[at])]),
            ]);
    }

    private static string[] Times(PageTable table) => [.. table.Rows.Select(row => Text(row[0])).Distinct()];

    private static IEnumerable<PageSeries> Series(PageTable table, string[] times) => table.Rows
        .GroupBy(row => Text(row[1]))
        .Select(group =>
        {
            Dictionary<string, decimal?> values =
                group.ToDictionary(row => Text(row[0]), row => Number(row[2]));
            return new PageSeries(group.Key, [.. times.Select(time => values.GetValueOrDefault(time))]);
        });

    private static string Text(object? value) =>
        CellText.Exact(value) is { Length: > 0 } text ? text : "(none)";

    private static decimal? Number(object? value) => value is null ? null : Convert.ToDecimal(
        value, System.Globalization.CultureInfo.InvariantCulture);
}
