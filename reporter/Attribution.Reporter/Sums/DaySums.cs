using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Sums;

/// <summary>
/// Sums up days of one table and stores the sums with what proves of which rows they are. Several may do so
/// at once: they store the same. The clients are the caller's.
/// </summary>
/// <remarks>
/// A day is recorded after its sums are stored, and only where its parts are the same after as before: then
/// they were the same in between, since a part never changes. Whatever ends it early leaves sums that nobody
/// uses.
/// </remarks>
internal sealed class DaySums(ReportSession session, string source)
{
    /// <summary>Days of the span that have rows, and no sums that are of them.</summary>
    public async Task<List<SummedDay>> FindOpenAsync(
        DateTime first, DateTime end, CancellationToken cancel)
    {
        if (first >= end)
            return [];
        await using Rows rows = await session
            .QueryComposedAsync(StoredDays.Sql("sums_open"), Span(first, end), cancel).ConfigureAwait(false);
        return await StoredDays.ReadAsync(rows, cancel).ConfigureAwait(false);
    }

    /// <param name="client">May write.</param>
    /// <param name="days">Of one month, which is one partition.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>How many were stored; of the others rows came or were merged meanwhile.</returns>
    public async Task<int> StoreAsync(
        ClickHouseClient client, IReadOnlyCollection<SummedDay> days,
        CancellationToken cancel)
    {
        DateTime first = days.Min(each => each.Day);
        DateTime end = days.Max(each => each.Day).AddDays(1);
        foreach ((string sql, string field) in Statements())
            await client.ExecuteAsync(
                sql,
                StoredDays.AddTo(Settings(), days).Add("from", first).Add("to", end).Add("field", field),
                cancel).ConfigureAwait(false);

        // What is open still has the parts that it had, or was summed by another process by now.
        List<SummedDay> still =
            await FindOpenAsync(first, end, cancel).ConfigureAwait(false);
        List<SummedDay> stored = [.. days.Where(still.Contains)];
        if (stored.Count > 0)
            await client.ExecuteAsync(
                SqlFile.Load("sums_record", ("of_days", SqlFile.Load("sums_of_days").TrimEnd())),
                StoredDays.AddTo(Settings(), stored).Add("source", source),
                cancel).ConfigureAwait(false);
        return stored.Count;
    }

    /// <summary>Deletes sums that newer ones took the place of.</summary>
    public async Task ForgetAsync(ClickHouseClient client, CancellationToken cancel)
    {
        List<SummedDay> old;
        await using (Rows rows = await session.QueryAsync(
            "sums_old", new QueryParameters().Add("source", source), cancel).ConfigureAwait(false))
            old = await StoredDays.ReadAsync(rows, cancel).ConfigureAwait(false);
        if (old.Count == 0)
            return;
        const string IsOld = "has(arrayZip({days:Array(String)}, {parts:Array(String)}), "
            + "(toString(day), parts))";
        string table = source == CreditSums.Source ? "credit_sums" : "event_sums";
        await client.ExecuteAsync(
            $"ALTER TABLE {table} DELETE WHERE {IsOld}",
            StoredDays.AddTo(Settings().Set("mutations_sync", "1"), old), cancel).ConfigureAwait(false);
        await client.ExecuteAsync(
            $"ALTER TABLE summed_days DELETE WHERE source = {{source:String}} AND {IsOld}",
            StoredDays.AddTo(Settings().Set("mutations_sync", "1"), old).Add("source", source),
            cancel).ConfigureAwait(false);
    }

    private IEnumerable<(string Sql, string Field)> Statements()
    {
        if (source == EventSums.Source)
        {
            yield return (SqlFile.Load("sums_events_store"), "");
            yield break;
        }

        yield return (CreditsSql("''", "", "arrayEnumerate(credits)"), "");
        foreach (string field in CreditSums.Fields)
            yield return (
                CreditsSql("touch_text", $"{field}s AS touch_text,", $"arrayEnumerateUniq({field}s)"), field);
    }

    private static string CreditsSql(string text, string array, string number) => SqlFile.Load(
        "sums_credits_store", ("text", text), ("array", array), ("number", number));

    private QueryParameters Span(DateTime first, DateTime end) => new QueryParameters()
        .Add("source", source)
        .Add("first", DateOnly.FromDateTime(first))
        .Add("end", DateOnly.FromDateTime(end));

    private static QueryParameters Settings() =>
        new QueryParameters().Set(ReportSession.FinalByPartition, "1");
}
