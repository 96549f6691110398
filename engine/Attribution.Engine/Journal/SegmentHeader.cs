using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Attribution.Engine.Journal;

/// <summary>
/// The first bytes of a segment, kept twice, in different disk sectors, so that one bad sector costs nothing:
/// <c>u64 magic | u32 version | u32 flags | i64 number | i64 first sequence | i64 previous end | u32 salt |
/// u32 size of EventHeader | 12 zero bytes | u32 CRC32C</c>. Immutable.
/// </summary>
internal sealed record SegmentHeader
{
    public const int Version = 1;

    /// <summary>Where the frames begin.</summary>
    public const int RegionBytes = 1024;

    private const int CopyOffset = 512;
    private const int HeaderBytes = 64;
    private const int ChecksumOffset = HeaderBytes - sizeof(uint);
    private const uint PreviousSyncedFlag = 1;

    /// <summary>"ATTRJRNL" as it lies in the file.</summary>
    private const ulong Magic = 0x4C4E_524A_5254_5441;

    /// <summary>Counts segments from 1, over restarts; never used twice.</summary>
    public required long Number { get; init; }

    /// <summary>Sequence of the first frame.</summary>
    public required long FirstSequence { get; init; }

    /// <summary>
    /// The sequence after the last one of the segments before. Less than <see cref="FirstSequence"/> where
    /// sequences were passed over on purpose; frames of earlier segments from here on were given up and do
    /// not count.
    /// </summary>
    public required long PreviousEnd { get; init; }

    /// <summary>Where every checksum of this segment's frames starts from.</summary>
    public required uint Salt { get; init; }

    /// <summary>
    /// Every frame of the segment before, up to <see cref="PreviousEnd"/>, had been synced when this one
    /// began.
    /// </summary>
    public required bool PreviousSynced { get; init; }

    /// <summary>Fills the first <see cref="RegionBytes"/> of a segment.</summary>
    public void Write(Span<byte> region)
    {
        region[..RegionBytes].Clear();
        Span<byte> header = region[..HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], PreviousSynced ? PreviousSyncedFlag : 0);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], Salt);
        BinaryPrimitives.WriteInt32LittleEndian(header[44..], JournalFrame.EventHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumOffset..], Checksum(header));
        header.CopyTo(region[CopyOffset..]);
    }

    /// <summary>Reads either copy, whichever is intact and bears the number of the file's name.</summary>
    /// <exception cref="JournalException">The segment is intact and was written by another
    /// version.</exception>
    public static SegmentHeader? Read(ReadOnlySpan<byte> region, SegmentName name) =>
        ReadCopy(region, name) ?? ReadCopy(region[Math.Min(CopyOffset, region.Length)..], name);

    private static SegmentHeader? ReadCopy(ReadOnlySpan<byte> copy, SegmentName name)
    {
        if (copy.Length < HeaderBytes)
            return null;

        ReadOnlySpan<byte> header = copy[..HeaderBytes];
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumOffset..]) != Checksum(header))
            return null;

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int eventHeaderBytes = BinaryPrimitives.ReadInt32LittleEndian(header[44..]);
        if (version != Version || eventHeaderBytes != JournalFrame.EventHeaderBytes)
            throw new JournalException($"{name}: of version {version}, this engine reads {Version}");

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var read = new SegmentHeader
        {
            PreviousSynced = (flags & PreviousSyncedFlag) != 0,
            Number = BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            PreviousEnd = BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
            Salt = BinaryPrimitives.ReadUInt32LittleEndian(header[40..]),
        };
        return read.Number == name.Number && read.FirstSequence == name.FirstSequence ? read : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> header)
    {
        uint checksum = uint.MaxValue;
        foreach (uint part in MemoryMarshal.Cast<byte, uint>(header[..ChecksumOffset]))
            checksum = BitOperations.Crc32C(checksum, part);
        return checksum;
    }
}
