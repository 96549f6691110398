using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A UUID as ClickHouse lays it out: the first eight bytes as one little-endian number, then the last eight.
/// A value; thread-safe.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Uuid(ulong High, ulong Low)
{
    public static Uuid From(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return new Uuid(high, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new Guid(bytes, bigEndian: true);
    }
}
