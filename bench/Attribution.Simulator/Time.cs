namespace Attribution.Simulator;

/// <summary>Lengths of time in the unit everything here is counted in. Constants.</summary>
internal static class Time
{
    public const long SecondMillis = 1_000;
    public const long MinuteMillis = 60 * SecondMillis;
    public const long HourMillis = 60 * MinuteMillis;
    public const long DayMillis = 24 * HourMillis;
}
