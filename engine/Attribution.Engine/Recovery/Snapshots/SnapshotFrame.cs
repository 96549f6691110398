using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Attribution.ClickHouse.Compression;

namespace Attribution.Engine.Recovery.Snapshots;

/// <summary>
/// One piece of a snapshot's file: a hash of what follows, which snapshot it is of, its number, the length of
/// its bytes, its bytes. A file ends with an empty one. Owned by one writer or reader.
/// </summary>
internal sealed class SnapshotFrame(ulong snapshot)
{
    public const int MaxBytes = 1024 * 1024;
    public const int HeadBytes = 32;
    private const int HashBytes = 16;

    private readonly byte[] _all = new byte[HeadBytes + MaxBytes];

    public Span<byte> Head => _all.AsSpan(0, HeadBytes);

    public Span<byte> Bytes => _all.AsSpan(HeadBytes);

    /// <summary>Completes the frame whose bytes are in place.</summary>
    /// <returns>All of it.</returns>
    public ReadOnlySpan<byte> Seal(int number, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_all.AsSpan(16), snapshot);
        BinaryPrimitives.WriteInt32LittleEndian(_all.AsSpan(24), number);
        BinaryPrimitives.WriteInt32LittleEndian(_all.AsSpan(28), length);
        Span<byte> all = _all.AsSpan(0, HeadBytes + length);
        MemoryMarshal.Write(all, CityHash128.Hash(all[HashBytes..]));
        return all;
    }

    /// <summary>How many bytes follow the head that was read.</summary>
    /// <exception cref="InvalidDataException">It is of another snapshot, or not the next one.</exception>
    public int LengthOf(int number)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(_all.AsSpan(28));
        bool isNext = BinaryPrimitives.ReadUInt64LittleEndian(_all.AsSpan(16)) == snapshot
            && BinaryPrimitives.ReadInt32LittleEndian(_all.AsSpan(24)) == number
            && length is >= 0 and <= MaxBytes;
        return isNext ? length : throw new InvalidDataException("A frame of the snapshot is missing.");
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were written.</exception>
    public void Verify(int length)
    {
        ReadOnlySpan<byte> all = _all.AsSpan(0, HeadBytes + length);
        if (MemoryMarshal.Read<UInt128>(all) != CityHash128.Hash(all[HashBytes..]))
            throw new InvalidDataException("A frame of the snapshot does not have its hash.");
    }
}
