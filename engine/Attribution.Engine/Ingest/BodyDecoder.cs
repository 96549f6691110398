using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Makes a body's bytes one span: as they lie when they already are one, gathered when they came in segments,
/// decompressed when they are gzip. Owned by one batch; its buffer is kept and used again.
/// </summary>
internal sealed class BodyDecoder
{
    /// <summary>How much is decompressed before the limit is looked at again.</summary>
    private const int StepBytes = 64 * 1024;

    /// <summary>A gzip member's header and trailer.</summary>
    private const int MinGzipBytes = 18;
    private const int MaxKeptBytes = 1024 * 1024;

    private byte[] _buffer = [];

    /// <param name="body">Owned by the caller until it has used the bytes.</param>
    /// <param name="context">The request: its encoding, and how long its body may be.</param>
    /// <param name="bytes">Valid until the next call.</param>
    public BodyError Decode(
        in ReadOnlySequence<byte> body, in IngestContext context, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (context.Encoding == BodyEncoding.Unknown)
            return BodyError.UnknownEncoding;
        if (body.Length > context.Limits.MaxBodyBytes)
            return BodyError.TooLarge;

        if (context.Encoding == BodyEncoding.Gzip || HasGzipMagic(body))
            return Inflate(body, context.Limits.MaxBodyBytes, out bytes);

        if (body.IsSingleSegment)
        {
            bytes = body.FirstSpan;
            return BodyError.None;
        }

        int length = (int)body.Length;
        EnsureBuffer(length);
        body.CopyTo(_buffer);
        bytes = _buffer.AsSpan(0, length);
        return BodyError.None;
    }

    public void Trim()
    {
        if (_buffer.Length > MaxKeptBytes)
            _buffer = [];
    }

    private static bool HasGzipMagic(in ReadOnlySequence<byte> body)
    {
        Span<byte> magic = stackalloc byte[2];
        if (body.Length < 2)
            return false;

        body.Slice(0, 2).CopyTo(magic);
        return magic.SequenceEqual((ReadOnlySpan<byte>)[0x1f, 0x8b]);
    }

    private BodyError Inflate(
        in ReadOnlySequence<byte> body, int maxBodyBytes, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        int length = 0;
        try
        {
            using var gzip = new GZipStream(new SequenceStream(body), CompressionMode.Decompress);
            while (true)
            {
                EnsureBuffer(length + StepBytes);
                int read = gzip.Read(_buffer.AsSpan(length, StepBytes));
                if (read == 0)
                    break;

                length += read;
                if (length > maxBodyBytes)
                    return BodyError.TooLarge;
            }
        }
        catch (InvalidDataException)
        {
            return BodyError.BadGzip;
        }

        if (!EndsWithLength(body, length))
            return BodyError.BadGzip;

        bytes = _buffer.AsSpan(0, length);
        return BodyError.None;
    }

    /// <summary>
    /// GZipStream takes the end of its source for the end of the data, so a body cut short would pass. One
    /// that is whole, and is one gzip member as every sender writes it, ends with its decompressed length.
    /// </summary>
    private static bool EndsWithLength(in ReadOnlySequence<byte> body, int length)
    {
        if (body.Length < MinGzipBytes)
            return false;

        Span<byte> last = stackalloc byte[sizeof(uint)];
        body.Slice(body.Length - last.Length).CopyTo(last);
        return BinaryPrimitives.ReadUInt32LittleEndian(last) == (uint)length;
    }

    private void EnsureBuffer(int bytes)
    {
        if (_buffer.Length >= bytes)
            return;

        int size = Math.Max(StepBytes, _buffer.Length);
        while (size < bytes)
            size *= 2;
        Array.Resize(ref _buffer, size);
    }
}
