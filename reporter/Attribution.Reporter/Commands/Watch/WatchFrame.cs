using System.Globalization;
using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Watch;

/// <summary>
/// Draws what a look found as lines that fit a terminal: a pure function. Stateless.
/// </summary>
internal static class WatchFrame
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int MinChannelRows = 3;

    /// <summary>Cells before the chart, and the last one, which stays free.</summary>
    private const int ChartStart = 14;

    /// <param name="state">What was found.</param>
    /// <param name="zone">Whose clock is shown.</param>
    /// <param name="project">Whose data.</param>
    /// <param name="size">Cells and lines of the terminal; what does not fit is left out.</param>
    public static List<string> Lines(
        WatchState state, ReportZone zone, string project, (int Width, int Height) size)
    {
        string clock = zone.ToLocal(state.Now).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var lines = new List<string>
        {
            $"{project}  {clock} {zone.Name}    q quits",
            "",
            $"{Number(state.PerSecond),12} events/s   newest {Ago(state.Lag)}",
            $"             {Chart(state.Steps.Take(Math.Max(0, size.Width - ChartStart)))}",
            $"{Count(state.Conversions),12} {Conversions(state)} today",
            "",
        };
        int rejected = Math.Min(state.Rejected.Count, 5);
        int room = Math.Max(MinChannelRows, size.Height - lines.Count - rejected - 4);
        foreach ((string channel, long conversions, decimal credit) in state.Channels.Take(room))
            lines.Add($"{Number(credit),12} {channel} ({Count(conversions)})");
        if (state.Channels.Count == 0)
            lines.Add("             nothing attributed today");
        lines.Add("");
        lines.Add($"{Count(state.RejectedEvents),12} rejected in the last hour");
        foreach ((string reason, long events) in state.Rejected.Take(rejected))
            lines.Add($"{Count(events),12} {reason}");
        return [.. lines.Take(Math.Max(1, size.Height)).Select(
            line => CellWidth.Fit(CellText.Plain(line), Math.Max(1, size.Width - 1)))];
    }

    /// <summary>The same in one line, for what is no terminal.</summary>
    public static string Line(WatchState state, ReportZone zone)
    {
        string clock = zone.ToLocal(state.Now).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string channels = string.Join(", ", state.Channels.Take(3).Select(
            each => $"{each.Channel} {Number(each.Credit)}"));
        string earned = channels.Length > 0 ? $" ({channels})" : "";
        return CellText.Plain(
            $"{clock}  {Number(state.PerSecond)} events/s  newest {Ago(state.Lag)}  "
            + $"{Count(state.Conversions)} {Conversions(state)} today{earned}  "
            + $"{Count(state.RejectedEvents)} rejected in the last hour");
    }

    /// <summary>Of the newest steps, as many as there is room for; the newest stands to the right.</summary>
    private static string Chart(IEnumerable<long> steps)
    {
        long[] shown = [.. steps.Reverse()];
        long most = Math.Max(1, shown.DefaultIfEmpty().Max());
        return string.Concat(shown.Select(
            count => count == 0 ? ' ' : Bars[(int)((count * (Bars.Length - 1)) / most)]));
    }

    private static string Conversions(WatchState state) => Plural.Of(state.Conversions, "conversion");

    private static string Ago(TimeSpan? lag) => lag switch
    {
        null => "more than an hour ago",
        { TotalSeconds: < 60 } span => $"{Number((decimal)span.TotalSeconds)} s ago",
        { } span => $"{((int)span.TotalMinutes).ToString(CultureInfo.InvariantCulture)} min ago",
    };

    private static string Count(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Number(decimal value) => value.ToString("#,##0.0", CultureInfo.InvariantCulture);
}
