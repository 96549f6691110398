using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>Spans of milliseconds as people read them. Stateless.</summary>
internal static class SpanText
{
    /// <summary>The end of the year 9999.</summary>
    private const long MaxMillis = 253_402_300_799_999;

    /// <summary>Milliseconds since 1970; what no calendar has is its nearest end.</summary>
    public static DateTime Time(long millis) =>
        DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(millis, 0, MaxMillis));

    /// <summary>An age: <c>9d 02:11:04</c>, with thousandths of the second where it has any.</summary>
    public static string Age(long millis) => EvidenceText.Clock(Math.Abs(millis));

    /// <summary>How far a touch was from its conversion.</summary>
    public static string Distance(long ageMillis) =>
        ageMillis < 0 ? $"{Age(ageMillis)} after" : $"{Age(ageMillis)} before";
}
