using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Identity;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Replay.Reading;

namespace Attribution.Engine.Recovery;

/// <summary>What a start found in ClickHouse. A value.</summary>
/// <param name="LinksOfOtherRules">Those of the links that were seen under other identity rules.</param>
internal readonly record struct StoredCounts(long Links, long LinksOfOtherRules, long Events)
{
    /// <summary>How long identity and workers were at work, at one time with the reading of events.</summary>
    public TimeSpan IdentityBusy { get; init; }

    /// <inheritdoc cref="IdentityBusy"/>
    public TimeSpan WorkersBusy { get; init; }

    /// <summary>Seconds of the reading thread spent on making records of what had come.</summary>
    public TimeSpan ParserBusy { get; init; }
}

/// <summary>Which stored rows the journal does not hold, and so does not replay. A value.</summary>
/// <param name="Before">Those of a sequence below this one: the journal has released them.</param>
/// <param name="From">Those of this one and above: the journal lost them with what had not been synced, as
/// less than <see cref="Journal.Durability.Fsync"/> allows.</param>
internal readonly record struct StoredRange(long Before, long From)
{
    /// <summary>Those between, whose records cannot be read any more; in their order.</summary>
    public IReadOnlyList<SequenceGap> Gaps { get; init; } = [];

    /// <summary>Whether the journal holds a sequence, which then is replayed.</summary>
    public bool IsReplayed(long sequence)
    {
        bool isReplayed = sequence >= Before && sequence < From;
        foreach (SequenceGap gap in Gaps)
            isReplayed &= sequence < gap.First || sequence >= gap.End;
        return isReplayed;
    }
}

/// <summary>Sequences that damage took from between a journal's records. A value.</summary>
internal readonly record struct SequenceGap(long First, long End);

/// <summary>
/// What earlier runs left in storage; the seam at which a simulation puts tables of its own. Used by one
/// task, before identity and workers start; the journal may take new events meanwhile, of sequences above all
/// of a range.
/// </summary>
internal interface IStoredState
{
    /// <summary>The first sequence above every stored one, which the journal may know less of.</summary>
    /// <param name="journalEnd">The sequence after the journal's last record.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <returns>Any number up to <paramref name="journalEnd"/> where no stored sequence reaches it.</returns>
    Task<long> NextSequenceAsync(long journalEnd, CancellationToken cancel);

    /// <summary>Gives identity and workers what they knew of the rows of a range.</summary>
    /// <param name="identity">Has seen nothing yet.</param>
    /// <param name="workers">Have seen nothing yet.</param>
    /// <param name="range">What is not replayed.</param>
    /// <param name="eventIds">How many of the newest event ids identity remembers.</param>
    /// <param name="cancel">Ends it.</param>
    Task<StoredCounts> RestoreAsync(
        IdentityStage identity, ShardWorker[] workers, StoredRange range, int eventIds,
        CancellationToken cancel);
}

