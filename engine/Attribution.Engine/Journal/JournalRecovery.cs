namespace Attribution.Engine.Journal;

/// <summary>
/// Reads the whole journal before the first append: verifies every frame, sets damage aside, cuts an unfinished tail.
/// Used once, by the thread that starts the engine.
/// </summary>
/// <remarks>
/// A damaged stretch had been synced if a frame after it in its segment begins a group, or if the next segment says
/// so of everything before it. Nothing else can be told apart from the last write before a crash.
/// </remarks>
public sealed class JournalRecovery
{
    private const int ChunkBytes = 64 * 1024;

    private readonly IJournalFileSystem _files;
    private readonly JournalQuarantine _quarantine;
    private readonly SegmentScanner _scanner = new();
    private readonly List<JournalDamage> _damages = [];
    private readonly List<Stretch> _stretches = [];
    private readonly List<Segment> _kept = [];

    private long _records;
    private long _firstSequence = long.MaxValue;
    private long _endSequence;
    private long _nextSequence;
    private long _cutBytes;
    private long _lostStretches;
    private long _lostBytes;
    private long _lostRecords;
    private long _lastGroupOffset;

    private JournalRecovery(IJournalFileSystem files, JournalOptions options)
    {
        _files = files;
        _quarantine = new JournalQuarantine(files, options.MaxQuarantineBytes);
    }

    private readonly record struct Stretch(
        long Offset, long Bytes, long FirstSequence, long MissingRecords, bool WasDurable);

    private sealed record Found(SegmentName Name, SegmentHeader? Header);

    /// <exception cref="JournalException">A segment is of another version, or the folder cannot be written.</exception>
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
        List<Found> found = FindSegments();
        for (int i = 0; i < found.Count; i++)
            Recover(found[i], i + 1 < found.Count ? found[i + 1] : null);
        _files.SyncDirectory();

