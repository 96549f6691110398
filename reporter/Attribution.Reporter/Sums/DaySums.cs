using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Sums;

/// <summary>
/// Sums up days of one source and stores the sums with what proves of which rows they are. Several may do so
/// at once: they store the same. The clients are the caller's.
/// </summary>
/// <remarks>
/// A day is recorded after its sums are stored, and only where its parts are the same after as before: then
/// they were the same in between, since a part never changes. Whatever ends it early leaves sums that nobody
/// uses.
/// </remarks>
internal sealed class DaySums(ReportSession session, SummedSource source)
{
    /// <summary>Days of the span that have rows, and not all sums that are of them.</summary>
    public Task<List<SummedDay>> FindOpenAsync(DateTime first, DateTime end, CancellationToken cancel) =>
        FindAsync(first, end, $"AND (day, parts_hash) NOT IN ({source.Stored("sums_whole")})", cancel);

    private async Task<List<SummedDay>> FindAsync(
        DateTime first, DateTime end, string open, CancellationToken cancel)
    {
        if (first >= end)
            return [];
        QueryParameters parameters = source.AddTo(new QueryParameters())
            .Add("lists", source.Lists)
            .Add("first", DateOnly.FromDateTime(first))
            .Add("end", DateOnly.FromDateTime(end));
        await using Rows rows = await session
            .QueryComposedAsync(source.Sql("sums_days", open), parameters, cancel).ConfigureAwait(false);
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
        foreach (string list in source.Lists)
            await client.ExecuteAsync(
                StoreSql(list),
                StoredDays.AddTo(Settings(), days).Add("from", first).Add("to", end).Add("list", list),
                cancel).ConfigureAwait(false);

        List<SummedDay> still = await FindAsync(first, end, "", cancel).ConfigureAwait(false);
        List<SummedDay> stored = [.. days.Where(still.Contains)];
        if (stored.Count > 0)
            await client.ExecuteAsync(
                source.Stored("sums_record"),
                StoredDays.AddTo(Settings(), stored).Add("source", source.Name),
                cancel).ConfigureAwait(false);
        return stored.Count;
    }

    /// <summary>Deletes sums that newer ones took the place of.</summary>
    public async Task ForgetAsync(ClickHouseClient client, CancellationToken cancel)
    {
        List<SummedDay> old;
        await using (Rows rows = await session.QueryAsync(
            "sums_old", new QueryParameters().Add("source", source.Name), cancel).ConfigureAwait(false))
            old = await StoredDays.ReadAsync(rows, cancel).ConfigureAwait(false);
        if (old.Count == 0)
            return;
        const string IsOld = "has(arrayZip({days:Array(String)}, {parts:Array(String)}), "
            + "(toString(day), parts))";
        await client.ExecuteAsync(
            $"ALTER TABLE {source.SumTable} DELETE WHERE {IsOld}",
            StoredDays.AddTo(Settings().Set("mutations_sync", "1"), old), cancel).ConfigureAwait(false);
        await client.ExecuteAsync(
            $"ALTER TABLE summed_days DELETE WHERE source = {{source:String}} AND {IsOld}",
            StoredDays.AddTo(Settings().Set("mutations_sync", "1"), old)
                .Add("source", source.Name),
            cancel).ConfigureAwait(false);
    }

    private string StoreSql(string list)
    {
        if (source == SummedSource.Events)
            return SqlFile.Load("sums_events_store");
        if (source != SummedSource.Arrivals)
            return CreditsSql(list);
        return SqlFile.Load(
            "sums_arrivals_store",
            ("field", $"toString({list})"),
            ("counts", SqlFile.Load("quality_counts").TrimEnd()),
            ("arrived", SqlFile.Load("quality_arrived").TrimEnd()));
    }

    /// <summary>Sums by a list of fields, of touches or else of the conversion's event.</summary>
    private string CreditsSql(string list)
    {
        string[] fields = SummedSource.Fields(list);
        bool isOfEvents = source == SummedSource.ConversionEvents && fields.Length > 0;
        bool isOfTouches = !isOfEvents && fields.Length > 0;
        string names = string.Concat(fields.Select(field => $"touch_{field}, "));
        return SqlFile.Load(
            "sums_credits_store",
            ("text", SummedSource.Joined([.. fields.Select(field => $"touch_{field}")])),
            ("fields", names.Trim()),
            ("columns", isOfEvents ? "conversion_time, conversion_id," : isOfTouches ? names.Trim() : ""),
            ("arrays", isOfTouches
                ? string.Concat(fields.Select(field => $"{field}s AS touch_{field}, ")).Trim()
                : ""),
            ("number", isOfTouches
                ? $"arrayEnumerateUniq({string.Join(", ", fields.Select(field => $"{field}s"))})"
                : "arrayEnumerate(credits)"),
            ("join", isOfEvents
                ? SqlFile.Load(
                    "sums_credits_events",
                    ("fields", string.Concat(fields.Select(field => $"{field} AS touch_{field}, ")).Trim()))
                    .TrimEnd()
                : ""));
    }

    /// <summary>What is stored again after it was lost must not be taken for a block sent twice.</summary>
    private static QueryParameters Settings() => new QueryParameters()
        .Set(ReportSession.FinalByPartition, "1").Set("insert_deduplicate", "0");
}
