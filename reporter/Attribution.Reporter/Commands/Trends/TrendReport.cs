using Attribution.Reporter.Fields;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Trends;

/// <summary>
/// Writes series: every number of them as data and, on a terminal, one series as bars or several as
/// sparklines. Owned by one command.
/// </summary>
internal sealed class TrendReport(ReportSession session, TrendTable table, TrendQuestion question)
{
    private const int BarCells = 30;
    private readonly ColumnKind _kind = question.Kind;

    public void Write()
    {
        IReadOnlyList<TrendSeries> series = table.Ranked();
        if (session.IsTable && question.Keys.Count == 0)
            WriteBars(series.Count == 0 ? new TrendSeries([], table.Buckets.Count) : series[0]);
        else if (session.IsTable)
            WriteLines(series);
        else
            WriteRows(series);
        NoteMarks();
    }

    private void WriteRows(IReadOnlyList<TrendSeries> all)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text(question.Unit, Field.TitleOf(question.Unit)),
            .. Keys(),
            new ReportColumn(question.Measure, Field.TitleOf(question.Measure), _kind),
            .. Averages(),
            ReportColumn.Text("incomplete", "Incomplete"),
        ]);
        foreach (TrendSeries series in Limited(all))
        {
            decimal?[] average = series.Average(table.Buckets, Math.Max(1, question.Average));
            for (int at = 0; at < table.Buckets.Count; at++)
                writer.Row(
                [
                    table.Buckets[at].Name, .. series.Key, Figure(series.Values[at]),
                    .. question.Average > 0 ? [average[at]] : Array.Empty<object?>(),
                    table.Buckets[at].IsIncomplete,
                ]);
        }

        writer.End();
    }

    private void WriteBars(TrendSeries series)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text(question.Unit, Field.TitleOf(question.Unit)),
            new ReportColumn(question.Measure, Field.TitleOf(question.Measure), _kind),
            .. Averages(),
            ReportColumn.Text("chart", ""),
        ]);
        decimal most = series.Values.DefaultIfEmpty().Max();
        decimal?[] average = series.Average(table.Buckets, Math.Max(1, question.Average));
        for (int at = 0; at < table.Buckets.Count; at++)
        {
            string mark = table.Buckets[at].IsIncomplete ? " …" : "";
            string bar = table.IsGap(at) ? "·" : BarText.Of(series.Values[at], most, BarCells);
            writer.Row(
            [
                table.Buckets[at].Name, Figure(series.Values[at]),
                .. question.Average > 0 ? [average[at]] : Array.Empty<object?>(), bar + mark,
            ]);
        }

        writer.End(
        [
            "Total", Figure(series.Values.Sum()),
            .. question.Average > 0 ? [null] : Array.Empty<object?>(), null,
        ]);
    }

    /// <summary>A line a series, with its first and last whole bucket and the change between.</summary>
    private void WriteLines(IReadOnlyList<TrendSeries> all)
    {
        int[] whole = [.. Enumerable.Range(0, table.Buckets.Count)
            .Where(at => !table.Buckets[at].IsIncomplete)];
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            .. Keys(),
            new ReportColumn("total", "Total", _kind),
            new ReportColumn("first", "First", _kind),
            new ReportColumn("last", "Last", _kind),
            new ReportColumn("change", "Change", ColumnKind.Change),
            new ReportColumn("trend", "Trend", ColumnKind.Sparkline),
        ]);
        foreach (TrendSeries series in Limited(all))
        {
            decimal? first = whole.Length > 0 ? series.Values[whole[0]] : null;
            decimal? last = whole.Length > 0 ? series.Values[whole[^1]] : null;
            decimal?[] points = [.. series.Values.Select(
                (value, at) => table.IsGap(at) ? (decimal?)null : value)];
            writer.Row(
            [
                .. series.Key.Select(part => part.Length == 0 ? "(none)" : part), Figure(series.Values.Sum()),
                Figure(first), Figure(last), first is null or 0 ? null : (last - first) / first,
                Narrowed(points),
            ]);
        }

        writer.End();
    }

    /// <summary>Neighbours are added up until the line is short enough to be read.</summary>
    private static decimal?[] Narrowed(decimal?[] points)
    {
        const int MaxPoints = 60;
        int step = (points.Length + MaxPoints - 1) / MaxPoints;
        return step <= 1
            ? points
            : [.. points.Chunk(step).Select(part => part.All(each => each is null) ? null : part.Sum())];
    }

    /// <summary>With as many decimals as the measure always has.</summary>
    private decimal? Figure(decimal? value) => _kind switch
    {
        ColumnKind.Money => value + 0.0000m,
        ColumnKind.Credit => value + 0.000000m,
        _ => value,
    };

    private IEnumerable<ReportColumn> Keys() =>
        question.Keys.Select(key => ReportColumn.Text(key, Field.TitleOf(key)));

    private ReportColumn[] Averages() => question.Average > 0
        ? [new ReportColumn("average", $"Mean of {question.Average}", ColumnKind.Credit)]
        : [];

    /// <summary>The highest ones; --limit says how many.</summary>
    private IEnumerable<TrendSeries> Limited(IReadOnlyList<TrendSeries> all)
    {
        const int DefaultSeries = 20;
        return session.Limited(all, DefaultSeries, "line");
    }

    private void NoteMarks()
    {
        int gaps = Enumerable.Range(0, table.Buckets.Count).Count(table.IsGap);
        if (gaps > 0 && gaps < table.Buckets.Count)
            session.Caption($"{gaps} of {table.Buckets.Count} {question.Unit}s "
                + $"{Plural.Of(gaps, "has", "have")} no data (·)");
        string[] partial =
            [.. table.Buckets.Where(bucket => bucket.IsIncomplete).Select(bucket => bucket.Name)];
        if (partial.Length > 0)
            session.Caption($"not whole: {string.Join(", ", partial)} (…)");
    }
}
