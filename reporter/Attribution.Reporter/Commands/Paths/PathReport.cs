using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Explain;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>Asks about journeys and writes the answer. Owned by one command.</summary>
internal sealed class PathReport(ReportSession session, IPathSource source, bool hasValues)
{
    private const int DefaultRows = 20;
    private const int MaxRows = 1_000_000;
    private const decimal MillisPerSecond = 1000;
    private const int BarCells = 30;
    private const int MedianAt = 2;
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    /// <summary>From which time on each line of the histogram counts, but for the first.</summary>
    private static readonly (long Millis, string Text)[] Bounds =
    [
        (60_000, "1 minute"), (Hour, "1 hour"), (6 * Hour, "6 hours"), (Day, "1 day"), (3 * Day, "3 days"),
        (7 * Day, "7 days"), (14 * Day, "14 days"), (30 * Day, "30 days"), (60 * Day, "60 days"),
    ];

    private static readonly int[] Percents = [10, 25, 50, 75, 90, 99, 100];

    private string Noun => hasValues ? "conversion" : "journey";

    private string Count => Noun + "s";

    private string CountTitle => hasValues ? "Conversions" : "Journeys";

    private int Limit => session.Settings.Limit ?? (session.IsTable ? DefaultRows : MaxRows);

    /// <returns>False where there is no journey at all.</returns>
    public async Task<bool> WritePathsAsync(CancellationToken cancel)
    {
        // The total comes first.
        await using Rows rows = await source.AskAsync(
            "paths", parameters => parameters.Add("limit", Limit + 1), cancel).ConfigureAwait(false);
        await using IAsyncEnumerator<Row> each = rows.GetAsyncEnumerator(cancel);
        var spread = new PathSpread(0, 0, [], []);
        Dictionary<string, decimal> values = [];
        if (await each.MoveNextAsync().ConfigureAwait(false))
        {
            spread = CountedSpread(each.Current);
            values = Values(each.Current);
        }

        string[] currencies = [.. values.Where(value => value.Value != 0).Select(value => value.Key)];
        if (spread.Journeys > spread.WithoutTouches)
            session.Caption($"{spread.Journeys:#,##0} {Plural.Of(spread.Journeys, Noun)}, "
                + $"{spread.WithoutTouches:#,##0} of them without a touch; half within "
                + $"{Age(spread.Times[2])}, 90 % within {Age(spread.Times[4])} of the first touch; touches: "
                + $"half up to {spread.Lengths[2]:0.#}, 90 % up to {spread.Lengths[4]:0.#}");
        IReportWriter writer = session.NewWriter();
        writer.Begin(PathColumns(currencies));
        long shown = 0;
        while (await each.MoveNextAsync().ConfigureAwait(false))
        {
            writer.Row(PathLine(each.Current, spread.Journeys, currencies));
            shown += each.Current.GetInt64("journeys");
        }

        writer.End(
        [
            "Total", null, spread.Journeys, CreditReport.Share(spread.Journeys, spread.Journeys),
            Time(spread.Journeys > spread.WithoutTouches ? spread.Times[2] : null),
            .. currencies.Select(currency => (object?)values[currency]),
        ]);
        if (shown < spread.Journeys)
            session.Note($"note: {spread.Journeys - shown} "
                + Plural.Of(spread.Journeys - shown, $"{Noun} took another path", $"{Count} took other paths")
                + ", which the total includes; --limit shows more, --collapse and --max-length make paths "
                + "alike.");
        return spread.Journeys > 0;
    }

    public async Task<bool> WriteTimesAsync(CancellationToken cancel)
    {
        await using Rows rows = await source.AskAsync(
            "paths_times",
            parameters => parameters.Add("bounds", Bounds.Select(bound => bound.Millis)),
            cancel).ConfigureAwait(false);
        long[] counts = new long[Bounds.Length + 1];
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            counts[(int)row.GetInt64("bucket")] = row.GetInt64("journeys");
        IReportWriter writer = session.NewWriter();
        writer.Begin(Histogram(session.IsTable
            ? [ReportColumn.Text("time", "From the first touch")]
            :
            [
                new("from_seconds", "From", ColumnKind.Number), new("to_seconds", "To", ColumnKind.Number),
            ]));
        for (int at = 0; at < counts.Length; at++)
        {
            decimal? from = at == 0 ? 0 : Bounds[at - 1].Millis / MillisPerSecond;
            decimal? to = at == Bounds.Length ? null : Bounds[at].Millis / MillisPerSecond;
            object?[] key = session.IsTable ? [TimeText(at)] : [from, to];
            writer.Row([.. key, .. Bars(counts[at], counts)]);
        }

        writer.End();
        return counts.Sum() > 0;
    }

    public async Task<bool> WriteLengthsAsync(CancellationToken cancel)
    {
        await using Rows rows =
            await source.AskAsync("paths_lengths", _ => { }, cancel).ConfigureAwait(false);
        var lines = new List<(long Touches, long Count)>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            lines.Add((row.GetInt64("touch_count"), row.GetInt64("journeys")));
        IReportWriter writer = session.NewWriter();
        writer.Begin(Histogram([new ReportColumn("touches", "Touches", ColumnKind.Number)]));
        long[] counts = [.. lines.Select(line => line.Count)];
        foreach ((long touches, long count) in lines)
            writer.Row([touches, .. Bars(count, counts)]);
        writer.End();
        return lines.Count > 0;
    }

