using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// An address: sixteen bytes in network order, each half as it lies in memory. IPv4 is mapped to
/// <c>::ffff:0:0/96</c>. A value; thread-safe.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct IPv6(ulong First, ulong Last)
{
    /// <summary>Takes 16 bytes in network order.</summary>
    public static IPv6 From(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<IPv6>(bytes);

    public static IPv6 From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress wide = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        wide.TryWriteBytes(bytes, out _);
        return From(bytes);
    }

    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        MemoryMarshal.Write(bytes, this);
        return new IPAddress(bytes);
    }
}
