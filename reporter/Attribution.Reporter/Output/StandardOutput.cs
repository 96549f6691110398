using System.Runtime.InteropServices;

namespace Attribution.Reporter.Output;

/// <summary>
/// The process's standard output, which may lose its reader, as in <c>attribution events | head</c>. The
/// first write after that ends the run; later ones go nowhere. Owned by the console.
/// </summary>
/// <remarks>
/// The framework's own stream takes a pipe without a reader for one that reads everything, so a query would
/// go on for nobody. Windows has no poll: there a run without a reader goes on to its end, and one that has
/// none to Ctrl-C.
/// </remarks>
internal sealed partial class StandardOutput(Stream inner) : Stream
{
    private const int Descriptor = 1;

    /// <summary>What a pipe holds is more: whoever leaves it full is noticed before the next piece.</summary>
    private const int MaxPieceBytes = 16 * 1024;
    private const short Writable = 0x4;
    private const short ErrorOrHangUp = 0x8 | 0x10;
    private bool _isReaderGone;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ReaderGoneException">Nobody reads any more; thrown once.</exception>
    /// <exception cref="ReportException">The bytes have no place, as on a full disk.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (; !_isReaderGone && !buffer.IsEmpty; buffer = buffer[Math.Min(MaxPieceBytes, buffer.Length)..])
        {
            EnsureReader();
            WritePiece(buffer[..Math.Min(MaxPieceBytes, buffer.Length)]);
        }
    }

    /// <summary>For a run that may have nothing to write for long.</summary>
    /// <exception cref="ReaderGoneException">Nobody reads any more; thrown once.</exception>
    public void EnsureReader()
    {
        if (_isReaderGone || OperatingSystem.IsWindows() || !IsReaderGone())
            return;
        _isReaderGone = true;
        throw new ReaderGoneException();
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        Write(buffer.AsSpan(offset, count));

    /// <summary>As the framework's own does, on the caller's thread.</summary>
    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void WritePiece(ReadOnlySpan<byte> piece)
    {
        try
        {
            inner.Write(piece);
        }
        catch (IOException error)
        {
            throw new ReportException($"the answer cannot be written: {error.Message}");
        }
    }

    private static bool IsReaderGone()
    {
        var output = new PollDescriptor { Descriptor = Descriptor, Events = Writable };
        return Poll(ref output, 1, 0) > 0 && (output.Returned & ErrorOrHangUp) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMillis);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
