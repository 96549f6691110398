using System.Text;

namespace Attribution.Model.Text;

/// <summary>
/// Hosts in URLs, and which part of one is its owner's. Works on slices of the caller's bytes. Stateless.
/// </summary>
internal static class Hosts
{
    /// <summary>The host of a URL, or of a text that begins with a host; empty where there is none.</summary>
    /// <remarks><c>scheme://user@host:port/path</c>, <c>//host/path</c>, <c>host/path</c>.</remarks>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> url)
    {
        int scheme = url.IndexOf("//"u8);
        if (scheme == 0 || (scheme > 0 && url[scheme - 1] == ':'))
            url = url[(scheme + 2)..];

        int end = url.IndexOfAny("/?#\\"u8);
        ReadOnlySpan<byte> host = end < 0 ? url : url[..end];
        host = host[(host.LastIndexOf((byte)'@') + 1)..];
        if (host.StartsWith("["u8))
            return host[..(host.IndexOf((byte)']') + 1)];

        int port = host.IndexOf((byte)':');
        return (port < 0 ? host : host[..port]).TrimEnd((byte)'.');
    }

    /// <summary>True where both hosts belong to one owner, as far as their names tell.</summary>
    public static bool AreOfOneSite(ReadOnlySpan<byte> host, ReadOnlySpan<byte> other) =>
        Ascii.EqualsIgnoreCase(Registrable(host), Registrable(other));

    /// <summary>
    /// The part of a host that somebody registered: <c>google.co.uk</c> of <c>news.google.co.uk</c>. A rule
    /// of thumb
    /// in place of the public suffix list: two labels, or three where the last two look like <c>co.uk</c>.
    /// </summary>
    public static ReadOnlySpan<byte> Registrable(ReadOnlySpan<byte> host)
    {
        int last = host.LastIndexOf((byte)'.');
        if (last < 0 || host[0] == '[' || IsNumber(host[(last + 1)..]))
            return host;

        int second = host[..last].LastIndexOf((byte)'.');
        if (second < 0 || !IsSharedSuffix(host[(second + 1)..last], host[(last + 1)..]))
            return host[(second + 1)..];

        int third = host[..second].LastIndexOf((byte)'.');
        return host[(third + 1)..];
    }

    private static bool IsNumber(ReadOnlySpan<byte> label) =>
        !label.IsEmpty && label.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static bool IsSharedSuffix(ReadOnlySpan<byte> second, ReadOnlySpan<byte> last)
    {
        if (last.Length != 2 || second.Length is < 2 or > 4)
            return false;

        return Is(second, "co"u8) || Is(second, "com"u8) || Is(second, "org"u8) || Is(second, "net"u8)
            || Is(second, "ac"u8) || Is(second, "edu"u8) || Is(second, "gov"u8) || Is(second, "gob"u8)
            || Is(second, "go"u8) || Is(second, "ne"u8) || Is(second, "or"u8) || Is(second, "nom"u8);
    }

    private static bool Is(ReadOnlySpan<byte> label, ReadOnlySpan<byte> lowerCase) =>
        Ascii.EqualsIgnoreCase(label, lowerCase);
}
