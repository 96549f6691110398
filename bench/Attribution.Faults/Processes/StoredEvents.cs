using System.Runtime.InteropServices;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;

namespace Attribution.Faults.Processes;

/// <summary>
/// What the ClickHouse of a data folder holds once its engine has stopped, beside what was sent. Stateless.
/// </summary>
public static class StoredEvents
{
    private const string ContentSql =
        "SELECT hex(groupBitXor(cityHash64(formatRow('TSV', * EXCEPT (received_at, sequence, block))))) "
        + "FROM events FINAL";

    /// <summary>Starts that ClickHouse, asks it, stops it.</summary>
    public static async Task<CrashAudit> AuditAsync(
        string dataFolder, IReadOnlyList<CrashBatch> sent, CancellationToken cancel)
    {
        await using EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
            new EmbeddedOptions { DataFolder = dataFolder, HttpPort = 0, TcpPort = 0 }, cancel);
        await using var client = new ClickHouseClient(
            new ClickHouseOptions { Endpoint = server.Endpoint, Database = "attribution" });
        return await AuditAsync(client, sent, cancel);
    }

    /// <summary>Asks a ClickHouse that runs.</summary>
    public static async Task<CrashAudit> AuditAsync(
        ClickHouseClient client, IReadOnlyList<CrashBatch> sent, CancellationToken cancel)
    {
        Dictionary<string, int> stored = await IdsAsync(client, cancel);
        var sentIds = sent.SelectMany(batch => batch.Ids).ToHashSet();
        var acknowledged =
            sent.Where(batch => batch.IsAcknowledged).SelectMany(batch => batch.Ids).ToHashSet();
        DateTime from = CrashTraffic.End.UtcDateTime.AddDays(-60);
        DateTime to = CrashTraffic.End.UtcDateTime.AddDays(30);
        return new CrashAudit
        {
            Sent = sentIds.Count,
            Acknowledged = acknowledged.Count,
            Stored = stored.Values.Sum(),
            RowsWithoutFinal = await CountAsync(client, "events", cancel),
            Lost = [.. acknowledged.Where(id => !stored.ContainsKey(id))],
            Invented = [.. stored.Keys.Where(id => !sentIds.Contains(id))],
            Doubled = [.. stored.Where(row => row.Value > 1).Select(row => row.Key)],
            DeadLetters = await CountAsync(client, "dead_letters", cancel),
            Attributions = await CountAsync(client, "attributions FINAL", cancel),
            Digest = await StoredDigest.ComputeAsync(
                client, "default", from, to, AttributionConfig.Web.Hash, cancel),
            ReplayDigest = await ReplayAsync(client, from, to, cancel),
            ContentHash = await client.ScalarAsync<string>(ContentSql, null, cancel),
        };
    }

    private static async Task<Dictionary<string, int>> IdsAsync(
        ClickHouseClient client, CancellationToken cancel)
    {
        var ids = new Dictionary<string, int>();
        await foreach (ReadBlock block in client.QueryBlocksAsync(
            "SELECT event_id FROM events FINAL", null, cancel))
        {
            ReadColumn column = block["event_id"];
            for (int row = 0; row < block.RowCount; row++)
                CollectionsMarshal.GetValueRefOrAddDefault(ids, column.GetString(row), out _)++;
        }

        return ids;
    }

    private static async Task<long> CountAsync(
        ClickHouseClient client, string table, CancellationToken cancel) =>
        (long)await client.ScalarAsync<ulong>($"SELECT count() FROM {table}", null, cancel);

    private static async Task<string> ReplayAsync(
        ClickHouseClient client, DateTime from, DateTime to, CancellationToken cancel)
    {
        var options = new ReplayOptions
        {
            Config = AttributionConfig.Web,
            Project = "default",
            From = from,
            To = to,
        };
        var digest = new DigestSink();
        await new Replayer(client, options).RunAsync(digest, null, cancel);
        return digest.Digest();
    }
}
