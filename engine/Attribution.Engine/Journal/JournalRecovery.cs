using Attribution.Engine.Recovery;

namespace Attribution.Engine.Journal;

/// <summary>
/// Reads the whole journal before the first append: verifies every frame, sets damage aside, cuts an
/// unfinished tail. Used once, by the thread that starts the engine.
/// </summary>
public sealed class JournalRecovery
{
    private const int ChunkBytes = 64 * 1024;

    private readonly IJournalFileSystem _files;
    private readonly JournalQuarantine _quarantine;
    private readonly SegmentSurvey _survey = new();
    private readonly List<JournalDamage> _damages = [];
    private readonly List<Segment> _kept = [];
    private readonly List<SequenceGap> _gaps = [];

    private long _records;
    private long _readThrough = -1;
    private long _firstSequence = long.MaxValue;
    private long _endSequence;
    private long _nextSequence;

    /// <summary>
    /// The first sequence that is neither read nor reported missing; -1 before the first segment that holds
    /// anything. An empty one in front may be left of a failure, when what came after it was released.
    /// </summary>
    private long _accounted = -1;
    private bool _isSynced = true;
    private long _cutBytes;
    private long _lostStretches;
    private long _lostBytes;
    private long _lostRecords;

    private JournalRecovery(IJournalFileSystem files, JournalOptions options)
    {
        _files = files;
        _quarantine = new JournalQuarantine(files, options.MaxQuarantineBytes);
    }

    /// <exception cref="JournalException">A segment is of another version, or the folder cannot be
    /// written.</exception>
    public static RecoveredJournal Run(IJournalFileSystem files, JournalOptions options)
    {
        options.Validate();
        try
        {
            return new JournalRecovery(files, options).Run();
        }
        catch (IOException e)
        {
            throw new JournalException("the journal's folder cannot be used: " + e.Message, e);
        }
    }

    private RecoveredJournal Run()
    {
        List<FoundSegment> found = SegmentFolder.Find(_files);
        for (int i = 0; i < found.Count; i++)
            Recover(found[i], i + 1 < found.Count ? found[i + 1] : null);
        _files.SyncDirectory();

        long nextNumber = found.Count > 0 ? NumberAfter(found[^1].Name) : 1;
        long nextSequence = Math.Max(_nextSequence, _endSequence);
        return new RecoveredJournal(_files, new SegmentList([.. _kept]), nextNumber)
        {
            EndSequence = _endSequence,
            NextSequence = nextSequence,
            FirstSequence = Math.Min(_firstSequence, nextSequence),
            Records = _records,
            IsSynced = _isSynced,
            CutBytes = _cutBytes,
            Damages = _damages,
            Gaps = _gaps,
            LostStretches = _lostStretches,
            LostBytes = _lostBytes,
            LostRecords = _lostRecords,
            UnseenDamages = _quarantine.CountUnseen(),
        };
    }

    /// <summary>
    /// The last number there is stays unused: the journal stops with an error before it would repeat one.
    /// </summary>
    private static long NumberAfter(SegmentName name) =>
        name.Number == long.MaxValue ? name.Number : name.Number + 1;

    private void Recover(FoundSegment found, FoundSegment? next)
    {
        _nextSequence = Math.Max(_nextSequence, found.Name.FirstSequence);
        if (_accounted < 0 && found.Header is not null)
            _accounted = found.Header.PreviousEnd;
        string name = found.Name.ToString();
        bool wanted;

        // The newest name remembers how far sequences have come. And frames that the segment before gave up
        // count for nothing only because this one begins with their sequence.
        bool isMark = next is null
            || (_kept.Count > 0 && next.Name.FirstSequence != found.Name.FirstSequence);
        using (IJournalFile file = _files.Open(name))
        {
            if (found.Header is null)
            {
                _isSynced = false;
                wanted = !TrySetAsideWhole(file, found, next) || isMark;
            }
            else
            {
                _isSynced &= _kept.Count == 0 || found.Header.PreviousSynced;
                _endSequence = Math.Max(_endSequence, found.Header.PreviousEnd);
                ReportMissingBefore(file, found.Header, name);
                _survey.Read(file, found, next);
                Account(next);
                foreach (Stretch stretch in _survey.Stretches)
                    Report(file, name, stretch);
                wanted = _survey.Records > 0 || isMark;
                if (next is null)
                    CloseNewest(file);
                if (wanted)
                    _kept.Add(new Segment(found.Header, file.LengthBytes));
            }
        }

        if (!wanted)
            _files.Delete(name);
    }

