using System.Globalization;

namespace Attribution.Reporter;

/// <summary>
/// Reads the times people write on a command line, in UTC. Stateless.
/// </summary>
internal static class ReportTime
{
    public const string Forms =
        "a date (2026-11-01), a time (2026-11-01T08:30:00Z), today, yesterday, or how long ago (7d, 2w, 12h)";

    private const int MaxCountDigits = 5;
    private const int FirstYear = 1970;
    private const int LastYear = 2200;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>Whole days and weeks ago begin at midnight; hours and minutes count from now.</summary>
    public static bool TryParse(string text, DateTime now, out DateTime time)
    {
        string word = text.Trim().ToLowerInvariant();
        bool known = TryWord(word, now, out time) || TryAgo(word, now, out time)
            || TryCalendar(word, out time);
        time = new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
        return known && time.Year is >= FirstYear and <= LastYear;
    }

    private static bool TryWord(string word, DateTime now, out DateTime time)
    {
        int? days = word switch
        {
            "today" => 0,
            "yesterday" => -1,
            "tomorrow" => 1,
            _ => null,
        };
        time = word == "now" ? now : now.Date.AddDays(days ?? 0);
        return days is not null || word == "now";
    }

    private static bool TryAgo(string word, DateTime now, out DateTime time)
    {
        time = default;
        if (word.Length is < 2 or > MaxCountDigits + 1
            || !int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out int count))
            return false;

        DateTime? ago = word[^1] switch
        {
            'm' => now.AddMinutes(-count),
            'h' => now.AddHours(-count),
            'd' => now.Date.AddDays(-count),
            'w' => now.Date.AddDays(-7.0 * count),
            _ => null,
        };
        time = ago ?? default;
        return ago is not null;
    }

    private static bool TryCalendar(string word, out DateTime time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string upper = word.ToUpperInvariant();
        return DateTime.TryParseExact(upper, "yyyy-MM-dd", CultureInfo.InvariantCulture, Utc, out time)
            || DateTime.TryParseExact(upper, TimeFormats, CultureInfo.InvariantCulture, Utc, out time);
    }
}
