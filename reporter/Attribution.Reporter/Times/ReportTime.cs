using System.Globalization;
using System.Text.RegularExpressions;

namespace Attribution.Reporter.Times;

/// <summary>
/// Reads the times people write on a command line, as clocks of their zone show them. Immutable.
/// </summary>
/// <param name="zone">Whose days, weeks and months are meant.</param>
/// <param name="now">In UTC.</param>
internal sealed partial class ReportTime(ReportZone zone, DateTime now)
{
    public const string PeriodForms =
        "a day (2026-11-01, today, yesterday), a week (2026-W45), a month (2026-11), a quarter (2026-Q4), a "
        + "year (2026), or this or last week, month, quarter or year";

    public const string Forms =
        PeriodForms + ", a time (2026-11-01T08:30:00Z), now, or how long ago (7d, 2w, 12h, 3mo, 1y)";

    private const int MaxCountDigits = 5;
    private const int FirstYear = 1970;
    private const int LastYear = 2200;

    private static readonly string[] WallFormats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
            "yyyy-MM-dd HH:mm"];

    private static readonly string[] InstantFormats = [.. WallFormats.Select(format => format + "K")];

    /// <summary>Those that name their year.</summary>
    private static readonly string[] DatedFormats = ["yyyy", "yyyy-MM-dd", .. WallFormats, .. InstantFormats];

    public ReportZone Zone => zone;

    public DateTime Now => now;

    public DateTime Today => zone.ToLocal(now).Date;

    /// <summary>The beginning of what is named, in UTC.</summary>
    /// <remarks>Whole days, weeks, months and years ago begin at midnight; hours and minutes count from
    /// now.</remarks>
    public bool TryParse(string text, out DateTime time)
    {
        string word = text.Trim().ToLowerInvariant();
        bool known = TryNow(word, out time) || TryCalendar(word, out time) || TryAgo(word, out time)
            || TryClock(word.ToUpperInvariant(), out time);
        time = new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
        return known && time.Year is >= FirstYear and <= LastYear;
    }

    /// <summary>What is wrong with a text that was refused: its form, or the year that it is of.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="otherwise">Said of one that has no form of a time.</param>
    public static string Complaint(string text, string otherwise) => HasForm(text.Trim())
        ? $"'{text}' is outside the years of which times are taken, {FirstYear} to {LastYear}."
        : otherwise;

    /// <summary>From the beginning of what is named to its end; false for an instant.</summary>
    public bool TryParsePeriod(string text, out TimeRange range)
    {
        range = default;
        if (!CalendarPeriod.TryParse(text.Trim().ToLowerInvariant(), Today, out CalendarPeriod period)
            || period.From.Year < FirstYear || period.To.Year > LastYear)
            return false;
        range = new TimeRange(zone.Begins(period.From), zone.Begins(period.To), zone);
        return true;
    }

    private static bool HasForm(string text) =>
        CalendarPeriod.TryParse(text.ToLowerInvariant(), DateTime.UnixEpoch, out _)
        || AgoForm().IsMatch(text)
        || DateTime.TryParseExact(
            text.ToUpperInvariant(), DatedFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private bool TryNow(string word, out DateTime time)
    {
        time = now;
        return word == "now";
    }

    private bool TryCalendar(string word, out DateTime time)
    {
        time = default;
        if (!CalendarPeriod.TryParse(word, Today, out CalendarPeriod period)
            || period.From.Year is < FirstYear or > LastYear)
            return false;
        time = zone.Begins(period.From);
        return true;
    }

    private bool TryAgo(string word, out DateTime time)
    {
        time = default;
        int digits = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > MaxCountDigits)
            return false;

        int count = int.Parse(word.AsSpan(0, digits), CultureInfo.InvariantCulture);
        DateTime? ago = word[digits..] switch
        {
            "m" => now.AddMinutes(-count),
            "h" => now.AddHours(-count),
            "d" => Back(Today.Ticks / TimeSpan.TicksPerDay, count, Today.AddDays),
            "w" => Back(Today.Ticks / TimeSpan.TicksPerDay, 7 * count, Today.AddDays),
            "mo" => Back(Months(Today), count, months => Today.AddMonths((int)months)),
            "y" => Back(Months(Today), 12 * count, months => Today.AddMonths((int)months)),
            _ => null,
        };
        time = ago ?? default;
        return ago is not null;
    }

    /// <summary>Null before the calendar's first day.</summary>
    private DateTime? Back(long most, int count, Func<double, DateTime> add) =>
        count < most && add(-count) is { Year: >= FirstYear } day ? zone.Begins(day) : null;

    private static long Months(DateTime day) => ((day.Year - 1) * 12) + day.Month - 1;

    private bool TryClock(string word, out DateTime time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (!DateTime.TryParseExact(word, WallFormats, invariant, DateTimeStyles.None, out time))
            return DateTime.TryParseExact(word, InstantFormats, invariant, Utc, out time);
        bool known = time.Year is >= FirstYear and <= LastYear;
        time = known ? zone.Begins(time) : default;
        return known;
    }

    [GeneratedRegex(@"\A[0-9]+(m|h|d|w|mo|y)\z", RegexOptions.IgnoreCase)]
    private static partial Regex AgoForm();
}
