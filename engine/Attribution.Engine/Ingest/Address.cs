using System.Net;
using System.Runtime.InteropServices;

namespace Attribution.Engine.Ingest;

/// <summary>An IPv6 or IPv4-mapped address in network order, as it lies in memory. A plain value.</summary>
public readonly record struct Address(ulong High, ulong Low)
{
    public static Address From(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (address is not null)
            address.MapToIPv6().TryWriteBytes(bytes, out _);
        return From(bytes);
    }

    internal static Address From(ReadOnlySpan<byte> bytes) =>
        new(MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[8..]));
}
