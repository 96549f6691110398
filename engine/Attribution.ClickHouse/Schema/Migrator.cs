using System.Globalization;
using System.Text.RegularExpressions;

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
    private readonly Func<string, CancellationToken, Task<string>> _execute;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly string _database;

    /// <summary>
    /// <paramref name="execute"/> runs one statement, on no particular database, and returns its rows as
    /// tab-separated text.
    /// </summary>
    public Migrator(Func<string, CancellationToken, Task<string>> execute, string database)
        : this(execute, database, Migration.All)
    {
    }

    internal Migrator(
        Func<string, CancellationToken, Task<string>> execute, string database, IReadOnlyList<Migration> migrations)
    {
        if (!Identifier().IsMatch(database))
            throw new SchemaException(
                $"'{database}' cannot be the name of a database: use letters, digits and _, at most 64.");
        _execute = execute;
        _database = database;
        _migrations = migrations;
    }

    /// <returns>How many versions were applied; 0 when the database was up to date.</returns>
    /// <exception cref="SchemaException">The database was made by a newer or a changed program.</exception>
    public async Task<int> ApplyAsync(CancellationToken cancel)
    {
        await _execute($"CREATE DATABASE IF NOT EXISTS {_database}", cancel).ConfigureAwait(false);
        await _execute(
            $"""
            CREATE TABLE IF NOT EXISTS {_database}.schema_migrations
            (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
            ENGINE = ReplacingMergeTree ORDER BY version
            """,
            cancel).ConfigureAwait(false);

        Dictionary<int, string> applied = await ReadAppliedAsync(cancel).ConfigureAwait(false);
        Check(applied);
        int count = 0;
        foreach (Migration migration in _migrations.Where(each => !applied.ContainsKey(each.Version)))
        {
            await ApplyAsync(migration, cancel).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    private async Task<Dictionary<int, string>> ReadAppliedAsync(CancellationToken cancel)
    {
        string rows = await _execute(
            $"SELECT version, checksum FROM {_database}.schema_migrations FINAL ORDER BY version",
            cancel).ConfigureAwait(false);
        var applied = new Dictionary<int, string>();
        foreach (string row in rows.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = row.Split('\t');
            applied[int.Parse(cells[0], CultureInfo.InvariantCulture)] = cells[1];
        }

        return applied;
    }

    private void Check(Dictionary<int, string> applied)
    {
        int newest = _migrations.Count == 0 ? 0 : _migrations[^1].Version;
        int found = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (found > newest)
            throw new SchemaException(
                $"The database {_database} has schema version {found}, this program knows {newest}. Run the "
                + "program that made it, or a newer one.");
        foreach (Migration migration in _migrations)
        {
            if (applied.TryGetValue(migration.Version, out string? checksum) && checksum != migration.Checksum)
                throw new SchemaException(
                    $"Schema version {migration.Version} ({migration.Name}) in the database {_database} is not "
                    + "the one this program carries: it was changed after it had been applied. Run the program "
                    + "that made the database, or use another database.");
        }
    }

    private async Task ApplyAsync(Migration migration, CancellationToken cancel)
    {
        foreach (string statement in migration.Statements())
            await _execute(Qualify(statement), cancel).ConfigureAwait(false);
        await _execute(
            $"INSERT INTO {_database}.schema_migrations (version, name, checksum) VALUES "
            + $"({migration.Version}, '{migration.Name}', '{migration.Checksum}')",
            cancel).ConfigureAwait(false);
    }

    /// <summary>The files name tables alone; here the statement's first table gets its database.</summary>
    private string Qualify(string statement) =>
        Target().Replace(statement, match => $"{match.Groups["verb"].Value}{_database}.", 1);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    private static partial Regex Identifier();

    [GeneratedRegex(
        @"^(?<verb>(CREATE TABLE|CREATE MATERIALIZED VIEW|CREATE VIEW|ALTER TABLE|DROP TABLE)\s+"
        + @"(IF (NOT )?EXISTS\s+)?)")]
    private static partial Regex Target();
}
