using System.Globalization;
using System.Text;
using Attribution.Bench.Load;

namespace Attribution.Bench.Reports;

/// <summary>
/// A load's result as one page that needs nothing else: no script, no font, no network. Stateless.
/// </summary>
internal static class LoadPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5c6675; --grid: #dde2ea; --paper: #fff;
          --c0: #1668c7; --c1: #c2410c; --c2: #15803d; --c3: #7c3aed; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa4b2; --grid: #2c3440;
          --paper: #12161c; --c0: #6cb2ff; --c1: #ff9a62; --c2: #6ddc8b; --c3: #b79bff; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); }
        th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
        .about { color: var(--soft); overflow-wrap: anywhere; } .scroll { overflow-x: auto; }
        svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
        .grid { stroke: var(--grid); } .line { fill: none; stroke-width: 2; }
        .line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); }
        .line.c3 { stroke: var(--c3); } .dot.c0 { fill: var(--c0); } .dot.c1 { fill: var(--c1); }
        .dot.c2 { fill: var(--c2); } .dot.c3 { fill: var(--c3); }
        svg .name.c0 { fill: var(--c0); } svg .name.c1 { fill: var(--c1); } svg .name.c2 { fill: var(--c2); }
        svg .name.c3 { fill: var(--c3); }
        """;

    public static string Render(LoadResult result, Machine machine)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        page.Append("<title>bench load</title><style>").Append(Style).Append("</style></head><body>");
        page.Append("<h1>").Append(Escaped(Headline(result))).Append("</h1><p class=\"about\">");
        page.Append(Escaped(About(result, machine))).Append("</p>");
        AddTable(page, result);
        AddChart(page, CurveOf(result.Steps));
        if (result.Steps.Count > 1)
            AddChart(page, RatesOf(result.Steps));
        foreach (LoadStep step in result.Steps.Where(step => step.Course.Count > 1).TakeLast(1))
        {
            AddChart(page, CourseOf(step, "Throughput", "events/s", ("events/s", s => s.EventsPerSecond)));
            AddChart(page, CourseOf(step, "Lag", "events behind", ("behind", s => s.LagEvents ?? 0)));
            AddChart(page, CourseOf(step, "Answers, second by second", "ms",
                ("p50", s => s.AnswerP50Millis), ("p99", s => s.AnswerP99Millis)));
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static string Headline(LoadResult result)
    {
        LoadStep best = result.Steps.MaxBy(step => step.EventsPerSecond)!;
        return result.KneeEventsPerSecond is { } knee
            ? Invariant($"Knee at {knee:N0} events/s")
            : Invariant($"{best.EventsPerSecond:N0} events/s, p99 {best.AnswerP99Millis:0.0} ms");
    }

    private static string About(LoadResult result, Machine machine) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.BatchEvents} events a request, {result.Connections} connections, {result.Pipelined} "
        + $"requests on each at a time. {machine.Cpu}, {machine.Cores} cores, {machine.Kernel}, "
        + $"SDK {machine.Sdk}, "
        + $"commit {machine.Commit}, {machine.MeasuredAt:yyyy-MM-dd HH:mm} UTC: {machine.Command}");

    private static void AddTable(StringBuilder page, LoadResult result)
    {
        string[] heads =
        [
            "rate/s", "done/s", "answered", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms",
            "CPU µs/event", "B/event", "errors",
        ];
        page.Append("<div class=\"scroll\"><table><tr>");
        foreach (string head in heads)
            page.Append("<th>").Append(Escaped(head)).Append("</th>");
        page.Append("</tr>");
        foreach (LoadStep step in result.Steps)
        {
            page.Append("<tr>");
            Cells(page,
                step.Rate == 0 ? "closed loop" : Invariant($"{step.Rate:N0}"),
                Invariant($"{step.EventsPerSecond:N0}"), Invariant($"{step.AnsweredShare:P1}"),
                Millis(step.AnswerP50Millis), Millis(step.AnswerP90Millis), Millis(step.AnswerP99Millis),
                Millis(step.AnswerP999Millis), Millis(step.AnswerMaxMillis),
                Invariant($"{step.Costs.EngineCpuMicrosPerEvent:0.000}"),
                Invariant($"{step.Costs.EngineAllocatedBytesPerEvent:0.0}"), Invariant($"{step.Errors:N0}"));
            page.Append("</tr>");
        }

        page.Append("</table></div>");
    }

    private static void Cells(StringBuilder page, params ReadOnlySpan<string> cells)
    {
        foreach (string cell in cells)
            page.Append("<td>").Append(Escaped(cell)).Append("</td>");
    }

    private static void AddChart(StringBuilder page, Chart chart) =>
        page.Append("<h2>").Append(Escaped(chart.Title)).Append("</h2>").Append(SvgChart.Draw(chart));

    /// <summary>Nines at equal distances, as HdrHistogram's plots have them.</summary>
    private static Chart CurveOf(IReadOnlyList<LoadStep> steps)
    {
        LoadStep[] shown = steps.Count <= 4
            ? [.. steps]
            : [steps[1], steps[steps.Count / 2], steps[^2], steps[^1]];
        return new Chart("Latency by percentile", "percentile of all answers", "ms",
        [
            .. from step in shown
               let points = step.Curve.Where(point => point.Share < 1).ToArray()
               select new ChartLine(
                   step.Rate == 0 ? "closed loop" : Invariant($"{step.Rate:N0}/s"),
                   [.. points.Select(point => Nines(point.Share))],
                   [.. points.Select(point => point.Millis)]),
        ])
        {
            XMarks =
            [
                .. from share in (double[])[0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]
                   select (Nines(share), Invariant($"{share * 100:0.###}")),
            ],
        };
    }

    private static Chart RatesOf(IReadOnlyList<LoadStep> steps)
    {
        LoadStep[] open = [.. steps.Where(step => step.Rate > 0)];
        double[] rates = [.. open.Select(step => step.Rate)];
        return new Chart("Latency by offered rate", "events per second due", "ms",
        [
            new ChartLine("p50", rates, [.. open.Select(step => step.AnswerP50Millis)]),
            new ChartLine("p99", rates, [.. open.Select(step => step.AnswerP99Millis)]),
        ]);
    }

    private static Chart CourseOf(
        LoadStep step, string title, string unit, params (string Name, Func<LoadSecond, double> Of)[] lines)
    {
        double[] times = [.. step.Course.Select(second => second.At)];
        return new Chart(title, "seconds", unit,
            [.. lines.Select(line => new ChartLine(line.Name, times, [.. step.Course.Select(line.Of)]))]);
    }

    private static double Nines(double share) => -Math.Log10(1 - share);

    private static string Millis(double value) => Invariant($"{value:0.00}");

    private static string Escaped(string text) => SvgChart.Text(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
