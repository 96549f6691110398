using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Trends;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Sums;

/// <summary>
/// Answers how many events there were from sums of whole days per hour, where those can. Stateless.
/// </summary>
internal static class EventSums
{
    private const string Type = "type";

    /// <summary>
    /// Sums know hours of UTC and types. Null where they cannot answer, or none are stored.
    /// </summary>
    public static async Task<StoredDays?> FindAsync(
        ReportSession session, TrendQuestion question, TimeRange range, CancellationToken cancel)
    {
        bool isKnown = question.Where is null && question.Keys.All(key => key == Type)
            && range.Zone.HasOffsetsOf(TimeSpan.FromHours(1), range);
        return isKnown
            ? await StoredDays.FindAsync(session, SummedSource.Events, new DayQuestion(range, [""]), cancel)
                .ConfigureAwait(false)
            : null;
    }

    /// <summary>Rows as <c>trend_events.sql</c> has them, of the stored days.</summary>
    /// <param name="session">Asks.</param>
    /// <param name="keys">The bucket and the fields, with their names, as SQL over events.</param>
    /// <param name="parameters">With the days.</param>
    /// <param name="cancel">Ends it early.</param>
    public static Task<Rows> AskAsync(
        ReportSession session, string keys, QueryParameters parameters, CancellationToken cancel) =>
        session.QueryComposedAsync(
            SqlFile.Load(
                "sums_events", ("keys", keys), ("of_days", SqlFile.Load("sums_of_days").Trim())),
            parameters, cancel);
}
