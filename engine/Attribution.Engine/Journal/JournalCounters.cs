namespace Attribution.Engine.Journal;

/// <summary>
/// What the journal has done since the start. Written by the journal's thread (failures by any), read by any.
/// </summary>
public sealed class JournalCounters
{
    private long _batches;
    private long _events;
    private long _writes;
    private long _writtenBytes;
    private long _syncs;
    private long _syncTicks;
    private long _longestSyncTicks;
    private long _failures;
    private long _failedSyncs;
    private long _releasedSegments;

    public long Batches => Volatile.Read(ref _batches);

    public long Events => Volatile.Read(ref _events);

    public long Writes => Volatile.Read(ref _writes);

    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    public long Syncs => Volatile.Read(ref _syncs);

    /// <summary>In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long SyncTicks => Volatile.Read(ref _syncTicks);

    /// <summary>In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long LongestSyncTicks => Volatile.Read(ref _longestSyncTicks);

    /// <summary>Calls that the file system refused.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Syncs that failed; each sealed a segment and refused the requests that waited.</summary>
    public long FailedSyncs => Volatile.Read(ref _failedSyncs);

    public long ReleasedSegments => Volatile.Read(ref _releasedSegments);

    /// <summary>What the start found lost although it had been synced: stretches, bytes, records.</summary>
    public long LostStretches { get; private set; }

    public long LostBytes { get; private set; }

    public long LostRecords { get; private set; }

    /// <summary>Copies in the quarantine that nobody had looked at as of the start.</summary>
    public long UnseenDamages { get; private set; }

    /// <summary>Bytes of an unfinished write that the start cut off.</summary>
    public long CutBytes { get; private set; }

    internal void CountRecovery(RecoveredJournal recovered)
    {
        LostStretches = recovered.LostStretches;
        LostBytes = recovered.LostBytes;
        LostRecords = recovered.LostRecords;
        UnseenDamages = recovered.UnseenDamages;
        CutBytes = recovered.CutBytes;
    }

    internal void CountBatch(long events)
    {
        Volatile.Write(ref _batches, _batches + 1);
        Volatile.Write(ref _events, _events + events);
    }

    internal void CountWrite(int bytes)
    {
        Volatile.Write(ref _writes, _writes + 1);
        Volatile.Write(ref _writtenBytes, _writtenBytes + bytes);
    }

    internal void CountSync(long ticks)
    {
        Volatile.Write(ref _syncs, _syncs + 1);
        Volatile.Write(ref _syncTicks, _syncTicks + ticks);
        if (ticks > _longestSyncTicks)
            Volatile.Write(ref _longestSyncTicks, ticks);
    }

    internal void CountFailure() => Interlocked.Increment(ref _failures);

    internal void CountFailedSync() => Volatile.Write(ref _failedSyncs, _failedSyncs + 1);

    internal void CountRelease() => Interlocked.Increment(ref _releasedSegments);
}
