using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Pages;

/// <summary>Which commands the page asks, in order, and how their answers are drawn. Stateless.</summary>
internal static class PageParts
{
    private const int MaxBars = 12;
    private const int MaxLines = 8;
    private const int MaxPaths = 1_000;
    private const int FunnelEvent = 1;
    private const int FunnelPersons = 2;
    private const int QualityEvents = 2;
    private const string Rest = "(other)";

    public static IReadOnlyList<PagePart> All(PageQuestion page) =>
        [.. Credited(page), Paths(page), Funnel(page), Cohorts(page), Quality(page)];

    private static IReadOnlyList<PagePart> Credited(PageQuestion page) =>
    [
        new(
            "channels", "Channels", $"Who earned the conversions under {page.Model}, and the change against "
                + "the period before.",
            ["channels", "--model", page.Model, .. page.Where])
        {
            Compare = Comparison.Previous,
        },
        new(
            "models", "Models side by side", "Credit in conversions. Where the spread is large, the choice "
                + "of a model changes the decision.",
            ["models", .. page.Where])
        {
            Charts = ModelBars,
        },
        new(
            "trend", "Trend", $"Conversions per channel under {page.Model}; one that several channels share "
                + "counts for each.",
            ["trend", "conversions", "--by", "channel", "--model", page.Model, .. page.Where])
        {
            Charts = TrendLines,
            Shown = Pivot,
        },
        new(
            "campaigns", "Campaigns", $"The campaigns that earned most under {page.Model}.",
            ["campaigns", "--model", page.Model, "--limit", Text(page.Campaigns), .. page.Where])
        {
            Limit = page.Campaigns,
        },
    ];

    private static PagePart Paths(PageQuestion page) => new(
        "paths", "Paths to conversion", "Which touches came one after the other, from left to right, the "
            + "last ones before the conversion; one that repeats itself is one. Widths are conversions.",
        [
            "paths", "--collapse", "--max-length", Text(PathFlow.MaxSteps), "--limit", Text(MaxPaths),
            .. page.Where,
        ])
    {
        Limit = MaxPaths,
        MayRefuse = page.Where.Count > 0,
        Charts = PathFlow.Sankey,
        Shown = PathFlow.Readable,
    };

    private static PagePart Funnel(PageQuestion page) => new(
        "funnel", "Funnel", $"How many persons come how far, and where they are lost.{Unfiltered(page)}",
        ["funnel", .. page.Steps, .. page.Within])
    {
        Unasked = page.Steps.Count > 0 ? null : page.NoSteps,
        MayFail = true,
        IsEmpty = table => Number(table.Rows[0][FunnelPersons]) == 0,
        Charts = table =>
        [
            new PageChart.Funnel(
                [.. table.Rows.Select(row => Text(row[FunnelEvent]))],
                [.. table.Rows.Select(row => Number(row[FunnelPersons]) ?? 0)])
            {
                Height = 24 + (48 * table.Rows.Count),
            },
        ],
        Shown = table => table with
        {
            Columns = [.. table.Columns.Select(column => column.Name == "median_seconds"
                ? column with { Title = "Median time from previous" }
                : column)],
        },
    };

    private static PagePart Cohorts(PageQuestion page) => new(
        "cohort", "Cohorts", $"Persons by the {page.Period} of their first touch, and how many of them did "
            + $"anything in each {page.Period} since: 0 is the one they began in. ~ is not over yet."
            + Unfiltered(page),
        ["cohort", "--every", page.Period])
    {
        MayFail = true,
        Shown = CohortHeat.Triangle,
    };

    private static PagePart Quality(PageQuestion page) => new(
        "quality", "Quality of the data", "What came in and what is wrong with it: shares are of what each "
            + "line says. Samples of what was rejected may hold anything about anybody, so only the command "
            + $"shows them.{Unfiltered(page)}",
        ["quality"])
    {
        IsEmpty = table => table.Rows.All(row => Number(row[QualityEvents]) is null or 0),
        Shown = table => table with
        {
            Rows =
            [
                .. table.Rows.Select(row => row[0] is "rejected" && row[1] is not "all"
                    ? [.. row[..^1], ""]
                    : row),
            ],
        },
    };

    private static string Unfiltered(PageQuestion page) =>
        page.Where.Count == 0 ? "" : " Of all events: the page's filter is one of credit.";

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
