namespace Attribution.Engine.Journal;

/// <summary>What <see cref="SegmentScanner.Next"/> came upon.</summary>
internal enum ScanResult
{
    /// <summary>An intact frame, until the next call.</summary>
    Frame,

    /// <summary>A stretch that is no frame, with an intact frame after it.</summary>
    Damage,

    /// <summary>No intact frame follows that counts.</summary>
    End,
}

/// <summary>
/// Walks the frames of one segment after another, stepping over damage. Used by one thread.
/// </summary>
/// <remarks>
/// Frames of a segment hold consecutive sequences, so a frame found after a damaged stretch must bear a
/// sequence that the stretch's length allows, besides passing its checksum.
/// </remarks>
internal sealed class SegmentScanner
{
    private const int WindowBytes = 1024 * 1024;
    private const int ReadUnitBytes = 4096;

    private byte[] _window = [];
    private IJournalFile? _file;
    private uint _salt;
    private long _end;
    private long _length;
    private long _windowOffset;
    private int _windowFilled;
    private int _frameSize;
    private long _position;

    private enum Match
    {
        None,
        Frame,
        Beyond,
    }

    /// <summary>
    /// Sequence of the frame; before the first frame and after a damage, the one expected next.
    /// </summary>
    public long Sequence { get; private set; }

    /// <summary>The sequence after the last frame, or the segment's first where there was none.</summary>
    public long ExpectedSequence { get; private set; }

    /// <summary>Where the frame or the damage begins; at the end, where the last frame ended.</summary>
    public long Offset { get; private set; }

    /// <summary>
    /// Length of the damage; at the end, of what lies after the last frame up to the last byte not 0.
    /// </summary>
    public long DamageBytes { get; private set; }

    /// <summary>Records that the damage replaced.</summary>
    public long MissingRecords { get; private set; }

    /// <summary>Bytes of this segment that the disk would not give back; they count as damage.</summary>
    public long UnreadableBytes { get; private set; }

    /// <summary>The frame's bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Frame => Window(Offset, _frameSize);

    /// <param name="file">Stays the caller's, open until the scan is over.</param>
    /// <param name="header">The segment's.</param>
    /// <param name="end">Frames of this sequence and later ones do not count.</param>
    public void Open(IJournalFile file, SegmentHeader header, long end)
    {
        _file = file;
        _salt = header.Salt;
        _end = end;
        _length = file.LengthBytes;
        _windowFilled = 0;
        int wanted = (int)Math.Min(WindowBytes, _length);
        if (_window.Length < wanted)
            _window = GC.AllocateUninitializedArray<byte>(wanted);
        _position = SegmentHeader.RegionBytes;
        ExpectedSequence = header.FirstSequence;
        UnreadableBytes = 0;
    }

    public ScanResult Next()
    {
        Offset = _position;
        DamageBytes = 0;
        MissingRecords = 0;
        Sequence = ExpectedSequence;
        if (ExpectedSequence >= _end)
            return ScanResult.End;

        Match match = Probe(_position, out long sequence);
        if (match == Match.Frame)
        {
            _position += _frameSize;
            ExpectedSequence = sequence + 1;
            return ScanResult.Frame;
        }

        return match == Match.Beyond ? ScanResult.End : StepOverDamage();
    }

    private ScanResult StepOverDamage()
    {
        long damageEnd = _position;
        long offset = SkipZeros(_position);
        while (offset < _length)
        {
            long sequence = 0;
            Match match = offset == _position ? Match.None : Probe(offset, out sequence);
            if (match == Match.Beyond)
                break;
            if (match == Match.Frame)
            {
                DamageBytes = offset - _position;
                MissingRecords = sequence - ExpectedSequence;
                ExpectedSequence = sequence;
                _position = offset;
                return ScanResult.Damage;
            }

            damageEnd = Math.Min(offset + JournalFrame.AlignmentBytes, _length);
            offset = SkipZeros(damageEnd);
        }

        DamageBytes = damageEnd - _position;
        return ScanResult.End;
    }

    private Match Probe(long offset, out long sequence)
    {
        sequence = 0;
        if (_length - offset < JournalFrame.MinBytes
            || !JournalFrame.IsPlausible(Window(offset, JournalFrame.HeadBytes), out int size, out sequence)
            || size > _length - offset
            || !CanFollow(offset, sequence)
            || !JournalFrame.IsIntact(Window(offset, size), _salt))
            return Match.None;

        _frameSize = size;
        return sequence >= _end ? Match.Beyond : Match.Frame;
    }

    private bool CanFollow(long offset, long sequence)
    {
        long skippedBytes = offset - _position;
        long skipped = sequence - ExpectedSequence;
        return skipped >= 0 && skipped <= skippedBytes / JournalFrame.MinBytes && sequence != long.MaxValue;
    }

    /// <returns>Where the first eight bytes lie that are not all 0; the file's length when there are
    /// none.</returns>
    private long SkipZeros(long offset)
    {
        while (offset < _length)
        {
            if (offset < _windowOffset || offset >= _windowOffset + _windowFilled)
                Fill(offset);
            ReadOnlySpan<byte> window = _window.AsSpan((int)(offset - _windowOffset).._windowFilled);
            int index = window.IndexOfAnyExcept((byte)0);
            if (index >= 0)
                return offset + (index & -JournalFrame.AlignmentBytes);
            offset += window.Length;
        }

        return _length;
    }

    private ReadOnlySpan<byte> Window(long offset, int count)
    {
        if (offset < _windowOffset || offset + count > _windowOffset + _windowFilled)
            Fill(offset);
        return _window.AsSpan((int)(offset - _windowOffset), count);
    }

    private void Fill(long offset)
    {
        int wanted = (int)Math.Min(WindowBytes, _length - offset);
        _windowOffset = offset;
        _windowFilled = wanted;
        try
        {
            int read = _file!.ReadAt(offset, _window.AsSpan(0, wanted));
            _window.AsSpan(read, wanted - read).Clear();
        }
        catch (IOException)
        {
            FillPiecewise(offset, wanted);
        }
    }

    /// <summary>
    /// Reads what can be read. The rest becomes bytes that are no frame and, unlike 0, not the end either.
    /// </summary>
    private void FillPiecewise(long offset, int wanted)
    {
        for (int start = 0; start < wanted; start += ReadUnitBytes)
        {
            Span<byte> piece = _window.AsSpan(start, Math.Min(ReadUnitBytes, wanted - start));
            try
            {
                int read = _file!.ReadAt(offset + start, piece);
                piece[read..].Clear();
            }
            catch (IOException)
            {
                piece.Fill(byte.MaxValue);
                UnreadableBytes += piece.Length;
            }
        }
    }
}
