namespace Attribution.Reporter.Times;

/// <summary>
/// From a time up to, and without, another; both UTC, with the zone in whose days it is meant. Immutable.
/// </summary>
internal readonly record struct TimeRange(DateTime From, DateTime To, ReportZone Zone)
{
    private const int DefaultDays = 30;
    private const int MonthsOfYear = 12;

    public TimeRange(DateTime from, DateTime to)
        : this(from, to, ReportZone.Utc)
    {
    }

    public override string ToString() => $"{Zone.Text(From)} to {Zone.Text(To)} {Zone.Name}";

    /// <exception cref="UsageException">A text is no time, or the range is empty.</exception>
    public static TimeRange Parse(RangeTexts texts, ReportTime times)
    {
        if (texts.During is { } during)
            return Period(during, texts, times);
        ReportZone zone = times.Zone;
        DateTime end = texts.To is null
            ? zone.Begins(times.Today.AddDays(1))
            : Time("--to", texts.To, times);
        DateTime begin = texts.From is null
            ? Back(texts.To is null ? zone.Begins(times.Today) : end, zone)
            : Time("--from", texts.From, times);
        if (begin < end)
            return new TimeRange(begin, end, zone);
        throw new UsageException(texts.To is null
            ? $"--from ({zone.Text(begin)}) is not before the end of today ({zone.Text(end)}), where the "
                + "range ends without --to."
            : $"--from ({zone.Text(begin)}) must be before --to ({zone.Text(end)}), which is not part of "
                + "the range.");
    }

    /// <summary>The range that this one is compared with, in the same zone.</summary>
    public TimeRange Before(Comparison kind)
    {
        DateTime from = Zone.ToLocal(From);
        DateTime to = Zone.ToLocal(To);
        bool isDays = Zone.IsDayBegin(From) && Zone.IsDayBegin(To);
        if (isDays && from.Day == 1 && to.Day == 1)
        {
            int months = Months(to) - Months(from);
            int back = kind == Comparison.Year ? MonthsOfYear : months;
            DateTime begin = from.Date.AddMonths(-back);
            return Of(begin, begin.AddMonths(months));
        }

        if (kind == Comparison.Year)
            // The last day counts, not the one behind it: the day before a 29th of February stays a 28th.
            return isDays
                ? Of(from.Date.AddYears(-1), to.Date.AddDays(-1).AddYears(-1).AddDays(1))
                : Of(from.AddYears(-1), to.AddYears(-1));
        return new TimeRange(isDays ? DaysBefore(from.Date) : From - (To - From), From, Zone);
    }

    /// <summary>As many days as the range has; a day that a zone left out is none.</summary>
    private DateTime DaysBefore(DateTime date)
    {
        double days = Math.Round((To - From).TotalDays);
        DateTime first = date.AddDays(-days);
        while (Math.Round((From - Zone.Begins(first)).TotalDays) < days)
            first = first.AddDays(-1);
        return Zone.Begins(first);
    }

    private TimeRange Of(DateTime from, DateTime to) => new(Zone.Begins(from), Zone.Begins(to), Zone);

    private static int Months(DateTime day) => (day.Year * MonthsOfYear) + day.Month;

    private static DateTime Back(DateTime end, ReportZone zone) =>
        zone.Begins(zone.ToLocal(end).AddDays(-DefaultDays));

    private static TimeRange Period(string during, RangeTexts texts, ReportTime times)
    {
        if (texts.From is not null || texts.To is not null)
            throw new UsageException("--during names the whole range: leave --from and --to out.");
        if (times.TryParsePeriod(during, out TimeRange range))
            return range.From < range.To
                ? range
                : throw new UsageException($"--during: {during} did not happen in {times.Zone}.");
        throw new UsageException(times.TryParse(during, out _)
            ? $"--during: '{during}' is a time and no period; --from {during} begins the range there."
            : "--during: " + ReportTime.Complaint(
                during, $"'{during}' is no period. Write {ReportTime.PeriodForms}."));
    }

    private static DateTime Time(string option, string text, ReportTime times) =>
        times.TryParse(text, out DateTime time)
            ? time
            : throw new UsageException($"{option}: "
                + ReportTime.Complaint(text, $"'{text}' is no time. Write {ReportTime.Forms}."));
}
