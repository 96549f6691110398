using System.Globalization;

namespace Attribution.Reporter.Times;

/// <summary>
/// A stretch of whole days of a calendar, from a date up to, and without, another; of no zone yet. Immutable.
/// </summary>
internal readonly record struct CalendarPeriod(DateTime From, DateTime To)
{
    private const int DaysOfWeek = 7;
    private const int MonthsOfQuarter = 3;
    private const int MonthsOfYear = 12;

    /// <summary>
    /// Reads <c>2026-11-03</c>, <c>2026-11</c>, <c>2026-W45</c>, <c>2026-Q4</c>, <c>2026</c>, <c>today</c>,
    /// <c>yesterday</c>, <c>this week</c>, <c>last month</c> and their like.
    /// </summary>
    /// <param name="word">In small letters.</param>
    /// <param name="today">Where the person is who asks.</param>
    /// <param name="period">What it names.</param>
    public static bool TryParse(string word, DateTime today, out CalendarPeriod period)
    {
        CalendarPeriod? found = Day(word, today) ?? Relative(word, today) ?? Dated(word);
        period = found ?? default;
        return found is not null;
    }

    private static CalendarPeriod? Day(string word, DateTime today) => word switch
    {
        "today" => Days(today, 1),
        "yesterday" => Days(today.AddDays(-1), 1),
        "tomorrow" => Days(today.AddDays(1), 1),
        _ => DateTime.TryParseExact(
            word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date)
            && date < DateTime.MaxValue.Date
            ? Days(date, 1)
            : null,
    };

    private static CalendarPeriod? Relative(string word, DateTime today)
    {
        string[] parts = word.Split((char[])[' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [("this" or "last") and var which, var unit])
            return null;
        int back = which == "last" ? 1 : 0;
        return unit switch
        {
            "week" => Days(Monday(today).AddDays(-DaysOfWeek * back), DaysOfWeek),
            "month" => Months(FirstOfMonth(today).AddMonths(-back), 1),
            "quarter" => Months(FirstOfQuarter(today).AddMonths(-MonthsOfQuarter * back), MonthsOfQuarter),
            "year" => Months(new DateTime(today.Year - back, 1, 1), MonthsOfYear),
            _ => null,
        };
    }

    private static CalendarPeriod? Dated(string word)
    {
        string[] parts = word.Split('-');
        if (parts.Length > 2 || !TryNumber(parts[0], digits: 4, out int year) || year is 0 or 9999)
            return null;
        if (parts.Length == 1)
            return Months(new DateTime(year, 1, 1), MonthsOfYear);
        return parts[1] switch
        {
            ['w', .. var week] => Week(year, week),
            ['q', .. var quarter] => TryNumber(quarter, digits: 1, out int number) && number is >= 1 and <= 4
                ? Months(new DateTime(year, ((number - 1) * MonthsOfQuarter) + 1, 1), MonthsOfQuarter)
                : null,
            var month => TryNumber(month, digits: 2, out int number) && number is >= 1 and <= MonthsOfYear
                ? Months(new DateTime(year, number, 1), 1)
                : null,
        };
    }

    private static CalendarPeriod? Week(int year, string text) =>
        TryNumber(text, digits: 2, out int week) && week >= 1 && week <= ISOWeek.GetWeeksInYear(year)
            ? Days(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday), DaysOfWeek)
            : null;

    private static bool TryNumber(string text, int digits, out int number)
    {
        number = 0;
        return text.Length == digits
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static CalendarPeriod Days(DateTime from, int days) => new(from, from.AddDays(days));

    private static CalendarPeriod Months(DateTime from, int months) => new(from, from.AddMonths(months));

    private static DateTime Monday(DateTime day) =>
        day.AddDays(-((int)day.DayOfWeek + DaysOfWeek - (int)DayOfWeek.Monday) % DaysOfWeek);

    private static DateTime FirstOfMonth(DateTime day) => new(day.Year, day.Month, 1);

    private static DateTime FirstOfQuarter(DateTime day) =>
        new(day.Year, ((day.Month - 1) / MonthsOfQuarter * MonthsOfQuarter) + 1, 1);
}
