using System.Diagnostics;
using System.Diagnostics.Metrics;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Workers;

namespace Attribution.Engine.Telemetry;

/// <summary>What the stages behind the ring count, read when somebody asks. Stateless.</summary>
internal static class EngineMetrics
{
    public static void Add(
        Meter meter, EventJournal journal, IdentityStage identity, ShardWorker[] workers, SinkPipeline sink)
    {
        AddJournal(meter, journal);
        AddIdentity(meter, identity);
        AddWorkers(meter, workers);
        AddSink(meter, sink);
    }

    private static void AddJournal(Meter meter, EventJournal journal)
    {
        JournalCounters counters = journal.Counters;
        meter.CreateObservableCounter(
            "attribution.journal.events", () => counters.Events, null, "Events written to the journal.");
        meter.CreateObservableCounter(
            "attribution.journal.written", () => counters.WrittenBytes, "By",
            "Bytes written to the journal.");
        meter.CreateObservableCounter(
            "attribution.journal.syncs", () => counters.Syncs, null,
            "Syncs to the disk, one per group of events.");
        meter.CreateObservableCounter(
            "attribution.journal.sync", () => counters.SyncTicks / (double)Stopwatch.Frequency, "s",
            "Time spent in syncs.");
        meter.CreateObservableGauge(
            "attribution.journal.longest_sync", () => counters.LongestSyncTicks / (double)Stopwatch.Frequency,
            "s", "The longest sync since the start.");
        meter.CreateObservableCounter(
            "attribution.journal.failures", () => counters.Failures, null,
            "Writes or syncs that the disk refused.");
        meter.CreateObservableCounter(
            "attribution.journal.failed_syncs", () => counters.FailedSyncs, null,
            "Syncs that failed: each sealed a segment and refused the requests that waited.");
        meter.CreateObservableGauge(
            "attribution.journal.size", () => journal.TotalBytes, "By", "Bytes of all segments.");
        AddRecovery(meter, counters);
    }

    private static void AddRecovery(Meter meter, JournalCounters counters)
    {
        meter.CreateObservableGauge(
            "attribution.journal.lost_stretches", () => counters.LostStretches, null,
            "Damaged stretches that the start found though they had been synced.");
        meter.CreateObservableGauge(
            "attribution.journal.lost", () => counters.LostBytes, "By", "Bytes of these stretches.");
        meter.CreateObservableGauge(
            "attribution.journal.lost_records", () => counters.LostRecords, null,
            "Records that these stretches held, as far as can be told.");
        meter.CreateObservableGauge(
            "attribution.journal.quarantined", () => counters.UnseenDamages, null,
            "Files in the quarantine that nobody had looked at as of the start.");
        meter.CreateObservableGauge(
            "attribution.journal.cut", () => counters.CutBytes, "By",
            "Bytes of an unfinished write that the start cut off.");
    }

