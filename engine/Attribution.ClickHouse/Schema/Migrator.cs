using System.Text.RegularExpressions;
using Attribution.ClickHouse.Http;

namespace Attribution.ClickHouse.Schema;

/// <summary>
/// Brings a database to this program's schema: creates it where absent, applies what is missing, in order.
/// Used once at the start; several processes may do so at the same time.
/// </summary>
/// <remarks>
/// ClickHouse has no transactions over DDL. Each statement is idempotent (IF NOT EXISTS) and a version is
/// recorded only after all of its statements, so an interrupted or a doubled run is repeated harmlessly.
/// </remarks>
public sealed partial class Migrator
{
    private readonly ClickHouseOptions _server;
    private readonly IReadOnlyList<Migration> _migrations;

    /// <summary>The options name the server and the database that is brought up to date.</summary>
    /// <exception cref="SchemaException">The database's name is not an identifier.</exception>
    public Migrator(ClickHouseOptions server)
        : this(server, Migration.All)
    {
    }

    internal Migrator(ClickHouseOptions server, IReadOnlyList<Migration> migrations)
    {
        if (!Identifier().IsMatch(server.Database))
            throw new SchemaException(
                $"'{server.Database}' cannot be a database's name: use letters, digits and _, at most 64.");
        _server = server;
        _migrations = migrations;
    }

    /// <returns>How many versions were applied; 0 when the database was up to date.</returns>
    /// <exception cref="SchemaException">The database was made by a newer or a changed program.</exception>
    public async Task<int> ApplyAsync(CancellationToken cancel)
    {
        await CreateDatabaseAsync(cancel).ConfigureAwait(false);
        await using var client = new ClickHouseClient(_server);
        await client.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations
            (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
            ENGINE = ReplacingMergeTree ORDER BY version
            """,
            cancel: cancel).ConfigureAwait(false);

        Dictionary<long, string> applied = await ReadAppliedAsync(client, cancel).ConfigureAwait(false);
        Check(applied);
        int count = 0;
        foreach (Migration migration in _migrations.Where(each => !applied.ContainsKey(each.Version)))
        {
            await ApplyAsync(client, migration, cancel).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    /// <summary>Looks at the database's schema and changes nothing.</summary>
    /// <returns>Its newest version, 0 where it has none, and the newest one that this program
    /// knows.</returns>
    /// <exception cref="SchemaException">The database was made by a newer or a changed program.</exception>
    public async Task<(int Found, int Known)> CompareAsync(ClickHouseClient client, CancellationToken cancel)
    {
        Dictionary<long, string> applied = await ReadAppliedAsync(client, cancel).ConfigureAwait(false);
        Check(applied);
        return (
            applied.Count == 0 ? 0 : (int)applied.Keys.Max(),
            _migrations.Count == 0 ? 0 : _migrations[^1].Version);
    }

    private async Task CreateDatabaseAsync(CancellationToken cancel)
    {
        // A request that names a database which does not exist is refused, so this one names none.
        await using var client = new ClickHouseClient(_server with { Database = "" });
        await client.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {_server.Database}", cancel: cancel)
            .ConfigureAwait(false);
    }

    private static async Task<Dictionary<long, string>> ReadAppliedAsync(
        ClickHouseClient client, CancellationToken cancel)
    {
        await using Rows rows = await client
            .QueryAsync("SELECT version, checksum FROM schema_migrations FINAL", cancel: cancel)
            .ConfigureAwait(false);
        var applied = new Dictionary<long, string>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            applied[row.GetInt64(0)] = row.GetString(1);
        return applied;
    }

    private void Check(Dictionary<long, string> applied)
    {
        int newest = _migrations.Count == 0 ? 0 : _migrations[^1].Version;
        long found = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (found > newest)
            throw new SchemaException(
                $"The database {_server.Database} has schema version {found}, this program knows {newest}. "
                + "Run the program that made it, or a newer one.");
        foreach (Migration migration in _migrations)
        {
            if (applied.GetValueOrDefault(migration.Version, migration.Checksum) != migration.Checksum)
                throw new SchemaException(
                    $"Schema version {migration.Version} ({migration.Name}) in the database "
                    + $"{_server.Database} is not the one this program carries: it was changed after it had "
                    + "been applied. Run the program that made the database, or use another database.");
        }
    }

    private static async Task ApplyAsync(
        ClickHouseClient client, Migration migration, CancellationToken cancel)
    {
        foreach (string statement in migration.Statements())
            await client.ExecuteAsync(statement, cancel: cancel).ConfigureAwait(false);
        await client.ExecuteAsync(
            """
            INSERT INTO schema_migrations (version, name, checksum)
            SELECT {version:UInt32}, {name:String}, {checksum:String}
            """,
            new QueryParameters()
                .Add("version", migration.Version)
                .Add("name", migration.Name)
                .Add("checksum", migration.Checksum),
            cancel).ConfigureAwait(false);
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    private static partial Regex Identifier();
}
