namespace Attribution.Bench.Schema;

/// <summary>
/// The comparison as Markdown: two tables and what they were measured on. Stateless.
/// </summary>
internal static class SortingKeyReport
{
    public static void Write(
        TextWriter output, IReadOnlyList<SortingKeyResult> results, long rows, int blockRows, string version)
    {
        output.WriteLine(
            $"""
            # Sorting keys of `events`

            {ServerCpu.Model()}, {Environment.ProcessorCount} cores; ClickHouse {version}, embedded.
            {rows:N0} rows in blocks of {blockRows:N0}, arriving in order of time, ten events per person.
            Load average at the end: {ServerCpu.Load()}.
            Written by `bench sorting-keys`. CPU is the server's, queries on one thread.

            ## Filling

            | Layout | insert CPU, µs/row | insert, ms/block | merge CPU, µs/row | stored, bytes/row |
            |---|---:|---:|---:|---:|
            """);
        foreach (SortingKeyResult each in results)
            output.WriteLine(
                $"| {each.Layout.Name} | {each.InsertMicrosPerRow:0.00} | {each.InsertMillisPerBlock:0} "
                + $"| {each.MergeMicrosPerRow:0.00} | {each.StoredBytesPerRow:0.0} |");
        output.WriteLine(
            """

            ## Querying, ms of CPU: as inserted / merged into one part

            | Layout | channels of a day | one person's journey | scan of 8 columns | count through FINAL |
            |---|---:|---:|---:|---:|
            """);
        foreach (SortingKeyResult each in results)
            output.WriteLine(
                $"| {each.Layout.Name} | {Pair(each, query => query.ChannelsOfADayMillis)} "
                + $"| {Pair(each, query => query.JourneyMillis)} | {Pair(each, query => query.ScanMillis)} "
                + $"| {Pair(each, query => query.CountMillis)} |");
    }

    private static string Pair(SortingKeyResult result, Func<SortingKeyQueries, double> query) =>
        $"{query(result.Unmerged):0.0} / {query(result.Merged):0.0}";
}
