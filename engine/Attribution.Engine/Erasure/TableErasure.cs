using System.Diagnostics;
using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;

namespace Attribution.Engine.Erasure;

/// <summary>
/// Deletes a person's rows from ClickHouse for good: a mutation that is waited for, a count of 0, and no old
/// part with the rows left on the disk. Can be repeated at any point. The client is the caller's.
/// </summary>
/// <remarks>
/// A mutation writes parts anew and leaves the old ones for a minute or more. The tables' settings are
/// lowered for the moment, and each table of the embedded server is detached and attached, which wakes its
/// cleaner; on another server the cleaner is waited for, since others may be reading.
/// </remarks>
internal sealed class TableErasure(ClickHouseClient client, ErasureReceipt receipt, bool mayReattach)
{
    private const string HurrySettings =
        "old_parts_lifetime = 1, cleanup_delay_period = 1, max_cleanup_delay_period = 1, "
        + "cleanup_delay_period_random_add = 0";

    /// <summary>As version 3 of the schema sets it.</summary>
    private const string UsualSetting = "old_parts_lifetime = 60";

    private const string DefaultSettings =
        "cleanup_delay_period, max_cleanup_delay_period, cleanup_delay_period_random_add";

    private const string LettersSql =
        "SELECT sequence, cityHash64(body) AS body_hash, "
        + "startsWith(CAST(reason, 'String'), 'clickhouse: ') AS is_native, body "
        + "FROM dead_letters WHERE project = {project:String}";

    private static readonly string[] Tables = ["dead_letters", "attributions", "identities", "events"];
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly ErasedIds _ids = receipt.ToIds();
    private readonly ErasureSql _sql = new(client.Options.Database, receipt);

    /// <summary>Rows of the person, by table.</summary>
    public async Task<Dictionary<string, long>> CountAsync(CancellationToken cancel) => new()
    {
        ["events"] = await CountAsync("events", _sql.Events, cancel).ConfigureAwait(false),
        ["attributions"] = await CountAsync("attributions", _sql.Attributions, cancel).ConfigureAwait(false),
        ["identities"] = await CountAsync("identities", _sql.Identities, cancel).ConfigureAwait(false),
        ["dead_letters"] = (await LettersAsync(cancel).ConfigureAwait(false)).Count,
    };

    /// <returns>Rows that were deleted, by table.</returns>
    /// <exception cref="ErasureException">Rows are left; says where.</exception>
    public async Task<Dictionary<string, long>> EraseAsync(CancellationToken cancel)
    {
        List<(ulong Sequence, ulong BodyHash)> letters = await LettersAsync(cancel).ConfigureAwait(false);
        var deleted = new Dictionary<string, long>();
        if (letters.Count > 0)
            await DeleteAsync("dead_letters", _sql.DeadLetters(letters), cancel).ConfigureAwait(false);
        deleted.Add("dead_letters", letters.Count);

        // Events last: which conversions are the person's is known by them.
        foreach ((string table, string condition) in ((string, string)[])
            [("attributions", _sql.Attributions), ("identities", _sql.Identities), ("events", _sql.Events)])
        {
            long rows = await CountAsync(table, condition, cancel).ConfigureAwait(false);
            if (rows > 0)
                await DeleteAsync(table, condition, cancel).ConfigureAwait(false);
            deleted.Add(table, rows);
        }

        foreach (string table in Tables)
            await RemoveOldPartsAsync(table, cancel).ConfigureAwait(false);
        return deleted;
    }

    /// <summary>What is left; 0 everywhere after <see cref="EraseAsync"/>.</summary>
    public async Task<Dictionary<string, long>> VerifyAsync(CancellationToken cancel) => new()
    {
        ["events"] = await CountAsync("events", _sql.Events, cancel).ConfigureAwait(false),
        ["attributions"] =
            await CountAsync("attributions", _sql.AttributionsByUser, cancel).ConfigureAwait(false),
        ["identities"] = await CountAsync("identities", _sql.Identities, cancel).ConfigureAwait(false),
        ["dead_letters"] = (await LettersAsync(cancel).ConfigureAwait(false)).Count,
        ["unfinished_mutations"] = (long)await client.ScalarAsync<ulong>(
            "SELECT count() FROM system.mutations WHERE database = {database:String} AND NOT is_done "
            + "AND table IN ('events', 'attributions', 'identities', 'dead_letters')",
            new QueryParameters().Add("database", client.Options.Database), cancel).ConfigureAwait(false),
    };

