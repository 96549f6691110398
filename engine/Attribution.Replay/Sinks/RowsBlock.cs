using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>
/// Rows of one config and one month that become one insert. Filled by one attributing thread, then owned by
/// the insert until it has landed.
/// </summary>
internal sealed class RowsBlock
{
    /// <summary>Few, large parts keep merges cheap.</summary>
    public const int MaxRows = 100_000;

    public const long MaxBytes = 16L * 1024 * 1024;

    public RowsBlock(byte[] configHash) => Columns = new AttributionColumns(Native, configHash);

    public NativeBlock Native { get; } = new();

    public AttributionColumns Columns { get; }

    public MonthPartition Month { get; set; }

    /// <summary>Uncompressed, estimated from above.</summary>
    public long Bytes { get; private set; }

    public bool IsFull => Bytes >= MaxBytes || Native.RowCount >= MaxRows;

    public void EndRow() => Bytes += Columns.RowBytes;

    public void Clear()
    {
        Native.Clear();
        Bytes = 0;
    }
}
