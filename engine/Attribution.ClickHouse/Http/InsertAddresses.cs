using System.Collections.Concurrent;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// The addresses that inserts are posted to. What the inserts of one table have in common is spelled once:
/// spelling the columns anew was most of what an insert allocated. Thread-safe.
/// </summary>
internal sealed class InsertAddresses(ClickHouseOptions options, string? readOnly)
{
    /// <summary>Tables and column lists that are remembered; the engine has four.</summary>
    private const int MaxRemembered = 64;

    private static readonly UriCreationOptions AsSpelled = new()
    {
        DangerousDisablePathAndQueryCanonicalization = true,
    };

    private readonly ConcurrentDictionary<(string Table, string Columns), string> _common = new();

    public Uri Of(string table, string columnList, InsertOptions insert)
    {
        if (!_common.TryGetValue((table, columnList), out string? common))
        {
            common = Common(table, columnList);
            if (_common.Count < MaxRemembered)
                _common.TryAdd((table, columnList), common);
        }

        string own = new RequestQuery(isFirst: false)
            .Add("query_id", insert.QueryId)
            .Add("insert_deduplication_token", insert.DeduplicationToken)
            .ToString();
        return new Uri(string.Concat(common, own), in AsSpelled);
    }

    // Tables are read through FINAL, so collapsing equal rows of one block while inserting is work done
    // twice: without it an inserted row costs the server a sixth less (bench/results, figures.md).
    private string Common(string table, string columnList) => new RequestQuery()
        .Add("query", $"INSERT INTO {QuotedTable(table)} ({columnList}) FORMAT Native")
        .Add("database", options.Database)
        .Add("readonly", readOnly)
        .Add("decompress", "1")
        .Add("async_insert", "0")
        .Add("optimize_on_insert", "0")
        .Add("wait_end_of_query", "1")
        .At(options.Endpoint).AbsoluteUri;

    private static string QuotedTable(string table) =>
        string.Join('.', table.Split('.').Select(part => NativeBlock.Quote(part)));
}
