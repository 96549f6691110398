using System.Globalization;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Trends;

/// <summary>The buckets of a range, in order, named as the queries name them. Immutable.</summary>
internal sealed class TrendBuckets
{
    public const int MaxCount = 10_000;

    private const int DaysOfWeek = 7;
    private readonly List<TrendBucket> _all = [];

    /// <exception cref="UsageException">They are more than anyone reads.</exception>
    public TrendBuckets(TimeRange range, string unit, DateTime now)
    {
        ReportZone zone = range.Zone;
        DateTime local = Floor(zone.ToLocal(range.From), unit);
        for (DateTime begin = Begin(zone, range.From, local, unit); begin < range.To;)
        {
            if (_all.Count == MaxCount)
                throw new UsageException(
                    $"--every {unit}: more than {MaxCount} in {range}; a longer unit or a shorter range.");
            DateTime end = unit == TrendUnit.Hour
                ? NextHour(zone, begin)
                : zone.Begins(local = Next(local, unit));
            // A day that the zone left out begins where the next one does.
            if (end > begin)
                _all.Add(new TrendBucket(Name(zone, begin, unit), begin)
                {
                    IsIncomplete = begin < range.From || end > range.To || end > now,
                });
            begin = end;
        }
    }

    public IReadOnlyList<TrendBucket> All => _all;

    private static DateTime Floor(DateTime local, string unit) => unit switch
    {
        TrendUnit.Week => local.Date.AddDays(-(((int)local.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek)),
        TrendUnit.Month => new DateTime(local.Year, local.Month, 1),
        _ => local.Date,
    };

    private static DateTime Next(DateTime local, string unit) => unit switch
    {
        TrendUnit.Week => local.AddDays(DaysOfWeek),
        TrendUnit.Month => local.AddMonths(1),
        _ => local.AddDays(1),
    };

    private static DateTime Begin(ReportZone zone, DateTime from, DateTime local, string unit) =>
        unit == TrendUnit.Hour ? HourOf(zone, from) : zone.Begins(local);

    /// <summary>Where clocks showed the hour's beginning.</summary>
    private static DateTime HourOf(ReportZone zone, DateTime time)
    {
        DateTime local = zone.ToLocal(time);
        return time - new TimeSpan(local.TimeOfDay.Ticks % TimeSpan.TicksPerHour);
    }

    private static DateTime NextHour(ReportZone zone, DateTime begin)
    {
        DateTime next = HourOf(zone, begin.AddHours(1));
        return next > begin ? next : begin.AddHours(1);
    }

    private static string Name(ReportZone zone, DateTime begin, string unit)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        DateTime local = zone.ToLocal(begin);
        if (unit != TrendUnit.Hour)
            return Floor(local, unit).ToString("yyyy-MM-dd", invariant);
        TimeSpan offset = local - DateTime.SpecifyKind(begin, DateTimeKind.Unspecified);
        char sign = offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(
            invariant, $"{local:yyyy-MM-dd HH:mm} {sign}{offset.Duration():hhmm}");
    }
}

/// <summary>Its name, its first instant, and whether all of it is in the range. Immutable.</summary>
internal sealed record TrendBucket(string Name, DateTime Begin)
{
    /// <summary>The range, or time itself, does not cover it.</summary>
    public bool IsIncomplete { get; init; }
}
