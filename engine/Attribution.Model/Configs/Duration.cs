using System.Globalization;

namespace Attribution.Model.Configs;

/// <summary>
/// Spans of time as configs write them: a whole number and one unit, such as <c>30d</c>. Stateless.
/// </summary>
public static class Duration
{
    public const string Grammar = "a whole number with ms, s, m, h or d";

    private static readonly (string Unit, long Millis)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Accepts what <see cref="Grammar"/> says, to 9 digits.</summary>
    public static bool TryParse(string text, out long millis)
    {
        millis = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 9)
            return false;

        foreach ((string unit, long unitMillis) in Units)
        {
            if (!text.AsSpan(digits).SequenceEqual(unit))
                continue;
            millis = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture) * unitMillis;
            return true;
        }

        return false;
    }

    /// <summary>The one canonical way to write a span: in the largest unit that keeps it whole.</summary>
    public static string Format(long millis)
    {
        if (millis == 0)
            return "0s";

        (string unit, long unitMillis) = Array.FindLast(Units, u => millis % u.Millis == 0);
        return (millis / unitMillis).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
