using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;
using Xunit;

namespace Attribution.Testing;

/// <summary>
/// Gives a test class the embedded ClickHouse: one server per test process, a database of its own per call.
/// Shared by the tests of its class or collection; drops its databases when they are done.
/// </summary>
public class ClickHouseFixture : IAsyncLifetime
{
    private readonly List<string> _databases = [];
    private EmbeddedClickHouse? _server;

    public Uri Endpoint => Server.Endpoint;

    public EmbeddedClickHouse Server =>
        _server ?? throw new InvalidOperationException("The fixture is not initialised yet.");

    public async Task InitializeAsync() => _server = await StartAsync();

    /// <summary>A fresh database with the engine's schema.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string database = NewDatabase();
        await new Migrator(OptionsFor(database)).ApplyAsync(CancellationToken.None);
        return database;
    }

    /// <summary>A fresh database without tables.</summary>
    public async Task<string> CreateEmptyDatabaseAsync()
    {
        string database = NewDatabase();
        await QueryAsync($"CREATE DATABASE {database}");
        return database;
    }

    /// <summary>What a client of that database needs.</summary>
    public ClickHouseOptions OptionsFor(string database) =>
        new() { Endpoint = Endpoint, Database = database };

    public Task<string> QueryAsync(string sql) => QueryAsync(sql, CancellationToken.None);

    /// <summary>
    /// Runs one statement; its rows as text, tab-separated unless the statement says FORMAT.
    /// </summary>
    public Task<string> QueryAsync(string sql, CancellationToken cancel) =>
        SharedServer.QueryAsync(Endpoint, sql, cancel);

    public virtual async Task DisposeAsync()
    {
        foreach (string database in Databases())
            await QueryAsync($"DROP DATABASE IF EXISTS {database} SYNC");
    }

    /// <summary>A name that no database has yet; dropped with the fixture should there be one then.</summary>
    public string NewDatabase()
    {
        string database = $"test_{Guid.NewGuid():N}";
        lock (_databases)
            _databases.Add(database);
        return database;
    }

    protected virtual Task<EmbeddedClickHouse> StartAsync() => SharedServer.GetAsync();

    private string[] Databases()
    {
        lock (_databases)
            return [.. _databases];
    }
}
