using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Inserts;

namespace Attribution.Engine.Sink.Spill;

/// <summary>
/// One insert that lies in a file: the compressed frames as they are sent, then the frames of what the table
/// keeps beside its columns. Immutable; some 300 bytes of memory.
/// </summary>
internal sealed record SpilledBlock
{
    public required string FileName { get; init; }

    /// <summary>Frames to send, from the file's start.</summary>
    public required int FrameBytes { get; init; }

    /// <summary>All bytes of the file.</summary>
    public required int FileBytes { get; init; }

    /// <summary>Of the frames to send; those behind them have their own.</summary>
    public required UInt128 Checksum { get; init; }

    public required string Token { get; init; }

    public required BlockQuestion Question { get; init; }

    public required int RowCount { get; init; }

    public required string ColumnList { get; init; }

    /// <summary>Bytes of the block before compression.</summary>
    public required long PlainBytes { get; init; }

    public required long FirstSequence { get; init; }

    public required long OldestReceivedMillis { get; init; }

    /// <summary>The block whose rows these were; it makes empty ones like itself.</summary>
    public required SinkBlock Like { get; init; }
}