    public async Task<bool> WriteQuantilesAsync(CancellationToken cancel)
    {
        PathSpread spread = await SpreadAsync(cancel).ConfigureAwait(false);
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            new("percent", $"Percent of\n{Count}", ColumnKind.Number),
            TimeColumn("time", "Time from first\ntouch, within"),
            new("touches", "Touches\nup to", ColumnKind.Number),
        ]);
        for (int at = 0; at < Percents.Length && spread.Journeys > spread.WithoutTouches; at++)
            writer.Row([Percents[at], Time(spread.Times[at]), spread.Lengths[at]]);
        writer.End();
        return spread.Journeys > 0;
    }

    private async Task<PathSpread> SpreadAsync(CancellationToken cancel)
    {
        await using Rows rows =
            await source.AskAsync("paths_spread", _ => { }, cancel).ConfigureAwait(false);
        var spread = new PathSpread(0, 0, [], []);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            spread = Spread(row);
        return spread;
    }

    private static PathSpread Spread(Row row) => new(
        row.GetInt64("journeys"), row.GetInt64("without_touches"),
        row.GetArray<double>("times"), row.GetArray<double>("lengths"));

    /// <summary>Where the row says how many journeys have how many touches.</summary>
    private static PathSpread CountedSpread(Row row)
    {
        ulong[] counts = row.GetArray<ulong>("touch_counts");
        ulong[] journeys = row.GetArray<ulong>("journeys_of_counts");
        IEnumerable<double> lengths = Percents.Select(percent => Quantile(counts, journeys, percent));
        return new PathSpread(
            row.GetInt64("journeys"), row.GetInt64("without_touches"),
            row.GetArray<double>("times"), counts.Length == 0 ? [] : [.. lengths]);
    }

    /// <summary>Of values in order, each so many times; between two of them in a straight line.</summary>
    private static double Quantile(ulong[] values, ulong[] times, int percent)
    {
        double place = percent / 100.0 * (times.Aggregate(0UL, (sum, each) => sum + each) - 1);
        double below = At(values, times, (ulong)Math.Floor(place));
        double above = At(values, times, (ulong)Math.Ceiling(place));
        return below + ((above - below) * (place - Math.Floor(place)));
    }

    private static ulong At(ulong[] values, ulong[] times, ulong index)
    {
        int at = 0;
        for (ulong passed = times[0]; passed <= index && at < values.Length - 1; passed += times[at])
            at++;
        return values[at];
    }

    private static Dictionary<string, decimal> Values(Row row) => row.GetArray<string>("currencies")
        .Zip(row.GetArray<decimal>("value_per_currency"))
        .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    private List<ReportColumn> PathColumns(string[] currencies) =>
    [
        ReportColumn.Text("path", "Path") with { MaxLines = 6, MinCells = 12 },
        new("steps", "Steps", ColumnKind.Count),
        new(Count, CountTitle, ColumnKind.Count),
        new("share", "Share", ColumnKind.Share),
        TimeColumn("median", "Median from\nfirst touch"),
        .. currencies.Select(code => new ReportColumn(
            $"value_{(code.Length == 0 ? "none" : code)}",
            code.Length == 0 ? "no currency" : code,
            ColumnKind.Money)),
    ];

    private object?[] PathLine(Row row, long all, string[] currencies)
    {
        string[] path = row.GetArray<string>("path");
        Dictionary<string, decimal> values = Values(row);
        return
        [
            session.IsTable ? PathText(path) : path,
            path.Contains(PathShape.More) ? null : path.Length,
            row.GetInt64("journeys"),
            CreditReport.Share(row.GetInt64("journeys"), all),
            path.Length == 0 ? null : Time(row.GetArray<double>("times")[MedianAt]),
            .. currencies.Select(currency => (object?)values.GetValueOrDefault(currency)),
        ];
    }

    private static string PathText(string[] path) => path.Length == 0
        ? "(no touch)"
        : string.Join(" > ", path.Select(step => step.Length == 0 ? "(none)" : step));

    private List<ReportColumn> Histogram(ReportColumn[] keys)
    {
        List<ReportColumn> columns =
            [.. keys, new(Count, CountTitle, ColumnKind.Count), new("share", "Share", ColumnKind.Share)];
        if (session.IsTable)
            columns.Add(ReportColumn.Text("bar", ""));
        return columns;
    }

    private object?[] Bars(long count, long[] counts)
    {
        long all = counts.Sum();
        object?[] figures = [count, CreditReport.Share(count, all)];
        return session.IsTable ? [.. figures, BarText.Of(count, counts.Max(), BarCells)] : figures;
    }

    private static string TimeText(int at) => at == 0
        ? $"below {Bounds[0].Text}"
        : at == Bounds.Length ? $"{Bounds[^1].Text} and more" : $"{Bounds[at - 1].Text} to {Bounds[at].Text}";

    private ReportColumn TimeColumn(string name, string title) => session.IsTable
        ? ReportColumn.Text(name, title) with { MinCells = 12 }
        : new($"{name}_seconds", name, ColumnKind.Number);

    private object? Time(double? millis)
    {
        // As a decimal: a thousandth of a binary fraction would have noise again.
        object? shown = (decimal?)millis / MillisPerSecond;
        if (session.IsTable && millis is { } known)
            shown = Age(known);
        return shown;
    }

    /// <summary>To the second: quantiles lie between two journeys' times.</summary>
    private static string Age(double millis) =>
        SpanText.Age((long)Math.Round(millis / (double)MillisPerSecond) * (long)MillisPerSecond);
}

/// <summary>How many journeys there are, and how long the shortest 10 to 100 % of them. Immutable.</summary>
internal sealed record PathSpread(long Journeys, long WithoutTouches, double[] Times, double[] Lengths);