/// <summary>
/// Brings back what identity and workers knew, from the tables: links, then the events that conversions can
/// still rest on. Only rows that the journal does not hold: the rest is replayed from it, exactly as it came.
/// Runs before identity and workers start, and so before anything new is in the tables.
/// </summary>
internal sealed class StoredState(
    ClickHouseClient clickHouse, AttributionConfig config, WorkerOptions workerOptions, TimeProvider clock)
    : IStoredState
{
    private const string NextSequenceSql =
        "SELECT if(count() = 0, 0, max(sequence) + 1) AS next "
        + "FROM (SELECT sequence FROM events WHERE sequence >= {journal_end:UInt64} "
        + "UNION ALL SELECT sequence FROM dead_letters WHERE sequence >= {journal_end:UInt64})";

    // Rows of the same tables, as many as there were: the parts know both without being read.
    private const string ContentSql =
        "SELECT concat(toString((" + NextSequenceSql + ")), ' ', "
        + "toString((SELECT count() FROM events)), ' ', toString((SELECT count() FROM identities)), ' ', "
        + "toString((SELECT arraySort(groupArray((name, uuid))) FROM system.tables "
        + "WHERE database = currentDatabase() AND name IN ('events', 'identities'))))";

    private const string NotReplayed = "(sequence < {before:UInt64} OR sequence >= {after:UInt64} "
        + "OR arrayExists((first, end) -> sequence >= first AND sequence < end, "
        + "{gap_firsts:Array(UInt64)}, {gap_ends:Array(UInt64)}))";

    private const string LinksSql =
        "SELECT project, toUInt8(id_kind) AS kind, id, toUInt8(other_kind) AS other_kind, other_id, rules "
        + "FROM identities WHERE " + NotReplayed + " ORDER BY sequence";

    private const string TimesSql =
        "SELECT toUnixTimestamp64Milli(min(timestamp)) AS oldest, "
        + "toUnixTimestamp64Milli(max(timestamp)) AS newest "
        + "FROM events WHERE " + NotReplayed;

    private const string EventsWhere =
        " FROM events WHERE " + NotReplayed + " AND (sequence >= {ids_from:UInt64} "
        + "OR has({lasting_types:Array(String)}, type) OR (has({types:Array(String)}, type) "
        + "AND timestamp >= fromUnixTimestamp64Milli({from:Int64})))";

    private readonly StoredEvents _events = new(EventColumns.Of([config]));
    private long _eventsRead;

    /// <summary>Events that a restore has read so far. Read by any thread.</summary>
    public long EventsRead => Volatile.Read(ref _eventsRead);

    /// <inheritdoc/>
    /// <remarks>
    /// Asks only for rows above what the journal has. There are none, unless the journal lost its end, and
    /// the range of sequences that is kept with each part says so without reading it.
    /// </remarks>
    public async Task<long> NextSequenceAsync(long journalEnd, CancellationToken cancel)
    {
        QueryParameters parameters = new QueryParameters().Add("journal_end", (ulong)journalEnd);
        return (long)await clickHouse.ScalarAsync<ulong>(NextSequenceSql, parameters, cancel)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// A hash of what tells these tables from others, and from themselves with rows that came, went or were
    /// swapped for those of a backup. Merges that find an event twice change it too.
    /// </summary>
    /// <param name="rowsFrom">The newest row is not sought below this sequence.</param>
    public async Task<UInt128> ContentAsync(long rowsFrom, CancellationToken cancel)
    {
        QueryParameters parameters = new QueryParameters().Add("journal_end", (ulong)rowsFrom);
        string content = await clickHouse.ScalarAsync<string>(ContentSql, parameters, cancel)
            .ConfigureAwait(false);
        return CityHash128.Hash(Encoding.UTF8.GetBytes(content));
    }

    /// <inheritdoc/>
    public async Task<StoredCounts> RestoreAsync(
        IdentityStage identity,
        ShardWorker[] workers,
        StoredRange range,
        int eventIds,
        CancellationToken cancel)
    {
        QueryParameters bounds = Bounds(range);
        var counts = new StoredCounts();
        await foreach (ReadBlock block in clickHouse.QueryBlocksAsync(LinksSql, bounds, cancel)
            .ConfigureAwait(false))
        {
            counts = counts with
            {
                Links = counts.Links + RestoreLinks(block, identity),
                LinksOfOtherRules = counts.LinksOfOtherRules + CountOfOtherRules(block),
            };
        }

        long fromMillis = await FromMillisAsync(workers, bounds, cancel).ConfigureAwait(false);
        QueryParameters wanted = Bounds(range)
            .Add("ids_from", (ulong)Math.Max(0, range.Before - eventIds))
            .Add("from", fromMillis)
            .Add("lasting_types", (string[])[.. config.KnowsInstalls ? config.Installs.Types : []])
            .Add("types", (string[])[
                .. config.ConversionTypes, .. config.ClickTypes, .. config.ViewTypes, .. config.VisitTypes,
                .. config.OpenTypes, .. config.ReferrerTypes, .. config.Installs.Types,
                .. config.Milestones.Lead, .. config.Milestones.Opportunity]);
        var stages = new RestoreStages(identity, workers);
        await stages.RunAsync(
            failed => ReadEventsAsync(stages, wanted, failed), cancel).ConfigureAwait(false);
        return counts with
        {
            Events = EventsRead,
            IdentityBusy = stages.IdentityBusy,
            WorkersBusy = stages.WorkersBusy,
            ParserBusy = _events.Busy,
        };
    }

    private async Task ReadEventsAsync(
        RestoreStages stages, QueryParameters wanted, CancellationToken cancel)
    {
        string sql = "SELECT " + _events.Sql + EventsWhere;
        RestoreBatch batch = await stages.RentAsync(cancel).ConfigureAwait(false);
        await foreach (ReadBlock block in clickHouse.QueryBlocksAsync(sql, wanted, cancel)
            .ConfigureAwait(false))
        {
            _events.Begin(block);
            Volatile.Write(ref _eventsRead, _eventsRead + block.RowCount);
            while (_events.TryFill(batch))
            {
                await stages.AddAsync(batch, cancel).ConfigureAwait(false);
                batch = await stages.RentAsync(cancel).ConfigureAwait(false);
            }
        }

        await stages.AddAsync(batch, cancel).ConfigureAwait(false);
    }

    private static QueryParameters Bounds(StoredRange range) => new QueryParameters()
        .Add("before", (ulong)range.Before)
        .Add("after", (ulong)range.From)
        .Add("gap_firsts", range.Gaps.Select(gap => (ulong)gap.First))
        .Add("gap_ends", range.Gaps.Select(gap => (ulong)gap.End));

    /// <summary>
    /// The time from which events are read: as far back as a running engine remembers.
    /// </summary>
    /// <remarks>
    /// Measured back from the newest event, not from the clock: a stream of past events that was interrupted
    /// goes on as if it had not been. An event ahead of the clock does not shorten it.
    /// </remarks>
    private async Task<long> FromMillisAsync(
        ShardWorker[] workers, QueryParameters bounds, CancellationToken cancel)
    {
        long oldest = 0;
        long newest = 0;
        await foreach (ReadBlock block in clickHouse.QueryBlocksAsync(TimesSql, bounds, cancel)
            .ConfigureAwait(false))
        {
            if (block.RowCount > 0)
                (oldest, newest) = (block.Values<long>("oldest")[0], block.Values<long>("newest")[0]);
        }

        newest = Math.Min(newest, clock.GetUtcNow().ToUnixTimeMilliseconds());
        long fromMillis = newest - ExpiryHand.KeepMillis(config.ReachMillis, workerOptions);
        if (fromMillis > oldest)
        {
            foreach (ShardWorker worker in workers)
                worker.Journeys.MissBefore(fromMillis);
        }

        return fromMillis;
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
                EventHash.Id(projectHash, (IdKind)otherKinds[row], otherIds[row]),
                identity.MaskOf(project.GetBytes(row)));
        }

        return block.RowCount;
    }

    /// <summary>Links from before rules were named were seen under the default ones.</summary>
    private long CountOfOtherRules(ReadBlock block)
    {
        string own = IdentityRules.Hash(config.Identity);
        ReadColumn rules = block["rules"];
        long others = 0;
        for (int row = 0; row < block.RowCount; row++)
        {
            string seenUnder = rules.GetString(row);
            others += (seenUnder.Length == 0 ? IdentityRules.Default : seenUnder) == own ? 0 : 1;
        }

        return others;
    }
}