        long nextNumber = found.Count > 0 ? NumberAfter(found[^1].Name) : 1;
        return new RecoveredJournal(_files, new SegmentList([.. _kept]), nextNumber)
        {
            EndSequence = _endSequence,
            NextSequence = Math.Max(_nextSequence, _endSequence),
            FirstSequence = Math.Min(_firstSequence, _endSequence),
            Records = _records,
            CutBytes = _cutBytes,
            Damages = _damages,
            LostStretches = _lostStretches,
            LostBytes = _lostBytes,
            LostRecords = _lostRecords,
        };
    }

    /// <summary>The last number there is stays unused: the journal stops with an error before it would repeat one.</summary>
    private static long NumberAfter(SegmentName name) => name.Number == long.MaxValue ? name.Number : name.Number + 1;

    private List<Found> FindSegments()
    {
        var names = new List<SegmentName>();
        foreach (string file in _files.List())
        {
            if (SegmentName.TryParse(file, out SegmentName name))
                names.Add(name);
        }

        names.Sort((a, b) => a.Number.CompareTo(b.Number));
        var found = new List<Found>(names.Count);
        foreach (SegmentName name in names)
            found.Add(new Found(name, ReadHeader(name)));
        return found;
    }

    private SegmentHeader? ReadHeader(SegmentName name)
    {
        byte[] region = new byte[SegmentHeader.RegionBytes];
        using IJournalFile file = _files.Open(name.ToString());
        try
        {
            return SegmentHeader.Read(region.AsSpan(0, file.ReadAt(0, region)), name);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Recover(Found found, Found? next)
    {
        _nextSequence = Math.Max(_nextSequence, found.Name.FirstSequence);
        string name = found.Name.ToString();
        bool wanted;

        // The newest name remembers how far sequences have come. And frames that the segment before gave up count for
        // nothing only because this one begins with their sequence.
        bool isMark = next is null || (_kept.Count > 0 && next.Name.FirstSequence != found.Name.FirstSequence);
        using (IJournalFile file = _files.Open(name))
        {
            if (found.Header is null)
            {
                wanted = !TrySetAsideWhole(file, found.Name) || isMark;
            }
            else
            {
                _endSequence = Math.Max(_endSequence, found.Header.PreviousEnd);
                bool hasRecords = Scan(file, found.Header, next);
                ReportStretches(file, name, next);
                wanted = hasRecords || isMark;
                if (next is null && _scanner.UnreadableBytes == 0)
                    CutTail(file);
                if (wanted)
                    _kept.Add(new Segment(found.Header, file.LengthBytes));
            }
        }

        if (!wanted)
            _files.Delete(name);
    }

    private bool Scan(IJournalFile file, SegmentHeader header, Found? next)
    {
        _stretches.Clear();
        long records = _records;
        int unproven = 0;
        _lastGroupOffset = SegmentHeader.RegionBytes;
        _scanner.Open(file, header, next?.Name.FirstSequence ?? long.MaxValue);
        for (ScanResult result = _scanner.Next(); result != ScanResult.End; result = _scanner.Next())
        {
            if (result == ScanResult.Damage)
            {
                AddStretch(_scanner.MissingRecords, wasDurable: false);
                continue;
            }

            _records++;
            _firstSequence = Math.Min(_firstSequence, _scanner.Sequence);
            if (JournalFrame.IsGroupStart(_scanner.Frame))
            {
                unproven = MarkDurable(unproven);
                _lastGroupOffset = _scanner.Offset;
            }
        }

        CloseSegment(next);
        if (next?.Header is { PreviousSynced: true })
            MarkDurable(unproven);
        return _records > records;
    }

    /// <summary>Takes account of what lies between a segment's last frame and its end.</summary>
    private void CloseSegment(Found? next)
    {
        long end = _scanner.ExpectedSequence;
        if (next is null)
        {
            // What cannot be read may have been acknowledged and passed on; its sequences must not be used again.
            if (_scanner.DamageBytes > 0)
            {
                AddStretch(missing: 0, wasDurable: false);
                end += (_scanner.DamageBytes / JournalFrame.MinBytes) + 1;
            }

            _nextSequence = Math.Max(_nextSequence, end);
        }
        else if (next.Header is { } following && following.PreviousEnd > end)
        {
            AddStretch(following.PreviousEnd - end, wasDurable: false);
        }

        if (_records > 0)
            _endSequence = Math.Max(_endSequence, _scanner.ExpectedSequence);
    }

    private void AddStretch(long missing, bool wasDurable) =>
        _stretches.Add(new Stretch(_scanner.Offset, _scanner.DamageBytes, _scanner.Sequence, missing, wasDurable));

    private int MarkDurable(int from)
    {
        for (int i = from; i < _stretches.Count; i++)
            _stretches[i] = _stretches[i] with { WasDurable = true };
        return _stretches.Count;
    }

    private void ReportStretches(IJournalFile file, string segment, Found? next)
    {
        foreach (Stretch stretch in _stretches)
        {
            if (stretch.WasDurable)
                CountLost(stretch.Bytes, stretch.MissingRecords);
            Describe(file, segment, stretch);
        }

        if (next is null && _scanner.UnreadableBytes > 0)
            CountLost(_scanner.UnreadableBytes, 0);
    }

    private void Describe(IJournalFile file, string segment, Stretch stretch)
    {
        if (_damages.Count == RecoveredJournal.MaxDamages)
            return;

        string? setAsideAs = null;
        if (stretch.Bytes > 0 && _quarantine.TryKeep(file, segment, stretch.Offset, stretch.Bytes, out string name))
            setAsideAs = name;

        _damages.Add(new JournalDamage
        {
            Segment = segment,
            OffsetBytes = stretch.Offset,
            LengthBytes = stretch.Bytes,
            FirstSequence = stretch.FirstSequence,
            MissingRecords = stretch.MissingRecords,
            WasDurable = stretch.WasDurable,
            SetAsideAs = setAsideAs,
        });
    }

    private void CountLost(long bytes, long records)
    {
        _lostStretches++;
        _lostBytes += bytes;
        _lostRecords += records;
    }

    /// <summary>
    /// Makes the newest segment end with its last frame, and durable. Its last group may exist in the system's memory
    /// alone, and a sync that failed may have marked it as written; writing it again makes the sync a real one.
    /// </summary>
    private void CutTail(IJournalFile file)
    {
        _cutBytes += _scanner.DamageBytes;
        long end = _scanner.Offset;
        if (file.LengthBytes != end)
            file.Truncate(end);

        byte[] chunk = new byte[ChunkBytes];
        for (long offset = _lastGroupOffset; offset < end; offset += ChunkBytes)
        {
            Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, end - offset));
            file.ReadAt(offset, piece);
            file.WriteAt(offset, piece);
        }

        file.Sync();
    }

    /// <summary>
    /// Without a header no frame can be verified. A file without a byte beyond its header was being made when the
    /// engine stopped, and holds nothing.
    /// </summary>
    /// <returns>False when it must stay where it is.</returns>
    private bool TrySetAsideWhole(IJournalFile file, SegmentName name)
    {
        long length = UsedBytes(file);
        if (length <= SegmentHeader.RegionBytes)
            return true;

        _nextSequence = Math.Max(_nextSequence, name.FirstSequence + (length / JournalFrame.MinBytes));
        CountLost(length, 0);
        Describe(file, name.ToString(), new Stretch(0, length, name.FirstSequence, 0, WasDurable: true));
        return _damages.Count > 0 && _damages[^1].Segment == name.ToString() && _damages[^1].SetAsideAs is not null;
    }

    private static long UsedBytes(IJournalFile file)
    {
        byte[] chunk = new byte[ChunkBytes];
        long used = 0;
        for (long offset = 0; offset < file.LengthBytes; offset += chunk.Length)
        {
            try
            {
                int last = chunk.AsSpan(0, file.ReadAt(offset, chunk)).LastIndexOfAnyExcept((byte)0);
                used = last >= 0 ? offset + last + 1 : used;
            }
            catch (IOException)
            {
                used = Math.Min(file.LengthBytes, offset + chunk.Length);
            }
        }

        return used;
    }
}
