using Attribution.ClickHouse.Http;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>A client on a fresh database of the real server. Owned by one test, which disposes it.</summary>
internal sealed class Database(ClickHouseClient client) : IAsyncDisposable
{
    public ClickHouseClient Client { get; } = client;

    public static async Task<Database> CreateAsync(
        ClickHouseFixture clickHouse, Func<ClickHouseOptions, ClickHouseOptions>? change = null)
    {
        var options = new ClickHouseOptions
        {
            Endpoint = clickHouse.Endpoint,
            Database = await clickHouse.CreateEmptyDatabaseAsync(),
        };
        return new Database(new ClickHouseClient(change?.Invoke(options) ?? options));
    }

    public async Task<List<object?[]>> RowsAsync(string sql, QueryParameters? parameters = null)
    {
        var all = new List<object?[]>();
        await using Rows rows = await Client.QueryAsync(sql, parameters);
        await foreach (Row row in rows)
            all.Add([.. Enumerable.Range(0, row.ColumnCount).Select(row.GetValue)]);
        return all;
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
