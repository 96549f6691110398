using System.Diagnostics;
using Attribution.Model.Events;

namespace Attribution.Engine.Journal;

/// <summary>
/// Appends frames to segments and makes them durable in groups. Owned by the journal's thread.
/// </summary>
/// <remarks>
/// After any <see cref="IOException"/> the caller must call <see cref="AbandonSegment"/>: the segment is cut
/// at what was durable and never written again, and <see cref="NextSequence"/> falls back to the first event
/// to repeat.
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    private readonly IJournalFileSystem _files;
    private readonly JournalOptions _options;
    private readonly SegmentList _segments;
    private readonly JournalCounters _counters;
    private readonly byte[] _buffer;
    private readonly bool _syncs;
    private int _buffered;

    private IJournalFile? _file;
    private Segment? _segment;
    private uint _salt;
    private long _writtenBytes;
    private long _durableBytes;

    private long _nextNumber;
    private long _previousEnd;
    private long _committedNext;
    private bool _groupBegins = true;
    private bool _previousSynced;

    public JournalWriter(RecoveredJournal recovered, JournalOptions options, JournalCounters counters)
    {
        _files = recovered.Files;
        _options = options;
        _segments = recovered.Segments;
        _counters = counters;
        _nextNumber = recovered.NextNumber;
        _previousEnd = recovered.EndSequence;
        _committedNext = recovered.NextSequence;
        _previousSynced = recovered.IsSynced;
        NextSequence = recovered.NextSequence;
        _syncs = options.Durability == Durability.Fsync;
        _buffer = GC.AllocateArray<byte>(options.BufferBytes, pinned: true);
    }

    /// <summary>The next sequence to append; sequences may be passed over, never repeated.</summary>
    public long NextSequence { get; private set; }

    /// <summary>The last sequence committed; what comes after it is not durable yet.</summary>
    public long DurableSequence => _committedNext - 1;

    public void Append(long sequence, in EventHeader header, ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(sequence >= NextSequence && bytes.Length == header.BytesLength);
        int size = JournalFrame.SizeOf(bytes.Length);

        bool fits = _writtenBytes + _buffered + size <= _options.SegmentBytes;
        if (_file is null || sequence != NextSequence || !fits)
            BeginSegment(sequence);
        if (_buffered + size > _buffer.Length)
            Flush();

        _buffered += JournalFrame.Write(
            _buffer.AsSpan(_buffered), _salt, sequence, _groupBegins && _syncs, in header, bytes);
        _groupBegins = false;
        NextSequence = sequence + 1;
    }

    /// <summary>Makes everything appended as durable as the options ask.</summary>
    public void Commit()
    {
        if (_file is null || NextSequence == _committedNext)
            return;

        Flush();
        if (_syncs)
            Sync(_file);
        if (_durableBytes == SegmentHeader.RegionBytes)
            _segments.Add(_segment!);
        _durableBytes = _writtenBytes;
        _previousEnd = NextSequence;
        _committedNext = NextSequence;
        _previousSynced = _syncs;
        _groupBegins = true;
    }

    /// <summary>
    /// Gives up the segment in use after a failure, and everything appended since the last commit.
    /// </summary>
    public void AbandonSegment()
    {
        _buffered = 0;
        _groupBegins = true;
        NextSequence = _committedNext;
        if (_file is null)
            return;

        bool empty = _durableBytes == SegmentHeader.RegionBytes;
        TryCut(_file, _durableBytes);
        _file.Dispose();
        _file = null;
        if (empty)
            Discard(_segment!);
        _segment = null;
    }

    /// <summary>Closes the segment in use, giving back the space it did not need.</summary>
    public void Dispose()
    {
        if (_file is null)
            return;

        if (TryCut(_file, _durableBytes))
            TrySync(_file);
        _file.Dispose();
        _file = null;
        _segment = null;
    }

    private void BeginSegment(long sequence)
    {
        Commit();
        _file?.Dispose();
        _file = null;
        _segment = null;

        var header = new SegmentHeader
        {
            Number = TakeNumber(),
            FirstSequence = sequence,
            PreviousEnd = _previousEnd,
            PreviousSynced = _previousSynced,
            Salt = _options.NewSalt(),
        };
        var segment = new Segment(header, _options.SegmentBytes);
        IJournalFile? file = null;
        try
        {
            file = _files.Create(segment.Name, _options.SegmentBytes);
            header.Write(_buffer);
            file.WriteAt(0, _buffer.AsSpan(0, SegmentHeader.RegionBytes));
            MakeDurable(file);
        }
        catch (IOException)
        {
            file?.Dispose();
            if (file is null)
                TryDelete(segment.Name);
            else
                Discard(segment);
            throw;
        }

        Use(file, segment);
    }

    private void MakeDurable(IJournalFile newFile)
    {
        try
        {
            newFile.Sync();
            _files.SyncDirectory();
        }
        catch (IOException e)
        {
            throw new SyncFailedException(e);
        }
    }

    private void Use(IJournalFile file, Segment segment)
    {
        _file = file;
        _segment = segment;
        _salt = segment.Header.Salt;
        _writtenBytes = SegmentHeader.RegionBytes;
        _durableBytes = SegmentHeader.RegionBytes;
    }

    private long TakeNumber()
    {
        if (_nextNumber == long.MaxValue)
            throw new IOException("the journal has used up its segment numbers");
        return _nextNumber++;
    }

    private void Flush()
    {
        if (_buffered == 0)
            return;

        _file!.WriteAt(_writtenBytes, _buffer.AsSpan(0, _buffered));
        _counters.CountWrite(_buffered);
        _writtenBytes += _buffered;
        _buffered = 0;
    }

    private void Sync(IJournalFile file)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            file.SyncData();
        }
        catch (IOException e)
        {
            throw new SyncFailedException(e);
        }

        _counters.CountSync(Stopwatch.GetTimestamp() - started);
    }

    /// <summary>
    /// Deletes a segment without a record that counts. One that cannot be deleted is listed, so that it goes
    /// before the segments after it do: what they hold must not seem to be missing from it.
    /// </summary>
    private void Discard(Segment segment)
    {
        if (!TryDelete(segment.Name))
            _segments.Add(segment);
    }

    private bool TryCut(IJournalFile file, long bytes) => Try(() =>
    {
        file.Truncate(bytes);
        _segment!.LengthBytes = bytes;
    });

    private void TrySync(IJournalFile file) => Try(file.Sync);

    private bool TryDelete(string name) => Try(() => _files.Delete(name));

    // Cleaning up may be refused: it saves disk space only, since the next segment's header tells what
    // counts.
    private bool Try(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (IOException)
        {
            _counters.CountFailure();
            return false;
        }
    }
}
