using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>Days, weeks or months of a zone, as SQL and as dates. Immutable.</summary>
internal sealed class CohortPeriod
{
    private const int DaysOfWeek = 7;

    private readonly string _begin;
    private readonly string _add;

    private CohortPeriod(string name, string begin, string add)
    {
        Name = name;
        _begin = begin;
        _add = add;
    }

    public static IReadOnlyList<string> Names { get; } = ["day", "week", "month"];

    public string Name { get; }

    public static CohortPeriod Of(string name) => name switch
    {
        "day" => new(name, "toDate", "addDays"),
        "week" => new(name, "toMonday", "addWeeks"),
        _ => new("month", "toStartOfMonth", "addMonths"),
    };

    /// <summary>How many periods lie between two dates on which periods begin.</summary>
    public string Between(string from, string to) => Name switch
    {
        "day" => $"dateDiff('day', {from}, {to})",
        "week" => $"intDiv(dateDiff('day', {from}, {to}), 7)",
        _ => $"dateDiff('month', {from}, {to})",
    };

    /// <summary>The date on which a period begins that comes so many later.</summary>
    public string After(string begin, string periods) => $"{_add}({begin}, {periods})";

    /// <summary>The date on which the period begins that a time is in.</summary>
    public string BeginOf(string time) => $"{_begin}({time}, {{tz:String}})";

    public DateOnly BeginOf(DateTime utc, ReportZone zone)
    {
        DateOnly day = DateOnly.FromDateTime(zone.ToLocal(utc));
        return Name switch
        {
            "day" => day,
            "week" => day.AddDays(-(((int)day.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek)),
            _ => new DateOnly(day.Year, day.Month, 1),
        };
    }

    public DateOnly Add(DateOnly begin, int periods) => Name switch
    {
        "day" => begin.AddDays(periods),
        "week" => begin.AddDays(DaysOfWeek * periods),
        _ => begin.AddMonths(periods),
    };

    /// <summary>When it begins on the zone's clocks, in UTC.</summary>
    public static DateTime Instant(DateOnly begin, ReportZone zone) =>
        zone.Begins(begin.ToDateTime(TimeOnly.MinValue));
}
