namespace Attribution.Engine.Journal;

/// <summary>A part of a segment that holds no record though it should, or might have. A value.</summary>
/// <param name="Bytes">0 where records are missing without a trace.</param>
/// <param name="MissingRecords">As far as what follows tells.</param>
/// <param name="WasDurable">It had been synced; a crash does not explain it.</param>
internal readonly record struct Stretch(
    long Offset, long Bytes, long FirstSequence, long MissingRecords, bool WasDurable);

/// <summary>Consecutive sequences whose records can be read. A value.</summary>
internal readonly record struct SequenceRun(long First, long End);

/// <summary>
/// Reads one segment to its end and says what it holds and what it lost; changes nothing. Reused from segment
/// to segment by one thread.
/// </summary>
/// <remarks>
/// A damaged stretch had been synced if a frame after it in its segment begins a group, or if the next
/// segment says so of everything before it. Nothing else can be told apart from the last write before a
/// crash.
/// </remarks>
internal sealed class SegmentSurvey
{
    private readonly SegmentScanner _scanner = new();
    private readonly List<Stretch> _stretches = [];
    private readonly List<SequenceRun> _runs = [];

    /// <summary>The sequences of its records, in their order.</summary>
    public IReadOnlyList<SequenceRun> Runs => _runs;

    /// <summary>In the order of their offsets.</summary>
    public IReadOnlyList<Stretch> Stretches => _stretches;

    public long Records { get; private set; }

    /// <summary>Of the first record; valid where there is one.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>The sequence after the last record's, or the segment's first.</summary>
    public long EndSequence { get; private set; }

    /// <summary>
    /// The first sequence that nothing in the segment can have used: later than <see cref="EndSequence"/>
    /// where the newest segment ends with what cannot be read.
    /// </summary>
    public long UnusedSequence { get; private set; }

    /// <summary>When the first and the last record were received; milliseconds since 1970 UTC.</summary>
    public long FirstReceivedMillis { get; private set; }

    public long LastReceivedMillis { get; private set; }

    /// <summary>Where the last record ends.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Bytes after the last record, up to the last one that is not 0.</summary>
    public long TailBytes { get; private set; }

    /// <summary>Where the last group begins: no sync after it is known of.</summary>
    public long LastGroupOffset { get; private set; }

    /// <summary>A stretch, other than the tail, that a crash may explain.</summary>
    public bool HasTornStretch
    {
        get
        {
            bool isTorn = false;
            foreach (Stretch stretch in _stretches)
                isTorn |= !stretch.WasDurable && stretch.Offset < EndOffset;
            return isTorn;
        }
    }

    /// <summary>Bytes that the disk would not give back.</summary>
    public long UnreadableBytes => _scanner.UnreadableBytes;

    /// <param name="file">Stays the caller's.</param>
    /// <param name="found">The segment, with a header.</param>
    /// <param name="next">The segment after it; null for the newest.</param>
    public void Read(IJournalFile file, FoundSegment found, FoundSegment? next)
    {
        _stretches.Clear();
        _runs.Clear();
        Records = 0;
        LastGroupOffset = SegmentHeader.RegionBytes;
        int unproven = 0;
        _scanner.Open(file, found.Header!, found.End);
        for (ScanResult result = _scanner.Next(); result != ScanResult.End; result = _scanner.Next())
        {
            if (result == ScanResult.Damage)
            {
                AddStretch(_scanner.MissingRecords);
                continue;
            }

            Count(_scanner.Frame);
            if (JournalFrame.IsGroupStart(_scanner.Frame))
            {
                unproven = MarkDurable(unproven);
                LastGroupOffset = _scanner.Offset;
            }
        }

        Close(next);
        if (next?.Header is { PreviousSynced: true })
            MarkDurable(unproven);
    }

    private void Count(ReadOnlySpan<byte> frame)
    {
        long received = JournalFrame.Header(frame).ReceivedMillis;
        if (Records == 0)
            (FirstSequence, FirstReceivedMillis) = (_scanner.Sequence, received);
        if (_runs.Count > 0 && _runs[^1].End == _scanner.Sequence)
            _runs[^1] = _runs[^1] with { End = _scanner.Sequence + 1 };
        else
            _runs.Add(new SequenceRun(_scanner.Sequence, _scanner.Sequence + 1));
        LastReceivedMillis = received;
        Records++;
    }

    /// <summary>Takes account of what lies between the segment's last frame and its end.</summary>
    private void Close(FoundSegment? next)
    {
        EndSequence = _scanner.ExpectedSequence;
        UnusedSequence = EndSequence;
        EndOffset = _scanner.Offset;
        TailBytes = _scanner.DamageBytes;
        if (next is null && TailBytes > 0)
        {
            // What cannot be read may have been acknowledged and passed on; its sequences must not be used
            // again.
            AddStretch(missing: 0);
            UnusedSequence = Later(EndSequence, (TailBytes / JournalFrame.MinBytes) + 1);
        }
        else if (next?.Header is { } following && following.PreviousEnd > EndSequence)
        {
            AddStretch(following.PreviousEnd - EndSequence);
        }
    }

    /// <summary>The sequence so many after another; the last there is, at most.</summary>
    public static long Later(long sequence, long count) =>
        sequence > long.MaxValue - count ? long.MaxValue : sequence + count;

    private void AddStretch(long missing) => _stretches.Add(new Stretch(
        _scanner.Offset, _scanner.DamageBytes, _scanner.Sequence, missing, WasDurable: false));

    private int MarkDurable(int from)
    {
        for (int i = from; i < _stretches.Count; i++)
            _stretches[i] = _stretches[i] with { WasDurable = true };
        return _stretches.Count;
    }
}
