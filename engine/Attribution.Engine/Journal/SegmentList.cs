namespace Attribution.Engine.Journal;

/// <summary>
/// A segment that exists. Its length is written by whoever writes the file, and may be read by any thread.
/// </summary>
internal sealed class Segment(SegmentHeader header, long lengthBytes)
{
    private long _lengthBytes = lengthBytes;

    public SegmentHeader Header { get; } = header;

    public string Name { get; } = new SegmentName(header.Number, header.FirstSequence).ToString();

    /// <summary>Bytes the file occupies, preallocated ones included.</summary>
    public long LengthBytes
    {
        get => Volatile.Read(ref _lengthBytes);
        set => Volatile.Write(ref _lengthBytes, value);
    }
}

/// <summary>
/// The segments that exist, oldest first. Safe for use by any thread: the journal adds, the sink takes away.
/// </summary>
internal sealed class SegmentList(Segment[] segments)
{
    private Segment[] _segments = segments;
    private long _totalBytes = Sum(segments);

    public ReadOnlySpan<Segment> Snapshot => Volatile.Read(ref _segments);

    /// <summary>Bytes that all of them occupy, as counted when one came or went.</summary>
    public long TotalBytes => Volatile.Read(ref _totalBytes);

    public void Add(Segment segment)
    {
        Segment[] before;
        do
            before = Volatile.Read(ref _segments);
        while (Interlocked.CompareExchange(ref _segments, [.. before, segment], before) != before);
        Count();
    }

    /// <summary>
    /// Finds the oldest segment when none of its records comes after the given one. The newest always stays:
    /// it is what remembers how far sequences have come.
    /// </summary>
    public bool TryGetReleased(long sequence, out Segment released)
    {
        ReadOnlySpan<Segment> segments = Snapshot;
        released = segments.Length > 0 ? segments[0] : null!;
        return segments.Length > 1 && segments[1].Header.PreviousEnd - 1 <= sequence;
    }

    /// <summary>Takes the oldest segment off. One thread at a time.</summary>
    public void RemoveOldest()
    {
        Segment[] before;
        do
            before = Volatile.Read(ref _segments);
        while (Interlocked.CompareExchange(ref _segments, before[1..], before) != before);
        Count();
    }

    private void Count() => Volatile.Write(ref _totalBytes, Sum(Snapshot));

    private static long Sum(ReadOnlySpan<Segment> segments)
    {
        long total = 0;
        foreach (Segment segment in segments)
            total += segment.LengthBytes;
        return total;
    }
}
