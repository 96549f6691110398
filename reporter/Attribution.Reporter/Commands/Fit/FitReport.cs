using Attribution.Model.Fitting;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Fit;

/// <summary>Writes what a fit found: credits, transitions or positions. Owned by one run.</summary>
internal sealed class FitReport(ReportSession session)
{
    private const int EffectDigits = 12;
    private const int TableDigits = 4;
    private const int MaxTableRows = 50;

    /// <summary>Channels, the most credited first.</summary>
    public void WriteCredits(IReadOnlyList<FittedChannel> channels, PathTotals totals, ReportColumn effect)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("channel", "Channel"),
            effect,
            new ReportColumn("conversions", "Conversions", ColumnKind.Credit),
            new ReportColumn("value", "Value", ColumnKind.Money),
            new ReportColumn("share", "Share", ColumnKind.Share),
        ]);
        List<FittedChannel> ranked = [.. channels
            .OrderByDescending(channel => channel.Conversions).ThenByDescending(channel => channel.Effect)];
        foreach (FittedChannel channel in session.Limited(ranked, MaxTableRows))
        {
            writer.Row(
            [
                channel.Name, Rounded(channel.Effect), channel.Conversions, channel.Value,
                Share((decimal)channel.Share),
            ]);
        }

        // Removal effects have no meaningful sum; Shapley values sum to the credits or the rate.
        decimal all = totals.Conversions > 0 ? 1 : 0;
        writer.End(["Total", null, (decimal)totals.Conversions, totals.Value, Share(all)]);
    }

    /// <summary>The transition matrix without its zeros.</summary>
    public void WriteTransitions(MarkovFit fit)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("from", "From"),
            ReportColumn.Text("to", "To"),
            new ReportColumn("count", "Count", ColumnKind.Count),
            new ReportColumn("probability", "Probability", ColumnKind.Number),
        ]);
        List<MarkovTransition> steps = [.. fit.Transitions()];
        foreach (MarkovTransition step in session.Limited(steps, MaxTableRows))
            writer.Row([step.From, step.To, step.Count, Rounded(step.Probability)]);
        writer.End();
    }

    /// <summary>The ordered Shapley values, as credited conversions.</summary>
    public void WritePositions(ShapleyFit fit)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("channel", "Channel"),
            new ReportColumn("position", "Position", ColumnKind.Count),
            new ReportColumn("conversions", "Conversions", ColumnKind.Credit),
        ]);
        List<(string Channel, int Number, decimal Conversions)> rows =
        [
            .. fit.Channels.SelectMany((channel, i) => fit.Positions[i].Select(
                (conversions, at) => (channel.Name, at + 1, conversions))),
        ];
        foreach ((string channel, int number, decimal conversions) in session.Limited(rows, MaxTableRows))
            writer.Row([channel, number, decimal.Round(conversions, 6) + 0.000000m]);
        writer.End();
        if (fit.LongestPath > ShapleyFit.MaxPositions)
        {
            session.Note($"note: position {ShapleyFit.MaxPositions} is the mean of it and all later ones, "
                + $"up to {fit.LongestPath}.");
        }
    }

    /// <summary>What a solution is good for, without the noise of its last bits; for people less.</summary>
    private object Rounded(double number)
    {
        if (session.IsTable)
            return decimal.Round((decimal)number, TableDigits) + 0.0000m;
        return Math.Round(number, EffectDigits) + 0.0;
    }

    private static decimal Share(decimal share) => decimal.Round(share, 6) + 0.000000m;
}
