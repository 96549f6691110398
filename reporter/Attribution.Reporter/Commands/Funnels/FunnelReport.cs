using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Explain;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Funnels;

/// <summary>Reads the rows of a funnel and writes them, segment by segment. Owned by one command.</summary>
internal sealed class FunnelReport(ReportSession session, FunnelQuestion question)
{
    private const int MaxTableSegments = 10;
    private const double MillisPerSecond = 1000;

    private readonly Dictionary<string, FunnelSegment> _segments = new(StringComparer.Ordinal);

    private bool IsSplit => question.By.Count > 0;

    /// <summary>Steps that nobody came to, in order.</summary>
    public IReadOnlyList<string> Unreached => [.. question.Steps.Where(
        (_, at) => _segments.Values.All(segment => segment.Persons(at + 1) == 0))];

    public async Task ReadAsync(Rows rows, CancellationToken cancel)
    {
        if (!IsSplit)
            _segments[""] = new FunnelSegment([], question.Steps.Count);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            string[] key = IsSplit ? row.GetArray<string>("segment") : [];
            string name = KeyText.Of(key);
            if (!_segments.TryGetValue(name, out FunnelSegment? segment))
                _segments[name] = segment = new FunnelSegment(key, question.Steps.Count);
            int step = (int)row.GetInt64("step");
            double median = row.GetDouble("median_millis");
            segment.Set(step, row.GetInt64("persons"), step == 1 ? null : median);
        }
    }

    public void Write()
    {
        List<FunnelSegment> ranked = [.. _segments.Values
            .OrderByDescending(segment => segment.Persons(1))
            .ThenBy(segment => string.Join('\0', segment.Key), StringComparer.Ordinal)];
        int limit = session.RowLimit(MaxTableSegments);
        IReportWriter writer = session.NewWriter();
        writer.Begin(Columns());
        foreach (FunnelSegment segment in ranked.Take(limit))
        {
            for (int step = 1; step <= segment.Steps; step++)
                writer.Row(Line(segment, step));
        }

        writer.End();
        session.NoteMore(ranked.Count, limit, "segment", ", of fewer persons");
        if (!IsSplit)
            SayWhereMostAreLost(ranked[0]);
    }

    private List<ReportColumn> Columns() =>
    [
        .. question.By.Select(field => ReportColumn.Text(field, Field.TitleOf(field))),
        new("step", "Step", ColumnKind.Number),
        ReportColumn.Text("event", "Event") with { MaxLines = 4, MinCells = 10 },
        new("persons", "Persons", ColumnKind.Count),
        new("of_previous", "Of the\nprevious", ColumnKind.Share),
        new("of_first", "Of the\nfirst", ColumnKind.Share),
        new("lost", "Lost\nafter it", ColumnKind.Count),
        session.IsTable
            ? ReportColumn.Text("median", "Median time\nfrom previous")
            : new("median_seconds", "Median seconds", ColumnKind.Number),
    ];

    private object?[] Line(FunnelSegment segment, int step) =>
    [
        .. segment.Key.Select(part => session.IsTable && part.Length == 0 ? "(none)" : part),
        step,
        question.Steps[step - 1],
        segment.Persons(step),
        segment.OfPrevious(step),
        segment.OfFirst(step),
        segment.Lost(step),
        session.IsTable ? Age(segment.MedianMillis(step)) : segment.MedianMillis(step) / MillisPerSecond,
    ];

    /// <summary>To the second: medians lie between two persons' times.</summary>
    private static string? Age(double? millis) => millis is { } known
        ? SpanText.Age((long)Math.Round(known / MillisPerSecond) * (long)MillisPerSecond)
        : null;

    private void SayWhereMostAreLost(FunnelSegment segment)
    {
        int worst = Enumerable.Range(1, segment.Steps - 1)
            .OrderByDescending(step => segment.Lost(step))
            .FirstOrDefault();
        if (worst > 0 && segment.Lost(worst) > 0)
            session.Caption($"most are lost between step {worst} and {worst + 1}: "
                + $"{segment.Lost(worst):#,##0} of {segment.Persons(worst):#,##0} "
                + Plural.Of(segment.Persons(worst), "person"));
    }
}
