using Attribution.Engine.Journal;

namespace Attribution.Engine.Commands;

/// <summary>One segment as it was read. Immutable.</summary>
internal sealed record SegmentView
{
    public required string Name { get; init; }

    public required long FileBytes { get; init; }

    public required long Records { get; init; }

    /// <summary>Of the first and the last record; valid where there is one.</summary>
    public required long FirstSequence { get; init; }

    public required long LastSequence { get; init; }

    /// <summary>When they were received; milliseconds since 1970 UTC.</summary>
    public required long FirstReceivedMillis { get; init; }

    public required long LastReceivedMillis { get; init; }

    /// <summary>What lies between the records, and is lost or torn.</summary>
    public required IReadOnlyList<Stretch> Stretches { get; init; }

    /// <summary>Where the last record ends, and how many bytes after it are no record.</summary>
    public required long EndOffset { get; init; }

    public required long TailBytes { get; init; }

    public required bool IsNewest { get; init; }

    public required bool HasHeader { get; init; }

    public required bool IsEmpty { get; init; }

    /// <summary>In one word, for people.</summary>
    public string State
    {
        get
        {
            if (!HasHeader)
                return IsEmpty ? "empty" : "damaged";
            if (Stretches.Any(stretch => stretch.WasDurable))
                return "damaged";
            return IsNewest ? "newest" : "closed";
        }
    }
}

/// <summary>Takes a record that is valid during the call only.</summary>
internal delegate void RecordAction(JournalRecord record);

/// <summary>
/// A journal's folder as a person looks at it: reads only, so beside a running engine too. Used by one
/// thread.
/// </summary>
internal sealed class JournalView
{
    private readonly IJournalFileSystem _files;
    private readonly SegmentSurvey _survey = new();

    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="JournalException">A segment is of another version.</exception>
    public JournalView(IJournalFileSystem files)
    {
        _files = files;
        Segments = SegmentFolder.Find(files);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<FoundSegment> Segments { get; }

    /// <summary>Every segment, read to its end, but for those that an engine released meanwhile.</summary>
    public IEnumerable<SegmentView> Read()
    {
        for (int i = 0; i < Segments.Count; i++)
        {
            if (TryOpen(Segments[i]) is not { } file)
                continue;
            using (file)
                yield return Read(file, Segments[i], i + 1 < Segments.Count ? Segments[i + 1] : null);
        }
    }

    /// <summary>Shows every intact record to the caller, valid during the call only.</summary>
    public void ForEach(RecordAction action)
    {
        var scanner = new SegmentScanner();
        foreach (FoundSegment segment in Segments)
        {
            if (segment.Header is null || TryOpen(segment) is not { } file)
                continue;
            using (file)
            {
                scanner.Open(file, segment.Header, segment.End);
                for (ScanResult at = scanner.Next(); at != ScanResult.End; at = scanner.Next())
                {
                    if (at == ScanResult.Frame)
                        action(new JournalRecord { Sequence = scanner.Sequence, Frame = scanner.Frame });
                }
            }
        }
    }

    /// <returns>Null where it was released since the folder was listed.</returns>
    public IJournalFile? TryOpen(FoundSegment segment)
    {
        try
        {
            return _files.Open(segment.Name.ToString());
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Files of the quarantine that nobody has looked at.</summary>
    public IReadOnlyList<string> UnseenDamages() =>
    [
        .. _files.Folder(JournalQuarantine.FolderName).List()
            .Where(name => name.EndsWith(JournalQuarantine.UnseenSuffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private SegmentView Read(IJournalFile file, FoundSegment found, FoundSegment? next)
    {
        if (found.Header is not null)
            _survey.Read(file, found, next);
        bool isRead = found.Header is not null;
        return new SegmentView
        {
            Name = found.Name.ToString(),
            FileBytes = file.LengthBytes,
            Records = isRead ? _survey.Records : 0,
            FirstSequence = isRead ? _survey.FirstSequence : found.Name.FirstSequence,
            LastSequence = isRead ? _survey.EndSequence - 1 : found.Name.FirstSequence,
            FirstReceivedMillis = isRead ? _survey.FirstReceivedMillis : 0,
            LastReceivedMillis = isRead ? _survey.LastReceivedMillis : 0,
            Stretches = isRead ? [.. _survey.Stretches.Where(IsBeforeTheTail)] : [],
            EndOffset = isRead ? _survey.EndOffset : 0,
            TailBytes = isRead ? (next is null ? _survey.TailBytes : 0) : found.UsedBytes,
            IsNewest = next is null,
            HasHeader = isRead,
            IsEmpty = found.IsEmpty,
        };

        bool IsBeforeTheTail(Stretch stretch) => next is not null || stretch.Offset < _survey.EndOffset;
    }
}
