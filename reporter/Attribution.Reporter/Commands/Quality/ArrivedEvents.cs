using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Quality;

/// <summary>What came in with one value of a field, or in all. Immutable.</summary>
internal sealed record ArrivedEvents(string Key, bool IsTotal)
{
    public long Events { get; init; }
    public long LateMinute { get; init; }
    public long LateHour { get; init; }
    public long LateDay { get; init; }
    public long LateWeek { get; init; }
    public long Paid { get; init; }
    public long Untagged { get; init; }

    /// <summary>Without the sender's clock.</summary>
    public long Unsent { get; init; }

    /// <summary>Whose sender's clock is more than a minute ahead.</summary>
    public long Ahead { get; init; }

    public long Behind { get; init; }

    /// <summary>Received minus sent, in seconds, at 1, 50 and 99 %; not a number where nothing was
    /// sent.</summary>
    public double[] Skews { get; init; } = [];

    /// <param name="row">Of <c>quality_events.sql</c>.</param>
    /// <param name="isTotal">Not one value of the field, but all.</param>
    public static ArrivedEvents Read(Row row, bool isTotal) => new(row.GetString("key"), isTotal)
    {
        Events = row.GetInt64("events"),
        LateMinute = row.GetInt64("late_minute"),
        LateHour = row.GetInt64("late_hour"),
        LateDay = row.GetInt64("late_day"),
        LateWeek = row.GetInt64("late_week"),
        Paid = row.GetInt64("paid"),
        Untagged = row.GetInt64("untagged"),
        Unsent = row.GetInt64("unsent"),
        Ahead = row.GetInt64("ahead"),
        Behind = row.GetInt64("behind"),
        Skews = row.GetArray<double>("skews"),
    };
}
