using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Identity;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Replay.Reading;

namespace Attribution.Engine.Recovery;

/// <summary>What a start found in ClickHouse. A value.</summary>
internal readonly record struct StoredCounts(long Links, long Events);

/// <summary>
/// Brings back what identity and workers knew, from the tables: links, then events within the longest window.
/// Only rows below the journal's first sequence: the rest is replayed from the journal, exactly as it came.
/// Runs on one thread before the stages start.
/// </summary>
internal sealed class StoredState(
    ClickHouseClient clickHouse, AttributionConfig config, WorkerOptions workerOptions, TimeProvider clock)
{
    private const string NextSequenceSql =
        "SELECT if(count() = 0, 0, max(sequence) + 1) AS next "
        + "FROM (SELECT sequence FROM events UNION ALL SELECT sequence FROM dead_letters)";

    private const string LinksSql =
        "SELECT project, toUInt8(id_kind) AS kind, id, toUInt8(other_kind) AS other_kind, other_id "
        + "FROM identities WHERE sequence < {before:UInt64} ORDER BY sequence";

    // Windows are measured back from the newest event, not from the clock: a stream of past events that was
    // interrupted goes on as if it had not been. An event ahead of the clock does not shorten them.
    private const string EventsSql =
        "SELECT project, event_id, type, timestamp, user_id, anonymous_id, device_id, install_referrer, "
        + "source, medium, campaign, click_id, click_id_type, url, referrer, ifNull(revenue, 0) AS revenue, "
        + "currency FROM events WHERE sequence < {before:UInt64} AND (sequence >= {ids_from:UInt64} OR ("
        + "has({types:Array(String)}, type) AND timestamp >= least(fromUnixTimestamp64Milli({now:Int64}), "
        + "(SELECT max(timestamp) FROM events WHERE sequence < {before:UInt64})) "
        + "- toIntervalMillisecond({keep_ms:Int64})))";

    private readonly RecordBuilder _builder = new();
    private readonly Dictionary<string, EventField> _texts = new()
    {
        ["event_id"] = EventField.EventId,
        ["user_id"] = EventField.UserId,
        ["anonymous_id"] = EventField.AnonymousId,
        ["device_id"] = EventField.DeviceId,
        ["install_referrer"] = EventField.InstallReferrer,
        ["click_id"] = EventField.ClickId,
        ["url"] = EventField.Url,
        ["referrer"] = EventField.Referrer,
        ["project"] = EventField.Project,
        ["type"] = EventField.Type,
        ["source"] = EventField.Source,
        ["medium"] = EventField.Medium,
        ["campaign"] = EventField.Campaign,
        ["click_id_type"] = EventField.ClickIdType,
    };

    /// <summary>The first sequence above every stored one; asked for where no journal knows it.</summary>
    public async Task<long> NextSequenceAsync(CancellationToken cancel) =>
        (long)await clickHouse.ScalarAsync<ulong>(NextSequenceSql, null, cancel).ConfigureAwait(false);

    /// <param name="beforeSequence">The journal's first sequence, or the next one where it holds
    /// nothing.</param>
    /// <param name="eventIds">How many of the newest event ids identity remembers.</param>
    public async Task<StoredCounts> RestoreAsync(
        IdentityStage identity,
        ShardWorker[] workers,
        long beforeSequence,
        int eventIds,
        CancellationToken cancel)
    {
        var before = new QueryParameters().Add("before", (ulong)beforeSequence);
        long links = 0;
        await foreach (ReadBlock block in clickHouse.QueryBlocksAsync(LinksSql, before, cancel)
            .ConfigureAwait(false))
            links += RestoreLinks(block, identity);

        long keepMillis = config.MaxLookbackMillis + (long)workerOptions.LateArrival.TotalMilliseconds;
        QueryParameters range = new QueryParameters()
            .Add("before", (ulong)beforeSequence)
            .Add("ids_from", (ulong)Math.Max(0, beforeSequence - eventIds))
            .Add("now", clock.GetUtcNow().ToUnixTimeMilliseconds())
            .Add("keep_ms", keepMillis)
            .Add("types", (string[])[
                .. config.ConversionTypes, .. config.ClickTypes, .. config.ViewTypes, .. config.VisitTypes,
                .. config.OpenTypes, .. config.ReferrerTypes]);
        long events = 0;
        await foreach (ReadBlock block in clickHouse.QueryBlocksAsync(EventsSql, range, cancel)
            .ConfigureAwait(false))
            events += RestoreEvents(block, identity, workers);
        return new StoredCounts(links, events);
    }

    private static long RestoreLinks(ReadBlock block, IdentityStage identity)
    {
        ReadColumn project = block["project"];
        ReadOnlySpan<byte> kinds = block.Values<byte>("kind");
        ReadOnlySpan<byte> otherKinds = block.Values<byte>("other_kind");
        StringReadColumn ids = block.Strings("id");
        StringReadColumn otherIds = block.Strings("other_id");
        for (int row = 0; row < block.RowCount; row++)
        {
            ulong projectHash = EventHash.Project(project.GetBytes(row));
            identity.RestoreLink(
                EventHash.Id(projectHash, (IdKind)kinds[row], ids[row]),
                EventHash.Id(projectHash, (IdKind)otherKinds[row], otherIds[row]));
        }

        return block.RowCount;
    }

    private long RestoreEvents(ReadBlock block, IdentityStage identity, ShardWorker[] workers)
    {
        ReadOnlySpan<long> times = block.Values<long>("timestamp");
        ReadOnlySpan<long> revenues = block.Values<long>("revenue");
        ReadColumn currency = block["currency"];
        (EventField Field, ReadColumn Column)[] columns =
            [.. _texts.Select(pair => (pair.Value, block[pair.Key]))];
        for (int row = 0; row < block.RowCount; row++)
        {
            _builder.Begin(times[row]);
            foreach ((EventField field, ReadColumn column) in columns)
                _builder.Add(field, column.GetBytes(row));
            if (revenues[row] != 0)
                _builder.SetRevenue(revenues[row]);
            _builder.SetCurrency(currency.GetBytes(row));
            _builder.End();
            identity.Restore(ref _builder.Record);
            foreach (ShardWorker worker in workers)
                worker.Restore(_builder.Record, _builder.Bytes);
        }

        return block.RowCount;
    }
}