    private static void AddIdentity(Meter meter, IdentityStage identity)
    {
        meter.CreateObservableCounter(
            "attribution.events.duplicate", () => identity.DuplicateCount, null,
            "Events whose id was seen before.");
        meter.CreateObservableCounter(
            "attribution.identity.merges", () => identity.MergeCount, null,
            "Persons that turned out to be one.");
        meter.CreateObservableCounter(
            "attribution.identity.links_refused",
            () => (Measurement<long>[])
            [
                new(identity.TooLargeCount, Reason("person_too_large")),
                new(identity.FullCount, Reason("table_full")),
            ],
            null,
            "Links refused because a bound was reached.");
        meter.CreateObservableCounter(
            "attribution.identity.ids_ignored", () => identity.IgnoredIdCount, null,
            "Ids left out because they say nothing, such as null.");
        meter.CreateObservableGauge(
            "attribution.identity.linked_ids", () => identity.LinkedIdCount, null, "Ids linked to another.");
    }

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private static void AddWorkers(Meter meter, ShardWorker[] workers)
    {
        void Counter(string name, Func<ShardWorker, long> read, string description) =>
            meter.CreateObservableCounter(name, () => workers.Sum(read), null, description);

        Counter("attribution.events.stored", worker => worker.EventCount, "Events given to the sink.");
        Counter("attribution.conversions", worker => worker.ConversionCount, "Conversions attributed.");
        Counter(
            "attribution.conversions.reattributed", worker => worker.ReattributedCount,
            "Conversions attributed again because their history changed.");
        Counter(
            "attribution.persons.dropped", worker => worker.Journeys.DroppedPersonCount,
            "Persons forgotten because the bound was reached.");
        Counter(
            "attribution.persons.expired", worker => worker.ExpiredPersonCount,
            "Persons forgotten because no event can concern them any more.");
        Counter(
            "attribution.touches.dropped", worker => worker.Journeys.DroppedTouchCount,
            "Touches forgotten because a bound was reached.");
        Counter(
            "attribution.conversions.dropped", worker => worker.Journeys.DroppedConversionCount,
            "Conversions that later touches can no longer change.");
        Counter(
            "attribution.milestones.dropped", worker => worker.Journeys.DroppedMilestoneCount,
            "Milestones forgotten because a bound was reached.");
        Counter(
            "attribution.matches", worker => worker.MatchCount,
            "Touches that came to another person by address and device.");
        Counter(
            "attribution.matches.dropped", worker => worker.DroppedMatchCount,
            "Touches and installs no longer matched because a bound was reached.");
        Counter(
            "attribution.texts.overflow", worker => worker.Journeys.Texts.OverflowCount,
            "Texts replaced because there were too many different ones.");
        meter.CreateObservableGauge(
            "attribution.persons", () => workers.Sum(worker => (long)worker.Journeys.PersonCount), null,
            "Persons remembered.");
        meter.CreateObservableGauge(
            "attribution.touches", () => workers.Sum(worker => worker.Journeys.TouchCount), null,
            "Touches remembered.");
        meter.CreateObservableGauge(
            "attribution.journeys", () => workers.Sum(worker => worker.Journeys.ReservedBytes), "By",
            "Memory of persons and their journeys.");
    }

    private static void AddSink(Meter meter, SinkPipeline sink)
    {
        SinkStats stats = sink.Stats;
        TableStats[] tables = [stats.Events, stats.Attributions, stats.Identities, stats.DeadLetters];

        void PerTable(string name, Func<TableStats, long> read, string? unit, string description) =>
            meter.CreateObservableCounter(
                name,
                () => tables.Select(table => new Measurement<long>(
                    read(table), new KeyValuePair<string, object?>("table", table.Table))),
                unit,
                description);

        PerTable("attribution.sink.rows", table => table.Rows, null, "Rows that landed in ClickHouse.");
        PerTable("attribution.sink.blocks", table => table.Blocks, null, "Inserts that landed.");
        PerTable("attribution.sink.sent", table => table.SentBytes, "By", "Compressed bytes that landed.");
        PerTable("attribution.sink.retries", table => table.Retries, null, "Inserts that were tried again.");
        PerTable(
            "attribution.sink.found", table => table.Found, null,
            "Inserts that had landed though their answer was lost.");
        PerTable(
            "attribution.sink.poisoned", table => table.PoisonedRows, null, "Rows that ClickHouse refused.");
        meter.CreateObservableGauge(
            "attribution.sink.in_flight", () => stats.Inserts.InFlight, null, "Blocks being sent.");
        meter.CreateObservableGauge(
            "attribution.sink.quiet", () => stats.Inserts.QuietFor.TotalSeconds, "s",
            "How long inserts have been on their way and none has landed.");
        meter.CreateObservableGauge(
            "attribution.sink.spilled", () => stats.Spill.Bytes, "By",
            "Bytes on the disk that wait for ClickHouse to come back.");
        meter.CreateObservableGauge(
            "attribution.sink.spilled_blocks", () => stats.Spill.Blocks, null,
            "Blocks on the disk that wait for ClickHouse to come back.");
        meter.CreateObservableCounter(
            "attribution.sink.spill_failures", () => stats.Spill.Failures, null,
            "Blocks that the disk did not take while ClickHouse was away.");
        meter.CreateObservableCounter(
            "attribution.sink.waits", () => stats.WriterWaits.Total.TotalSeconds, "s",
            "Time stages waited for ClickHouse.");
    }
}
