namespace Attribution.Engine.Journal;

/// <summary>A segment's file and, where it can be read, its header. Fixed once it is found.</summary>
internal sealed record FoundSegment(SegmentName Name, SegmentHeader? Header)
{
    /// <summary>Without a header: bytes up to the last that is not 0.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Frames of this sequence and later ones do not count: the next segment repeats them.</summary>
    public long End { get; set; } = long.MaxValue;

    /// <summary>Without a header and a byte after it: was being made when the engine stopped.</summary>
    public bool IsEmpty => Header is null && UsedBytes <= SegmentHeader.RegionBytes;
}

/// <summary>Finds the segments that a folder holds. Stateless; changes nothing.</summary>
internal static class SegmentFolder
{
    private const int ChunkBytes = 64 * 1024;

    /// <returns>Oldest first.</returns>
    /// <exception cref="IOException">The folder cannot be listed or a file not be opened.</exception>
    /// <exception cref="JournalException">A segment is of another version.</exception>
    public static List<FoundSegment> Find(IJournalFileSystem files)
    {
        var names = new List<SegmentName>();
        foreach (string file in files.List())
        {
            if (SegmentName.TryParse(file, out SegmentName name))
                names.Add(name);
        }

        names.Sort((a, b) => a.Number.CompareTo(b.Number));
        var found = new List<FoundSegment>(names.Count);
        foreach (SegmentName name in names)
        {
            if (TryRead(files, name) is { } segment)
                found.Add(segment);
        }

        for (int i = 0; i < found.Count; i++)
            found[i].End = EndOf(found, i);
        return found;
    }

    /// <summary>
    /// Where the first segment after this one begins whose name can be trusted: sequences never go back, and
    /// what has no header holds nothing unless it is damaged, or a copy of another.
    /// </summary>
    private static long EndOf(List<FoundSegment> found, int index)
    {
        for (int i = index + 1; i < found.Count; i++)
        {
            FoundSegment later = found[i];
            if (later.Name.FirstSequence >= found[index].Name.FirstSequence
                && (later.Header is not null || later.IsEmpty))
                return later.Name.FirstSequence;
        }

        return long.MaxValue;
    }

    /// <returns>Null where a running engine released it since the folder was listed.</returns>
    private static FoundSegment? TryRead(IJournalFileSystem files, SegmentName name)
    {
        IJournalFile file;
        try
        {
            file = files.Open(name.ToString());
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        using (file)
        {
            SegmentHeader? header = ReadHeader(file, name);
            return new FoundSegment(name, header) { UsedBytes = header is null ? UsedBytes(file) : 0 };
        }
    }

    private static SegmentHeader? ReadHeader(IJournalFile file, SegmentName name)
    {
        byte[] region = new byte[SegmentHeader.RegionBytes];
        try
        {
            return SegmentHeader.Read(region.AsSpan(0, file.ReadAt(0, region)), name);
        }
        catch (IOException)
        {
            return null;
        }
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
