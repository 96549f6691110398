using Attribution.Model.Configs;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Sweeps;

/// <summary>Writes each channel's credit under each window. Stateless.</summary>
internal static class SweepReport
{
    private const decimal Millionths = 1_000_000m;

    public static void Write(
        ReportSession session, WindowSweep sweep, Dictionary<(int Lane, string Channel), Int128> sums)
    {
        IReportWriter writer = session.NewWriter();
        int lanes = sweep.Windows.Count;
        writer.Begin(
        [
            ReportColumn.Text("channel", "Channel"),
            .. sweep.Windows.Select(window => new ReportColumn(
                Duration.Format(window), Duration.Format(window), ColumnKind.Credit)),
            new ReportColumn("spread", "Spread", ColumnKind.Credit),
            new ReportColumn("stability", "Stability", ColumnKind.Share),
        ]);
        var lines = sums.Keys.Select(key => key.Channel).Distinct()
            .Select(channel => (Channel: channel, Credits: Credits(channel, lanes, sums)))
            .OrderByDescending(line => line.Credits[^1])
            .ThenBy(line => line.Channel, StringComparer.Ordinal)
            .ToList();
        foreach ((string channel, decimal[] credits) in session.Limited(
            lines, int.MaxValue, about: ModelsCommand.Included))
        {
            decimal most = credits.Max();
            decimal spread = most - credits.Min();
            decimal stability = CreditReport.Share(most - spread, most);
            writer.Row([channel, .. credits.Cast<object?>(), spread, stability]);
        }

        IEnumerable<object?> totals = Enumerable.Range(0, lanes)
            .Select(lane => (object?)lines.Sum(line => line.Credits[lane]));
        writer.End(["Total", .. totals, null, null]);
    }

    private static decimal[] Credits(
        string channel, int lanes, Dictionary<(int Lane, string Channel), Int128> sums) =>
    [
        .. Enumerable.Range(0, lanes).Select(
            lane => ((decimal)sums.GetValueOrDefault((lane, channel)) / Millionths) + 0.000000m),
    ];
}
