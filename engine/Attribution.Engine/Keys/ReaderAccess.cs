using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Keys;

/// <summary>
/// Makes read keys users of the embedded ClickHouse, each with the views of its project, and takes revoked
/// ones out. Owned by the run; called by one task at a time.
/// </summary>
/// <remarks>
/// A server of one's own has users of one's own: the engine makes none there, as that takes rights that an
/// engine should not need.
/// </remarks>
internal sealed class ReaderAccess(EmbeddedClickHouse server, ClickHouseClient client, string database)
{
    private const string Prefix = "attribution_";
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>The users that keys make.</summary>
    public static IReadOnlyList<EmbeddedReader> ReadersOf(IEnumerable<ApiKey> keys, string database) =>
        EmbeddedReader.IsName(database)
            ? [.. keys.Where(key => key.Opens(KeyScopes.Read)).Select(key => ReaderOf(key, database))]
            : [];

    /// <summary>Follows the keys until it is cancelled; what fails is tried again.</summary>
    /// <param name="keys">The keys as they are known now; another list whenever they have changed.</param>
    public async Task FollowAsync(Func<IReadOnlyList<ApiKey>> keys, CancellationToken cancel)
    {
        IReadOnlyList<ApiKey>? done = null;
        bool hasFailed = false;
        while (!cancel.IsCancellationRequested)
        {
            IReadOnlyList<ApiKey> wanted = keys();
            try
            {
                if (!ReferenceEquals(wanted, done))
                    await ApplyAsync(wanted, cancel).ConfigureAwait(false);
                (done, hasFailed) = (wanted, false);
                await Task.Delay(PollInterval, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
                when (failure is ClickHouseException or HttpRequestException or TimeoutException
                    or IOException)
            {
                if (!hasFailed)
                    Storage.Warn($"read keys are not up to date in ClickHouse yet: {failure.Message}");
                hasFailed = true;
                await Task.WhenAny(Task.Delay(PollInterval, cancel)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes users and views what the keys say.</summary>
    public async Task ApplyAsync(IReadOnlyList<ApiKey> keys, CancellationToken cancel)
    {
        IReadOnlyList<EmbeddedReader> readers = ReadersOf(keys, database);
        await server.SetReadersAsync(readers, cancel).ConfigureAwait(false);
        foreach (EmbeddedReader reader in readers)
        {
            foreach (string sql in Statements(reader))
                await client.ExecuteAsync(sql, null, cancel).ConfigureAwait(false);
        }

        IEnumerable<ApiKey> revoked = keys.Where(key => !key.IsActive && key.Scopes.HasFlag(KeyScopes.Read));
        foreach (ApiKey key in revoked)
            await client
                .ExecuteAsync($"DROP DATABASE IF EXISTS {Prefix}{key.Id} SYNC", null, cancel)
                .ConfigureAwait(false);
    }

    private static EmbeddedReader ReaderOf(ApiKey key, string database) => new()
    {
        Name = Prefix + key.Id,
        PasswordSha256 = key.Sha256,
        Project = key.Project,
        TablesDatabase = database,
    };

    private static IEnumerable<string> Statements(EmbeddedReader reader)
    {
        string project = EmbeddedReader.Quote(reader.Project);
        string definer = $"DEFINER = {reader.RowsUser} SQL SECURITY DEFINER";
        yield return $"CREATE DATABASE IF NOT EXISTS {reader.Name}";
        yield return $"CREATE OR REPLACE VIEW {reader.Name}.own_project {definer} AS "
            + $"SELECT {project} AS project";
        foreach (string table in EmbeddedReader.ProjectTables)
            yield return $"CREATE OR REPLACE VIEW {reader.Name}.{table} {definer} AS "
                + $"SELECT * FROM {reader.TablesDatabase}.{table} FINAL WHERE project = {project}";
        foreach (string table in EmbeddedReader.SharedTables)
            yield return $"CREATE OR REPLACE VIEW {reader.Name}.{table} {definer} AS "
                + $"SELECT * FROM {reader.TablesDatabase}.{table} FINAL";
    }
}
