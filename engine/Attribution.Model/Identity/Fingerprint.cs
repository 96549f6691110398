using System.Buffers.Binary;
using Attribution.Model.Events;

namespace Attribution.Model.Identity;

/// <summary>
/// What a probabilistic match compares: the network (an IPv4 address, or the first 64 bits of an IPv6 one)
/// and the device's system with its version, both from the event itself. Stateless.
/// </summary>
public static class Fingerprint
{
    private const int MaxPlatformBytes = 32;
    private const ulong Seed = 101;

    /// <returns>False where the address or the system is unknown: such an event matches nothing.</returns>
    public static bool TryOf(in EventRecord record, ReadOnlySpan<byte> eventBytes, out ulong fingerprint)
    {
        fingerprint = 0;
        if ((record.Header.IpHigh | record.Header.IpLow) == 0)
            return false;
        Span<byte> text = stackalloc byte[16 + MaxPlatformBytes];
        int platform = Platform(record.Field(EventField.UserAgent, eventBytes), text[16..]);
        if (platform == 0)
            return false;

        BinaryPrimitives.WriteUInt64LittleEndian(text, record.Header.IpHigh);
        bool isIpv4 = record.Header.IpHigh == 0;
        BinaryPrimitives.WriteUInt64LittleEndian(text[8..], isIpv4 ? record.Header.IpLow : 0);
        ulong project = EventHash.Project(record.Field(EventField.Project, eventBytes));
        fingerprint = (ulong)EventHash.Murmur3(text[..(16 + platform)], project, Seed);
        return true;
    }

    /// <summary>
    /// The system as <c>android 14</c> or <c>ios 17.5</c>, from the names that browsers and apps give it.
    /// </summary>
    /// <returns>The number of bytes written; 0 where no known system with a version is named.</returns>
    internal static int Platform(ReadOnlySpan<byte> userAgent, Span<byte> target)
    {
        if (TryVersion(userAgent, "Android "u8, "android "u8, target, out int length)
            || TryVersion(userAgent, "iPhone OS "u8, "ios "u8, target, out length)
            || TryVersion(userAgent, "CPU OS "u8, "ios "u8, target, out length)
            || TryVersion(userAgent, "iOS "u8, "ios "u8, target, out length)
            || TryVersion(userAgent, "iOS/"u8, "ios "u8, target, out length))
        {
            return length;
        }

        return 0;
    }

    private static bool TryVersion(
        ReadOnlySpan<byte> userAgent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> system,
        Span<byte> target, out int length)
    {
        length = 0;
        int at = userAgent.IndexOf(name);
        if (at < 0)
            return false;

        system.CopyTo(target);
        int end = system.Length;
        foreach (byte b in userAgent[(at + name.Length)..])
        {
            bool isDigit = b is >= (byte)'0' and <= (byte)'9';
            if ((!isDigit && b is not ((byte)'.' or (byte)'_')) || end == target.Length)
                break;
            target[end++] = isDigit ? b : (byte)'.';
        }

        length = end == system.Length ? 0 : end;
        return length > 0;
    }
}
