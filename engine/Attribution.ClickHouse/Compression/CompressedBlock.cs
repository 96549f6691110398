using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Compression;

/// <summary>
/// One Native block in ClickHouse's compressed frames, ready to be posted as often as it takes.
/// Owned by one thread at a time; its buffer grows to the largest block seen and is kept.
/// </summary>
public sealed class CompressedBlock
{
    private const int InitialBytes = 64 * 1024;
    private readonly int _expectedBytes;

    /// <param name="expectedBytes">Of the frames of a full block; see <see cref="Column.Expect"/>.</param>
    public CompressedBlock(int expectedBytes = 0) => _expectedBytes = expectedBytes;

    /// <summary>The frames; valid until the block is filled again.</summary>
    public ReadOnlyMemory<byte> Bytes => Frames.WrittenMemory;

    public int RowCount { get; private set; }

    /// <summary>Bytes of the Native block before compression.</summary>
    public long PlainBytes { get; internal set; }

    /// <summary>The quoted column names that the INSERT must carry.</summary>
    public string ColumnList { get; private set; } = "";

    /// <summary>Replaces the frames by others that were kept elsewhere.</summary>
    /// <returns>Room for them, which the caller fills before anything else is done.</returns>
    public Span<byte> Refill(int rowCount, string columnList, long plainBytes, int frameBytes)
    {
        RowCount = rowCount;
        ColumnList = columnList;
        PlainBytes = plainBytes;
        Frames.Clear();
        Span<byte> room = Frames.Reserve(frameBytes)[..frameBytes];
        Frames.Advance(frameBytes);
        return room;
    }

    internal ByteBuffer Frames { get; } = new(InitialBytes);

    internal void Begin(NativeBlock block)
    {
        Frames.Clear();
        PlainBytes = 0;
        RowCount = block.RowCount;
        ColumnList = block.ColumnList;
        if (RowCount >= Column.SmallRows)
            Frames.GrowTo(_expectedBytes);
    }
}
