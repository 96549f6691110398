using Attribution.Model.Events;

namespace Attribution.Engine.Journal;

/// <summary>
/// One event read back. Its references are valid until the reader's next call.
/// </summary>
public readonly ref struct JournalRecord
{
    public long Sequence { get; init; }

    /// <summary>
    /// The header and, after it, the event's bytes, as a frame without its padding holds them.
    /// </summary>
    internal ReadOnlySpan<byte> Frame { get; init; }

    public ref readonly EventHeader Header => ref JournalFrame.Header(Frame);

    public ReadOnlySpan<byte> Bytes => JournalFrame.Bytes(Frame);
}

/// <summary>
/// Reads recovered events in the order of their sequences, without allocating per event. Used by one thread.
/// Sequences that damage took, or that were passed over, are simply not there.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private readonly IJournalFileSystem _files;
    private readonly Segment[] _segments;
    private readonly long _from;
    private readonly long _end;
    private readonly SegmentScanner _scanner = new();
    private IJournalFile? _file;
    private int _nextSegment;

    internal JournalReader(IJournalFileSystem files, Segment[] segments, long from, long end)
    {
        _files = files;
        _segments = segments;
        _from = from;
        _end = end;
    }

    /// <returns>False after the last event.</returns>
    public bool TryRead(out JournalRecord record)
    {
        while (_file is not null || TryOpenNext())
        {
            switch (_scanner.Next())
            {
                case ScanResult.Frame when _scanner.Sequence >= _from:
                    record = new JournalRecord { Sequence = _scanner.Sequence, Frame = _scanner.Frame };
                    return true;
                case ScanResult.End:
                    _file!.Dispose();
                    _file = null;
                    break;
            }
        }

        record = default;
        return false;
    }

    public void Dispose() => _file?.Dispose();

    private bool TryOpenNext()
    {
        while (_nextSegment < _segments.Length)
        {
            Segment segment = _segments[_nextSegment++];
            // Segments that came meanwhile may hold what is not to be read yet.
            long end = _nextSegment < _segments.Length
                ? Math.Min(_segments[_nextSegment].Header.FirstSequence, _end) : _end;
            if (end <= Math.Max(_from, segment.Header.FirstSequence))
                continue;

            _file = _files.Open(segment.Name);
            _scanner.Open(_file, segment.Header, end);
            return true;
        }

        return false;
    }
}
