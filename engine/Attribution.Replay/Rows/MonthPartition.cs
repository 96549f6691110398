namespace Attribution.Replay.Rows;

/// <summary>
/// The month a time falls in, as ClickHouse's <c>toYYYYMM</c> in UTC, and where that month begins and
/// ends. A value; each block set keeps the last one used, since nearly every event falls into the same
/// month as the one before.
/// </summary>
public readonly record struct MonthPartition(int YearMonth, long StartMillis, long EndMillis)
{
    private const long DayMillis = 24L * 60 * 60 * 1000;
    private const int DaysPer400Years = 146_097;

    // From 1 March of year 0, where this calendar's years begin.
    private const int DaysFromYear0ToEpoch = 719_468;

    /// <summary>The one partition of a table that has none.</summary>
    public static readonly MonthPartition Always = new(0, long.MinValue, long.MaxValue);

    public bool Contains(long millis) => millis >= StartMillis && millis < EndMillis;

    /// <summary>
    /// Exact for every time that a <see cref="long"/> of milliseconds can name within years of 32 bits.
    /// </summary>
    public static MonthPartition Of(long millis)
    {
        // Years that begin on 1 March have the leap day last, so a month's first day needs no table.
        long days = FloorDivide(millis, DayMillis) + DaysFromYear0ToEpoch;
        long era = FloorDivide(days, DaysPer400Years);
        long dayOfEra = days - (era * DaysPer400Years);
        long yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long marchMonth = ((5 * dayOfYear) + 2) / 153;
        long month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);

        long start = FirstDay(year, month);
        long end = month == 12 ? FirstDay(year + 1, 1) : FirstDay(year, month + 1);
        return new MonthPartition((int)((year * 100) + month), start * DayMillis, end * DayMillis);
    }

    /// <summary>Days since 1970 of a month's first day.</summary>
    private static long FirstDay(long year, long month)
    {
        long marchYear = month <= 2 ? year - 1 : year;
        long era = FloorDivide(marchYear, 400);
        long yearOfEra = marchYear - (era * 400);
        long dayOfYear = ((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * DaysPer400Years) + dayOfEra - DaysFromYear0ToEpoch;
    }

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : ((value + 1) / by) - 1;
}
