using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Trends;

/// <summary>How long a bucket of time is: a name of a field of time. Stateless.</summary>
internal static class TrendUnit
{
    public const string Hour = "hour";
    public const string Day = "day";
    public const string Week = "week";
    public const string Month = "month";

    public static string[] All { get; } = [Hour, Day, Week, Month];

    /// <summary>The one that gives some dozens of buckets.</summary>
    public static string For(TimeRange range) => (range.To - range.From).TotalDays switch
    {
        <= 3 => Hour,
        <= 100 => Day,
        <= 730 => Week,
        _ => Month,
    };
}
