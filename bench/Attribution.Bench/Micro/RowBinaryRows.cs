using System.Buffers.Binary;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Model.Events;

namespace Attribution.Bench.Micro;

/// <summary>
/// What a writer of ClickHouse's RowBinary does with an event: every field of a row, then the next row, in
/// compressed frames. It keeps no dictionaries, which ClickHouse then has to build. Owned by one benchmark.
/// </summary>
internal sealed class RowBinaryRows
{
    private readonly FramedRows _frames = new();

    public void Begin() => _frames.Begin();

    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ref readonly EventHeader header = ref record.Header;
        for (int field = 0; field < EventRecord.FieldCount; field++)
            _frames.WriteString(record.Field((EventField)field, eventBytes));
        Number(header.TimestampMillis);
        Number(header.ReceivedMillis);
        Nullable(header.SentMillis, (header.Flags & EventFlags.HasSentAt) != 0);
        Nullable(header.RevenueTenThousandths, (header.Flags & EventFlags.HasRevenue) != 0);
        Currency(header.Currency);
        Number((long)header.IpHigh);
        Number((long)header.IpLow);
        Number(sequence);
        Number(7);
    }

    /// <returns>Compressed bytes.</returns>
    public long End() => _frames.End();

    private void Number(long value) => _frames.WriteUInt64((ulong)value);

    private void Nullable(long value, bool isPresent)
    {
        _frames.Write([isPresent ? (byte)0 : (byte)1]);
        if (isPresent)
            Number(value);
    }

    private void Currency(uint packed)
    {
        Span<byte> text = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(text, packed);
        _frames.WriteString(packed == 0 ? [] : text[..3]);
    }

    private sealed class FramedRows() : BlockWriter(chunkBytes: 1024 * 1024)
    {
        private readonly byte[] _frame = new byte[FrameHeader.Bytes + Lz4.Bound(1024 * 1024)];
        private long _bytes;

        public void Begin() => _bytes = 0;

        public long End()
        {
            Flush();
            return _bytes;
        }

        protected override void OnChunk(ReadOnlySpan<byte> chunk)
        {
            int body = Lz4.Compress(chunk, _frame.AsSpan(FrameHeader.Bytes));
            FrameHeader.Write(_frame, FrameMethod.Lz4, body, chunk.Length);
            _bytes += FrameHeader.Bytes + body;
        }
    }
}
