using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Compression;

/// <summary>
/// Reads the plain bytes out of a stream of compressed frames. Owned by one reader; owns the inner stream.
/// Its two buffers grow to the largest frame, which <see cref="FrameHeader.MaxBodyBytes"/> bounds.
/// </summary>
public sealed class FrameStream(Stream inner) : Stream
{
    private const int InitialBytes = 16 * 1024;
    private byte[] _frame = new byte[InitialBytes];
    private byte[] _plain = new byte[InitialBytes];
    private int _at;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="NativeFormatException">
    /// A frame is cut short, damaged or of an unknown method.
    /// </exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_at == _end)
        {
            if (!await ReadFrameAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        int count = Math.Min(buffer.Length, _end - _at);
        _plain.AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        return count;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Frames are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<bool> ReadFrameAsync(CancellationToken cancel)
    {
        int read = await inner.ReadAtLeastAsync(
            _frame.AsMemory(0, FrameHeader.Bytes), FrameHeader.Bytes, false, cancel).ConfigureAwait(false);
        if (read == 0)
            return false;
        if (read < FrameHeader.Bytes)
            throw Truncated();

        FrameHeader header = FrameHeader.Read(_frame);
        int frameBytes = FrameHeader.Bytes + header.BodyBytes;
        // The sizes are not yet proven by the checksum: the buffer grows only as bytes really arrive.
        for (int at = FrameHeader.Bytes; at < frameBytes; at += read)
        {
            if (at == _frame.Length)
                Array.Resize(ref _frame, (int)Math.Min((long)_frame.Length * 2, frameBytes));
            int wanted = Math.Min(_frame.Length, frameBytes) - at;
            read = await inner.ReadAsync(_frame.AsMemory(at, wanted), cancel).ConfigureAwait(false);
            if (read == 0)
                throw Truncated();
        }

        int checkedBytes = frameBytes - FrameHeader.ChecksumBytes;
        header.Check(_frame.AsSpan(FrameHeader.ChecksumBytes, checkedBytes));
        if (_plain.Length < header.PlainBytes)
            _plain = new byte[header.PlainBytes];
        header.Unpack(
            _frame.AsSpan(FrameHeader.ChecksumBytes, checkedBytes), _plain.AsSpan(0, header.PlainBytes));
        _at = 0;
        _end = header.PlainBytes;
        return true;
    }

    private static NativeFormatException Truncated() => new("The stream ends within a compressed frame.");
}
