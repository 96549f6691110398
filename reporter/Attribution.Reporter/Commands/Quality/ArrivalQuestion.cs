using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Sums;

namespace Attribution.Reporter.Commands.Quality;

/// <summary>
/// What came in, by each of some fields: from sums of whole days where those can answer, and from every event
/// elsewhere. Immutable.
/// </summary>
/// <param name="By">Fields of events.</param>
/// <param name="Where">Which events count; null is all.</param>
internal sealed record ArrivalQuestion(string[] By, FilterText? Where)
{
    /// <summary>One list per field, each with the total.</summary>
    public async Task<List<ArrivedEvents>[]> AskAsync(ReportSession session, CancellationToken cancel)
    {
        QueryParameters parameters = session.Parameters();
        var query = new EventQuery(Where, parameters, session.ParseTime);
        string[] names = [.. By.Select((_, at) => $"key_{at}")];
        string[] fields = [.. By.Select(name => query.Field("--by", name).Text)];
        StoredDays? stored = await FindStoredAsync(session, cancel).ConfigureAwait(false);
        string sql = SqlFile.Load(
            "quality_events",
            ("lists", string.Join(", ", names
                .Append("''").Select((name, at) => $"(toUInt8({at}), toString({name}))"))),
            ("counts", SqlFile.Load("quality_counts").TrimEnd()),
            ("keys", string.Join(", ", fields.Select((field, at) => $"{field} AS {names[at]}"))),
            ("arrived", SqlFile.Load("quality_arrived").TrimEnd()),
            ("filter", Filter(query, stored)),
            ("names", string.Join(", ", names)),
            ("stored", stored is null ? "" : Stored(stored, parameters)));
        await using Rows rows =
            await session.QueryComposedAsync(sql, parameters, cancel).ConfigureAwait(false);
        List<ArrivedEvents>[] lists = [.. By.Select(_ => new List<ArrivedEvents>())];
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            int set = (int)row.GetInt64("key_set");
            foreach (List<ArrivedEvents> list in set < lists.Length ? [lists[set]] : lists)
                list.Add(ArrivedEvents.Read(row, isTotal: set == lists.Length));
        }

        return lists;
    }

    private async Task<StoredDays?> FindStoredAsync(ReportSession session, CancellationToken cancel) =>
        Where is null && By.All(SummedSource.Arrivals.Lists.Contains)
            ? await StoredDays.FindAsync(
                session, SummedSource.Arrivals, new DayQuestion(session.Settings.Range, By), cancel)
                .ConfigureAwait(false)
            : null;

    /// <summary>Which events are read.</summary>
    private static string Filter(EventQuery query, StoredDays? stored) => stored switch
    {
        null => query.Condition.Length > 0 ? $"AND {query.Condition}" : "",
        { Rest.Count: 0 } => "AND false",
        _ => StoredDays.RestSql(stored.Rest, "timestamp", new SqlArguments(query.Parameters, "rest")),
    };

    private string Stored(StoredDays stored, QueryParameters parameters)
    {
        stored.AddTo(parameters).Add("by", By);
        return SqlFile.Load("quality_sums", ("of_days", SqlFile.Load("sums_of_days").Trim()));
    }
}