    /// <summary>A segment before this one held records, and is gone or was emptied.</summary>
    private void ReportMissingBefore(IJournalFile file, SegmentHeader header, string name)
    {
        long missing = header.PreviousEnd - _accounted;
        if (missing > 0)
            Report(file, name, new Stretch(0, 0, _accounted, missing, header.PreviousSynced));
    }

    private void Account(FoundSegment? next)
    {
        _records += _survey.Records;
        foreach (SequenceRun run in _survey.Runs)
        {
            bool isGap = _readThrough >= 0 && run.First > _readThrough;
            if (isGap && _gaps.Count < RecoveredJournal.MaxDamages)
                _gaps.Add(new SequenceGap(_readThrough, run.First));
            _readThrough = run.End;
        }

        if (_survey.Records > 0)
        {
            _firstSequence = Math.Min(_firstSequence, _survey.FirstSequence);
            _endSequence = Math.Max(_endSequence, _survey.EndSequence);
        }

        if (next is null)
            _nextSequence = Math.Max(_nextSequence, _survey.UnusedSequence);
        _accounted = Math.Max(_accounted, Math.Max(_survey.EndSequence, next?.Header?.PreviousEnd ?? 0));
    }

    private void CloseNewest(IJournalFile file)
    {
        if (_survey.UnreadableBytes > 0)
            CountLost(_survey.UnreadableBytes, 0);
        else
            CutTail(file);
        _isSynced &= _survey.UnreadableBytes == 0 && !_survey.HasTornStretch;
    }

    private void Report(IJournalFile file, string segment, in Stretch stretch)
    {
        SetAside copy = Describe(file, segment, stretch);
        if (stretch.WasDurable && !copy.WasSeen)
            CountLost(stretch.Bytes, stretch.MissingRecords);
    }

    private SetAside Describe(IJournalFile file, string segment, in Stretch stretch)
    {
        if (_damages.Count == RecoveredJournal.MaxDamages)
            return default;

        SetAside copy = _quarantine.Keep(file, segment, stretch);
        _damages.Add(new JournalDamage
        {
            Segment = segment,
            OffsetBytes = stretch.Offset,
            LengthBytes = stretch.Bytes,
            FirstSequence = stretch.FirstSequence,
            MissingRecords = stretch.MissingRecords,
            WasDurable = stretch.WasDurable,
            SetAsideAs = copy.Name,
        });
        return copy;
    }

    private void CountLost(long bytes, long records)
    {
        _lostStretches++;
        _lostBytes += bytes;
        _lostRecords += records;
    }

    /// <summary>
    /// Makes the newest segment end with its last frame, and durable. Its last group may exist in the
    /// system's memory alone, and a sync that failed may have marked it as written; writing it again makes
    /// the sync a real one.
    /// </summary>
    private void CutTail(IJournalFile file)
    {
        _cutBytes += _survey.TailBytes;
        long end = _survey.EndOffset;
        if (file.LengthBytes != end)
            file.Truncate(end);

        byte[] chunk = new byte[ChunkBytes];
        for (long offset = _survey.LastGroupOffset; offset < end; offset += ChunkBytes)
        {
            Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, end - offset));
            file.ReadAt(offset, piece);
            file.WriteAt(offset, piece);
        }

        file.Sync();
    }

    /// <summary>Without a header no frame can be verified.</summary>
    /// <returns>False when it must stay where it is.</returns>
    private bool TrySetAsideWhole(IJournalFile file, FoundSegment found, FoundSegment? next)
    {
        if (found.IsEmpty)
            return true;

        long first = found.Name.FirstSequence;
        _nextSequence = Math.Max(
            _nextSequence, SegmentSurvey.Later(first, found.UsedBytes / JournalFrame.MinBytes));
        if (_accounted < 0)
            _accounted = first;
        long end = next?.Header?.PreviousEnd ?? 0;
        long missing = Math.Max(0, end - _accounted);
        _accounted = Math.Max(_accounted, end);
        var whole = new Stretch(0, found.UsedBytes, first, missing, WasDurable: true);
        SetAside copy = Describe(file, found.Name.ToString(), whole);
        if (!copy.WasSeen)
            CountLost(found.UsedBytes, missing);
        return copy.Name is not null;
    }
}
