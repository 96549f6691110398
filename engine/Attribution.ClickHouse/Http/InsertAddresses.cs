using System.Collections.Concurrent;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// The targets of inserts, each made once and remembered. Thread-safe.
/// </summary>
internal sealed class InsertAddresses(ClickHouseOptions options, string? readOnly)
{
    /// <summary>Tables and column lists that are remembered; the engine has four.</summary>
    private const int MaxRemembered = 64;

    private readonly ConcurrentDictionary<(string Table, string Columns), InsertTarget> _targets = new();

    public InsertTarget Of(string table, string columnList)
    {
        if (_targets.TryGetValue((table, columnList), out InsertTarget? target))
            return target;
        target = new InsertTarget(Address(table, columnList), options);
        if (_targets.Count < MaxRemembered)
            _targets.TryAdd((table, columnList), target);
        return target;
    }

    // Tables are read through FINAL, so collapsing equal rows of one block while inserting is work done
    // twice: without it an inserted row costs the server a sixth less (bench/results, figures.md).
    private string Address(string table, string columnList) => new RequestQuery()
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
