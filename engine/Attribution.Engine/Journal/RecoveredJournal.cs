using Attribution.Engine.Recovery;

namespace Attribution.Engine.Journal;

/// <summary>
/// A stretch of a segment that could not be read back. Immutable.
/// </summary>
public sealed record JournalDamage
{
    /// <summary>File name of the segment.</summary>
    public required string Segment { get; init; }

    public required long OffsetBytes { get; init; }

    /// <summary>0 where records are missing without a trace.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>The first sequence it took.</summary>
    public required long FirstSequence { get; set; }

    /// <summary>How many records it took, as far as what follows tells; 0 when nothing follows.</summary>
    public required long MissingRecords { get; init; }

    /// <summary>
    /// The records had been synced, so may have been acknowledged: the disk lost them. Otherwise a write that
    /// was never finished explains it.
    /// </summary>
    public required bool WasDurable { get; init; }

    /// <summary>
    /// The file in the quarantine folder that holds its bytes; null where they were not kept.
    /// </summary>
    public string? SetAsideAs { get; init; }
}

/// <summary>
/// What a start found in the journal's folder. Immutable but for the segments, which the journal takes over.
/// </summary>
public sealed class RecoveredJournal
{
    /// <summary>Damages described one by one; more are counted only.</summary>
    public const int MaxDamages = 1000;

    internal RecoveredJournal(IJournalFileSystem files, SegmentList segments, long nextNumber)
    {
        Files = files;
        Segments = segments;
        NextNumber = nextNumber;
    }

    internal IJournalFileSystem Files { get; }

    internal SegmentList Segments { get; }

    internal long NextNumber { get; }

    /// <summary>The sequence after the last record.</summary>
    public required long EndSequence { get; init; }

    /// <summary>
    /// The first sequence to give to a new event: <see cref="EndSequence"/>, or more where what could not be
    /// read may have used some. Never less than in any earlier run.
    /// </summary>
    public required long NextSequence { get; set; }

    /// <summary>The first record's; <see cref="NextSequence"/> when there is none.</summary>
    public required long FirstSequence { get; set; }

    public required long Records { get; init; }

    /// <summary>Bytes of an unfinished write that were cut off the newest segment.</summary>
    public required long CutBytes { get; init; }

    public required IReadOnlyList<JournalDamage> Damages { get; init; }

    /// <summary>
    /// Stretches lost although they had been synced, that no person has marked as looked at.
    /// </summary>
    public required long LostStretches { get; init; }

    /// <summary>Bytes of these stretches.</summary>
    public required long LostBytes { get; init; }

    /// <summary>Records they held, as far as can be told.</summary>
    public required long LostRecords { get; init; }

    /// <summary>
    /// Every record is durable, and what is missing between them is not what a crash left unwritten.
    /// </summary>
    internal bool IsSynced { get; init; }

    /// <summary>
    /// Copies in the quarantine, of this start or an earlier one, that no person has looked at.
    /// </summary>
    public required int UnseenDamages { get; init; }

    /// <summary>Records that had been synced are gone, and no person has looked at it yet.</summary>
    public bool IsDegraded => LostStretches > 0 || UnseenDamages > 0;

    /// <summary>The rows that are not replayed: below the first record, and from what was lost on.</summary>
    internal StoredRange Stored { get; private set; } = new(0, long.MaxValue);

    /// <summary>
    /// What damage took from between the records, <see cref="MaxDamages"/> gaps at most: rows of the rest are
    /// taken for replayed, so that what they told is forgotten.
    /// </summary>
    internal IReadOnlyList<SequenceGap> Gaps { get; init; } = [];

    /// <summary>
    /// Goes on where the tables end, if they hold more than the journal: its folder is new, or it lost what
    /// had not been synced. A sequence that has rows must not be given to another event.
    /// </summary>
    /// <param name="storedNext">The sequence after the last one with a row.</param>
    internal void GoOnAfter(long storedNext)
    {
        // What cannot be read at the journal's end may have had rows, and no record tells how many.
        long lostFrom = storedNext > EndSequence ? EndSequence : long.MaxValue;
        NextSequence = Math.Max(NextSequence, storedNext);
        if (Records == 0)
            FirstSequence = NextSequence;
        Stored = new StoredRange(FirstSequence, lostFrom) { Gaps = Gaps };
    }

    /// <summary>All that the records left behind is known already, so none is replayed.</summary>
    internal void ReplayNothing() => FirstSequence = NextSequence;

    /// <summary>
    /// Reads the records of this sequence and later ones, as recovered; new ones are not seen.
    /// </summary>
    public JournalReader OpenReader(long fromSequence) => OpenReader(fromSequence, NextSequence);

    /// <summary>
    /// Reads the records from one sequence to before another one. Those after <see cref="NextSequence"/> are
    /// there when the journal's processor has passed them.
    /// </summary>
    public JournalReader OpenReader(long fromSequence, long endSequence) =>
        new(Files, Segments.Snapshot.ToArray(), fromSequence, endSequence);
}
