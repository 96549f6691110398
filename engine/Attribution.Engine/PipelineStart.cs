using Attribution.ClickHouse.Http;
using Attribution.Engine.Journal;
using Attribution.Engine.Recovery;
using Attribution.Engine.Recovery.Snapshots;
using Attribution.Model.Configs;
using Attribution.Replay.Configs;

namespace Attribution.Engine;

/// <summary>What a start found: journal, tables, and a snapshot if it is of just that. Immutable.</summary>
internal sealed record PipelineStart
{
    public required EngineOptions Options { get; init; }

    public required RecoveredJournal Left { get; init; }

    public required StoredState Stored { get; init; }

    public required StateSnapshot Snapshots { get; init; }

    /// <summary>Null where there is none, or it is not of what journal and tables hold.</summary>
    public required SnapshotHead? Snapshot { get; init; }

    /// <summary>Of snapshots that this engine writes and reads.</summary>
    public required UInt128 Meaning { get; init; }

    public required StartClock Clock { get; init; }

    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public static async Task<PipelineStart> ReadAsync(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, CancellationToken cancel)
    {
        var clock = new StartClock();
        await ConfigDocuments.SaveAsync(client, config, cancel).ConfigureAwait(false);
        JournalOptions journal = Pipeline.JournalOptions(options);
        var files = new DiskJournalFileSystem(
            Path.Combine(options.DataFolder, "journal"), spareBytes: journal.SegmentBytes);
        RecoveredJournal left = JournalRecovery.Run(files, journal);
        var stored = new StoredState(client, config, options.Workers, TimeProvider.System);
        left.GoOnAfter(await stored.NextSequenceAsync(left.EndSequence, cancel).ConfigureAwait(false));

        var snapshots = new StateSnapshot(options.DataFolder);
        UInt128 meaning = SnapshotHead.MeaningOf(options, config);
        SnapshotHead? head = snapshots.TryReadHead();
        if (head is not { } found || found.Meaning != meaning || found.NextSequence != left.NextSequence
            || found.JournalNumber != left.NextNumber
            || await stored.ContentAsync(found.RowsFrom, cancel).ConfigureAwait(false) != found.Content)
        {
            head = null;
        }

        if (head is not null)
            left.ReplayNothing();
        clock.Done("journal");
        return new PipelineStart
        {
            Options = options,
            Left = left,
            Stored = stored,
            Snapshots = snapshots,
            Snapshot = head,
            Meaning = meaning,
            Clock = clock,
        };
    }
}
