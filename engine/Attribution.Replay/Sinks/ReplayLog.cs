using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;

namespace Attribution.Replay.Sinks;

/// <summary>A replay that was begun and not finished. Immutable.</summary>
public sealed record UnfinishedReplay(ulong Through, int Chunks, IReadOnlyList<int> Done);

/// <summary>
/// What <c>replays</c> knows of finished chunks, so that an interrupted replay can go on. Stateless.
/// </summary>
public static class ReplayLog
{
    private const string WriteSql =
        "INSERT INTO replays (project, config, from_time, to_time, through, chunks, chunk, events, "
        + "conversions, rows, finished_at) SELECT {project:String}, {config:String}, {from:DateTime64(3)}, "
        + "{to:DateTime64(3)}, {through:UInt64}, {chunks:UInt32}, {chunk:UInt32}, {events:UInt64}, "
        + "{conversions:UInt64}, {rows:UInt64}, now64(3)";

    // The newest is the one that took most events into account, then the one that went on last; one that
    // was finished is not gone back behind.
    private const string NewestSql =
        "SELECT through, chunks, arraySort(groupUniqArray(chunk)) AS done FROM replays "
        + "WHERE project = {project:String} AND config = {config:String} "
        + "AND from_time = {from:DateTime64(3)} AND to_time = {to:DateTime64(3)} "
        + "GROUP BY through, chunks ORDER BY through DESC, max(finished_at) DESC, chunks LIMIT 1";

    /// <returns>Null where there is nothing to go on with.</returns>
    public static async Task<UnfinishedReplay?> FindUnfinishedAsync(
        ClickHouseClient client, ReplayOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        QueryParameters parameters = Parameters(options, options.Config.Hash);
        await foreach (ReadBlock block in client.QueryBlocksAsync(NewestSql, parameters, cancel)
            .ConfigureAwait(false))
        {
            int chunks = checked((int)block["chunks"].GetInt64(0));
            int[] done = [.. block["done"].GetArray<uint>(0).Select(chunk => checked((int)chunk))];
            return done.Length < chunks
                ? new UnfinishedReplay(block["through"].GetUInt64(0), chunks, done)
                : null;
        }

        return null;
    }

    /// <summary>Records a finished chunk; recording it again changes nothing.</summary>
    /// <param name="options">With their chunks and newest sequence set.</param>
    internal static Task WriteAsync(
        ClickHouseClient client, ReplayOptions options, string config, in ChunkTotals totals,
        CancellationToken cancel) => client.ExecuteAsync(
            WriteSql,
            Parameters(options, config)
                .Add("through", options.Through!.Value)
                .Add("chunks", options.Chunks!.Value)
                .Add("chunk", totals.Chunk)
                .Add("events", totals.Events)
                .Add("conversions", totals.Conversions)
                .Add("rows", totals.Rows),
            cancel);

    private static QueryParameters Parameters(ReplayOptions options, string config) => new QueryParameters()
        .Add("project", options.Project)
        .Add("config", config)
        .Add("from", options.From)
        .Add("to", options.To);
}