    private async Task DeleteAsync(string table, string condition, CancellationToken cancel)
    {
        await client.ExecuteAsync(
            $"ALTER TABLE {table} DELETE WHERE {condition}", Settings().Set("mutations_sync", "2"), cancel)
            .ConfigureAwait(false);
        long left = await CountAsync(table, condition, cancel).ConfigureAwait(false);
        if (left > 0)
            throw new ErasureException(
                $"{left} rows of {table} are still there though ClickHouse reports them deleted; look at "
                + "system.mutations, then run engine erase --resume.");
    }

    private async Task<long> CountAsync(string table, string condition, CancellationToken cancel) =>
        (long)await client.ScalarAsync<ulong>(
            $"SELECT count() FROM {table} WHERE {condition}", Settings(), cancel).ConfigureAwait(false);

    /// <summary>A condition holds every id of a person, 67 bytes each.</summary>
    private static QueryParameters Settings() => new QueryParameters().Set("max_query_size", "1000000000");

    private async Task<List<(ulong Sequence, ulong BodyHash)>> LettersAsync(CancellationToken cancel)
    {
        var letters = new List<(ulong, ulong)>();
        await foreach (ReadBlock block in client.QueryBlocksAsync(
            LettersSql, new QueryParameters().Add("project", receipt.Project), cancel).ConfigureAwait(false))
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                byte[] body = block["body"].GetBytes(row).ToArray();
                bool isNative = block.Values<byte>("is_native")[row] != 0;
                ulong sequence = block.Values<ulong>("sequence")[row];
                ulong hash = block.Values<ulong>("body_hash")[row];
                if (await LetterIds.NamesAsync(body, isNative, _ids).ConfigureAwait(false))
                    letters.Add((sequence, hash));
            }
        }

        return letters;
    }

    private async Task RemoveOldPartsAsync(string table, CancellationToken cancel)
    {
        await client.ExecuteAsync($"ALTER TABLE {table} MODIFY SETTING {HurrySettings}", cancel: cancel)
            .ConfigureAwait(false);
        try
        {
            uint now = await client.ScalarAsync<uint>("SELECT toUInt32(now())", null, cancel)
                .ConfigureAwait(false);
            if (mayReattach && await OldPartsAsync(table, now, cancel).ConfigureAwait(false) > 0)
                await ReattachAsync(table, cancel).ConfigureAwait(false);
            await WaitForOldPartsAsync(table, now, cancel).ConfigureAwait(false);
        }
        finally
        {
            await client.ExecuteAsync(
                $"ALTER TABLE {table} MODIFY SETTING {UsualSetting}", cancel: CancellationToken.None)
                .ConfigureAwait(false);
            await client.ExecuteAsync(
                $"ALTER TABLE {table} RESET SETTING {DefaultSettings}", cancel: CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    private async Task ReattachAsync(string table, CancellationToken cancel)
    {
        try
        {
            await client.ExecuteAsync($"DETACH TABLE {table} SYNC", cancel: cancel).ConfigureAwait(false);
        }
        finally
        {
            await client.ExecuteAsync($"ATTACH TABLE IF NOT EXISTS {table}", cancel: CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    private async Task WaitForOldPartsAsync(string table, uint since, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (await OldPartsAsync(table, since, cancel).ConfigureAwait(false) is var left and > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new ErasureException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"ClickHouse has not removed {left} old parts of {table} from the disk within "
                    + $"{Patience.TotalMinutes} minutes; run engine erase --resume when it has."));
            await Task.Delay(Poll, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Those that merges made old since then hold nothing of the person.</summary>
    private async Task<ulong> OldPartsAsync(string table, uint since, CancellationToken cancel) =>
        await client.ScalarAsync<ulong>(
            "SELECT count() FROM system.parts WHERE database = {database:String} AND table = {table:String} "
            + "AND NOT active AND remove_time <= toDateTime({since:UInt32})",
            new QueryParameters()
                .Add("database", client.Options.Database).Add("table", table).Add("since", (ulong)since),
            cancel).ConfigureAwait(false);
}
