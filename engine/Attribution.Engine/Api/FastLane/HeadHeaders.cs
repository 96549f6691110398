using System.Buffers;
using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Attribution.Engine.Api.FastLane;

/// <summary>
/// Takes the headers of one head as Kestrel's parser finds them, and says whether all of them are such that
/// every server reads the request alike. Owned by one connection.
/// </summary>
internal sealed class HeadHeaders : IHttpHeadersHandler, IHttpRequestLineHandler
{
    /// <summary>Longest value of a header that carries a key.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>As the stock lane counts them.</summary>
    private const int MaxHeaders = 100;

    private static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> HostLetters = SearchValues.Create(
        "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private byte[] _head = [];
    private bool _isOdd;
    private bool _hasEnded;
    private int _count;
    private Seen _seen;

    /// <summary>Headers of which a second one would make the request odd.</summary>
    [Flags]
    private enum Seen
    {
        None = 0,
        Host = 1,
        Length = 2,
        Authorization = 4,
        WriteKey = 8,
        Encoding = 16,
        Connection = 32,
    }

    /// <summary>Where the digits of the Content-Length stand in the head.</summary>
    public Range Length { get; private set; }

    /// <summary>Where the header's value stands in the head; empty when it is absent.</summary>
    public Range Authorization { get; private set; }

    /// <inheritdoc cref="Authorization"/>
    public Range WriteKey { get; private set; }

    public BodyEncoding Encoding { get; private set; }

    public bool AreSure =>
        _hasEnded && !_isOdd && (_seen & (Seen.Host | Seen.Length)) == (Seen.Host | Seen.Length);

    /// <param name="head">What the headers that follow are parts of.</param>
    public void Begin(byte[] head)
    {
        _head = head;
        (_isOdd, _hasEnded, _count, _seen) = (false, false, 0, Seen.None);
        (Length, Authorization, WriteKey) = (default, default, default);
        Encoding = BodyEncoding.Unstated;
    }

    /// <inheritdoc/>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        bool isPlain = ++_count <= MaxHeaders && !name.IsEmpty && !name.ContainsAnyExcept(Token)
            && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        if (!isPlain || !TryTake(name, value))
            _isOdd = true;
    }

    /// <inheritdoc/>
    public void OnHeadersComplete(bool endStream) => _hasEnded = true;

    /// <inheritdoc/>
    public void OnStartLine(
        HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) =>
        throw new InvalidOperationException("The request line is compared, not parsed.");

    /// <inheritdoc/>
    public void OnStaticIndexedHeader(int index) =>
        throw new InvalidOperationException("HTTP/1.1 has no indexed headers.");

    /// <inheritdoc/>
    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) =>
        throw new InvalidOperationException("HTTP/1.1 has no indexed headers.");

    /// <returns>False for a header that makes the request the stock lane's.</returns>
    private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // By length first: almost every header is one that says nothing here.
        switch (name.Length)
        {
            case 4 when Is(name, "host"u8):
                return IsFirst(Seen.Host) && IsPlainHost(value);
            case 6 when Is(name, "expect"u8):
            case 7 when Is(name, "upgrade"u8):
            case 14 when Is(name, "http2-settings"u8):
            case 17 when Is(name, "transfer-encoding"u8):
                return false;
            case 10 when Is(name, "connection"u8):
                return IsFirst(Seen.Connection) && Is(value, "keep-alive"u8);
            case 11 when Is(name, "x-write-key"u8):
                WriteKey = Find(value);
                return IsFirst(Seen.WriteKey) && value.Length <= MaxKeyBytes;
            case 13 when Is(name, "authorization"u8):
                Authorization = Find(value);
                return IsFirst(Seen.Authorization) && value.Length <= MaxKeyBytes;
            case 14 when Is(name, "content-length"u8):
                Length = Find(value);
                return IsFirst(Seen.Length) && !value.IsEmpty;
            case 16 when Is(name, "content-encoding"u8):
                Encoding = BodyEncoding.Gzip;
                return IsFirst(Seen.Encoding) && Is(value, "gzip"u8);
            default:
                return true;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);

    private bool IsFirst(Seen header)
    {
        bool isFirst = (_seen & header) == 0;
        _seen |= header;
        return isFirst;
    }

    /// <summary>
    /// A name or an IPv4 address, and a port where there is one; other hosts are judged by the stock lane.
    /// </summary>
    private static bool IsPlainHost(ReadOnlySpan<byte> host)
    {
        int colon = host.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? host : host[..colon];
        ReadOnlySpan<byte> port = colon < 0 ? "0"u8 : host[(colon + 1)..];
        return !name.IsEmpty && !name.ContainsAnyExcept(HostLetters)
            && port.Length is > 0 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private Range Find(ReadOnlySpan<byte> value)
    {
        bool isPart = _head.AsSpan().Overlaps(value, out int start);
        return isPart ? start..(start + value.Length) : default;
    }
}
