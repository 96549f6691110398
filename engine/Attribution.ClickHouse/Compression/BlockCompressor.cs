using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Compression;

/// <summary>
/// Turns Native blocks into ClickHouse's compressed frames of at most 1 MiB uncompressed each.
/// Owned by one thread; its chunk grows once; nothing is allocated per block.
/// </summary>
public sealed class BlockCompressor
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>
    /// A fifth less time than 1 and a sixteenth more bytes, which ClickHouse unpacks and packs again its
    /// own way (EventsBlockBenchmarks).
    /// </summary>
    private const int Acceleration = 8;

    /// <summary>Of random ids, in which there is nothing to find: hardly more than a copy.</summary>
    private const int HopelessAcceleration = 1024;

    private const int SampleBytes = 8 * 1024;
    private readonly FrameWriter _writer;

    /// <param name="onWarning">
    /// Told once if liblz4 is absent and frames will therefore not be compressed.
    /// </param>
    public BlockCompressor(Action<string>? onWarning = null)
        : this(Lz4.IsAvailable ? FrameMethod.Lz4 : FrameMethod.None)
    {
        if (Method == FrameMethod.None)
            onWarning?.Invoke("liblz4 is not installed: blocks are sent to ClickHouse uncompressed.");
    }

    /// <exception cref="InvalidOperationException">The method is LZ4 and liblz4 is absent.</exception>
    internal BlockCompressor(FrameMethod method)
    {
        // The question is also what loads the library.
        if (method == FrameMethod.Lz4 && !Lz4.IsAvailable)
            throw new InvalidOperationException("liblz4 is not installed.");
        _writer = new FrameWriter(method, ChunkBytes);
    }

    public FrameMethod Method => _writer.Method;

    /// <summary>
    /// Replaces what <paramref name="target"/> held by the block's rows, which stay as they are.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="target">Gets the frames.</param>
    /// <param name="order">Of the rows in the frames; null where it is that of the block.</param>
    public void Compress(NativeBlock block, CompressedBlock target, RowOrder? order = null)
    {
        target.Begin(block);
        _writer.Target = target;
        block.WriteTo(_writer, order);
        _writer.Flush();
    }

    private sealed class FrameWriter(FrameMethod method, int chunkBytes) : BlockWriter(chunkBytes)
    {
        public FrameMethod Method { get; } = method;

        public CompressedBlock Target { get; set; } = new();

        protected override void OnChunk(ReadOnlySpan<byte> chunk)
        {
            ByteBuffer frames = Target.Frames;
            Span<byte> frame = frames.Reserve(FrameHeader.Bytes + Lz4.Bound(chunk.Length));
            int bodyBytes = Pack(chunk, frame[FrameHeader.Bytes..]);
            FrameHeader.Write(frame, Method, bodyBytes, chunk.Length);
            frames.Advance(FrameHeader.Bytes + bodyBytes);
            Target.PlainBytes += chunk.Length;
        }

        private int Pack(ReadOnlySpan<byte> chunk, Span<byte> body)
        {
            if (Method == FrameMethod.Lz4)
            {
                int acceleration = IsHopeless(chunk, body) ? HopelessAcceleration : Acceleration;
                return Lz4.Compress(chunk, body, acceleration);
            }

            chunk.CopyTo(body);
            return chunk.Length;
        }

        /// <summary>
        /// Whether a chunk's beginning shrinks by less than a sixteenth. All frames are LZ4 nevertheless, as
        /// ClickHouse takes one method per request.
        /// </summary>
        private static bool IsHopeless(ReadOnlySpan<byte> chunk, Span<byte> body)
        {
            if (chunk.Length < 8 * SampleBytes)
                return false;
            int packed = Lz4.Compress(chunk[..SampleBytes], body, Acceleration);
            return packed > SampleBytes - (SampleBytes / 16);
        }
    }
}
