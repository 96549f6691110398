using System.Globalization;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>Spans of milliseconds as people read them. Stateless.</summary>
internal static class SpanText
{
    /// <summary>The end of the year 9999.</summary>
    private const long MaxMillis = 253_402_300_799_999;

    private static readonly (string Unit, long Millis)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Milliseconds since 1970; what no calendar has is its nearest end.</summary>
    public static DateTime Time(long millis) =>
        DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(millis, 0, MaxMillis));

    /// <summary>An age: <c>9d 02:11:04</c>, with thousandths of the second where it has any.</summary>
    public static string Age(long millis)
    {
        var span = TimeSpan.FromMilliseconds(Math.Abs(millis));
        string days = span.Days == 0 ? "" : span.Days.ToString(CultureInfo.InvariantCulture) + "d ";
        return days + span.ToString(
            span.Milliseconds == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
    }

    /// <summary>A limit, as configs write it: <c>7d</c>, in the largest unit that keeps it whole.</summary>
    public static string Limit(long millis)
    {
        if (millis == 0)
            return "0s";
        (string unit, long unitMillis) = Units.First(unit => millis % unit.Millis == 0);
        return (millis / unitMillis).ToString(CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>How far a touch was from its conversion.</summary>
    public static string Distance(long ageMillis) =>
        ageMillis < 0 ? $"{Age(ageMillis)} after" : $"{Age(ageMillis)} before";
}
