using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attribution.Model.Events;

namespace Attribution.Engine.Journal;

/// <summary>
/// One event as it lies in a segment, little-endian, padded with zeros to 8 bytes:
/// <c>u32 length (24 bits) and flags (8) | u32 CRC32C | u64 sequence | EventHeader | event bytes</c>.
/// Stateless.
/// </summary>
/// <remarks>
/// The length counts the whole frame without its padding. The checksum starts from the segment's salt and
/// covers every other byte, padding included, so a frame of one segment never passes in another. A zero word
/// is the end.
/// </remarks>
internal static class JournalFrame
{
    public const int AlignmentBytes = 8;
    public const int MinBytes = HeadBytes + EventHeaderBytes;
    public const int MaxBytes = MinBytes + EventRecord.MaxBytes;

    /// <summary>
    /// The size of <see cref="EventHeader"/>; kept in every segment's header, since it fixes the format.
    /// </summary>
    public const int EventHeaderBytes = 136;

    /// <summary>Bytes needed to judge by <see cref="IsPlausible"/>.</summary>
    public const int HeadBytes = 16;

    private const int ChecksumOffset = 4;
    private const int SequenceOffset = 8;
    private const uint LengthMask = 0x00FF_FFFF;

    /// <summary>Set on a frame when all frames before it had been synced as it was written.</summary>
    private const uint GroupStartFlag = 0x0100_0000;

    static JournalFrame() => Debug.Assert(Unsafe.SizeOf<EventHeader>() == EventHeaderBytes);

    /// <summary>Bytes of a frame with its padding.</summary>
    public static int SizeOf(int eventBytes) => Align(MinBytes + eventBytes);

    /// <summary>Writes a frame at the start of the target.</summary>
    /// <returns>Its size with padding.</returns>
    public static int Write(
        Span<byte> target,
        uint salt,
        long sequence,
        bool groupStart,
        in EventHeader header,
        ReadOnlySpan<byte> bytes)
    {
        int length = MinBytes + bytes.Length;
        int size = Align(length);
        target = target[..size];

        // The last word first: the event's bytes then leave only the padding of it zero.
        BinaryPrimitives.WriteUInt64LittleEndian(target[(size - AlignmentBytes)..], 0);
        MemoryMarshal.Write(target[HeadBytes..], in header);
        bytes.CopyTo(target[MinBytes..]);
        BinaryPrimitives.WriteInt64LittleEndian(target[SequenceOffset..], sequence);

        uint word = (uint)length | (groupStart ? GroupStartFlag : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target, word);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], Checksum(salt, word, target));
        return size;
    }

    /// <summary>
    /// Whether these first bytes can begin a frame; cheap, and says nothing about its checksum.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> head, out int size, out long sequence)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(head);
        int length = (int)(word & LengthMask);
        size = Align(length);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(head[SequenceOffset..]);
        return (word & ~(LengthMask | GroupStartFlag)) == 0 && length is >= MinBytes and <= MaxBytes;
    }

    /// <summary>Whether a plausible frame, given with its padding, is exactly what was written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame, uint salt)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(frame[ChecksumOffset..]);
        return checksum == Checksum(salt, word, frame)
            && Header(frame).BytesLength == (word & LengthMask) - MinBytes;
    }

    public static bool IsGroupStart(ReadOnlySpan<byte> frame) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(frame) & GroupStartFlag) != 0;

    public static ref readonly EventHeader Header(ReadOnlySpan<byte> frame) =>
        ref MemoryMarshal.AsRef<EventHeader>(frame.Slice(HeadBytes, EventHeaderBytes));

    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> frame) =>
        frame.Slice(MinBytes, Header(frame).BytesLength);

    private static int Align(int length) => (length + AlignmentBytes - 1) & ~(AlignmentBytes - 1);

    private static uint Checksum(uint salt, uint word, ReadOnlySpan<byte> frame)
    {
        uint checksum = BitOperations.Crc32C(salt, word);
        foreach (ulong part in MemoryMarshal.Cast<byte, ulong>(frame[SequenceOffset..]))
            checksum = BitOperations.Crc32C(checksum, part);
        return checksum;
    }
}
