using System.Globalization;

namespace Attribution.Reporter;

/// <summary>From a time up to, and without, another; both UTC. Immutable.</summary>
internal readonly record struct TimeRange(DateTime From, DateTime To)
{
    public override string ToString() => $"{Text(From)} to {Text(To)} UTC";

    /// <summary>The date alone where the time is midnight.</summary>
    public static string Text(DateTime time) => time.ToString(
        time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFF",
        CultureInfo.InvariantCulture);

    /// <exception cref="UsageException">A text is no time, or the range is empty.</exception>
    public static TimeRange Parse(string? from, string? to, DateTime now)
    {
        const int DefaultDays = 30;
        DateTime begin = from is null ? now.Date.AddDays(-DefaultDays) : Time("--from", from, now);
        DateTime end = to is null ? now.Date.AddDays(1) : Time("--to", to, now);
        if (from is null && to is not null)
            begin = end.AddDays(-DefaultDays);
        return begin < end
            ? new TimeRange(begin, end)
            : throw new UsageException(
                $"--from ({Text(begin)}) must be before --to ({Text(end)}), which is not part of the range.");
    }

    private static DateTime Time(string option, string text, DateTime now) =>
        ReportTime.TryParse(text, now, out DateTime time)
            ? time
            : throw new UsageException($"{option}: '{text}' is no time. Write {ReportTime.Forms}.");
}
