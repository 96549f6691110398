using System.Buffers;
using System.Numerics;
using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Attribution.Engine.Api.FastLane;

/// <summary>What a head turned out to be. A plain value.</summary>
internal enum HeadStatus : byte
{
    /// <summary>Its end has not come yet; so far it is one the fast lane takes.</summary>
    Incomplete,

    /// <summary>A POST of events whose end is known for certain.</summary>
    Taken,

    /// <summary>Anything else, be it right or wrong: the stock lane's.</summary>
    Odd,
}

/// <summary>
/// Reads the head of a request: <c>POST /v1/events HTTP/1.1</c> and headers that only one reading is possible
/// of. What it is not sure of is <see cref="HeadStatus.Odd"/>. Owned by one connection.
/// </summary>
/// <remarks>
/// Senders repeat themselves, so the last head is kept: one that differs in the digits of its Content-Length
/// alone is not parsed again.
/// </remarks>
internal sealed class FastHead
{
    /// <summary>Longest head, request line included; the stock lane has longer ones.</summary>
    public const int MaxBytes = 8 * 1024;

    private const int FirstBytes = 512;

    /// <summary>More digits are no length that could be allowed.</summary>
    private const int MaxLengthDigits = 9;

    [ThreadStatic]
    private static byte[]? _straddling;

    private readonly HttpParser<HeadHeaders> _parser;
    private readonly HeadHeaders _headers = new();
    private readonly int _maxBytes;
    private byte[] _known = [];
    private int _knownBytes;
    private object? _projectsVersion;

    /// <param name="parser">Stateless; made once the server's rules for it are set.</param>
    /// <param name="maxBytes">Heads that are longer are odd.</param>
    public FastHead(HttpParser<HeadHeaders> parser, int maxBytes) =>
        (_parser, _maxBytes) = (parser, Math.Min(maxBytes, MaxBytes));

    private static ReadOnlySpan<byte> RequestLine => "POST /v1/events HTTP/1.1\r\n"u8;

    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>Of the head that was read last, as are all that follow.</summary>
    public int Bytes { get; private set; }

    public int ContentLength { get; private set; }

    public BodyEncoding Encoding => _headers.Encoding;

    /// <summary>The project of its key.</summary>
    public Project? Project { get; private set; }

    /// <param name="rest">Begins where a request does; not empty.</param>
    public HeadStatus Read(in ReadOnlySequence<byte> rest)
    {
        ReadOnlySpan<byte> first = rest.FirstSpan;
        if (IsKnown(first))
            return HeadStatus.Taken;

        int end = first.IndexOf(End);
        if (end < 0 && !rest.IsSingleSegment)
        {
            first = Gather(rest);
            if (IsKnown(first))
                return HeadStatus.Taken;
            end = first.IndexOf(End);
        }

        int compared = Math.Min(first.Length, RequestLine.Length);
        if (!first[..compared].SequenceEqual(RequestLine[..compared]))
            return HeadStatus.Odd;
        if (end < 0)
            return first.Length >= _maxBytes ? HeadStatus.Odd : HeadStatus.Incomplete;
        return end + End.Length <= _maxBytes && TryParse(first[..(end + End.Length)])
            ? HeadStatus.Taken : HeadStatus.Odd;
    }

    /// <summary>Finds the project, unless it is known and nothing about keys has changed since.</summary>
    /// <returns>False when the key opens nothing; the stock lane says so.</returns>
    public bool TryResolve(IProjectResolver projects)
    {
        object? version = projects.Version;
        if (Project is not null && version is not null && ReferenceEquals(version, _projectsVersion))
            return true;

        Span<char> decoded = stackalloc char[WriteKey.MaxChars];
        Span<char> authorization = stackalloc char[HeadHeaders.MaxKeyBytes];
        Span<char> writeKey = stackalloc char[HeadHeaders.MaxKeyBytes];
        ReadOnlySpan<char> key = WriteKey.Find(
            Decode(_headers.Authorization, authorization), Decode(_headers.WriteKey, writeKey), decoded);
        bool isGranted = projects.Resolve(key, out Project? project) == ProjectAccess.Granted;
        Project = isGranted ? project : null;
        _projectsVersion = version;
        return Project is not null;
    }

    private ReadOnlySpan<char> Decode(Range bytes, Span<char> target) =>
        target[..System.Text.Encoding.Latin1.GetChars(_known.AsSpan(0, _knownBytes)[bytes], target)];

    private static ReadOnlySpan<byte> Gather(ReadOnlySequence<byte> rest)
    {
        byte[] gathered = _straddling ??= new byte[MaxBytes];
        int length = (int)Math.Min(rest.Length, gathered.Length);
        rest.Slice(0, length).CopyTo(gathered);
        return gathered.AsSpan(0, length);
    }

    private bool IsKnown(ReadOnlySpan<byte> bytes)
    {
        if (_knownBytes == 0)
            return false;

        ReadOnlySpan<byte> known = _known.AsSpan(0, _knownBytes);
        (int start, int end) = (_headers.Length.Start.Value, _headers.Length.End.Value);
        if (!bytes.StartsWith(known[..start])
            || !TryReadLength(bytes[start..], out int digits, out int length)
            || !bytes[(start + digits)..].StartsWith(known[end..]))
            return false;

        ContentLength = length;
        Bytes = known.Length - (end - start) + digits;
        return Bytes <= _maxBytes;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int digits, out int length)
    {
        digits = 0;
        length = 0;
        while (digits < bytes.Length && digits < MaxLengthDigits && (uint)(bytes[digits] - '0') <= 9)
            length = (length * 10) + (bytes[digits++] - '0');
        return digits > 0;
    }

    private bool TryParse(ReadOnlySpan<byte> head)
    {
        _knownBytes = 0;
        Project = null;
        if (_known.Length < head.Length)
            _known = new byte[Math.Max(FirstBytes, BitOperations.RoundUpToPowerOf2((uint)head.Length))];
        head.CopyTo(_known);

        int headersBytes = head.Length - RequestLine.Length;
        var headers = new ReadOnlySequence<byte>(_known, RequestLine.Length, headersBytes);
        var reader = new SequenceReader<byte>(headers);
        _headers.Begin(_known);
        try
        {
            if (!_parser.ParseHeaders(_headers, ref reader) || !reader.End || !_headers.AreSure)
                return false;
        }
        catch (BadHttpRequestException)
        {
            return false;
        }

        ReadOnlySpan<byte> number = _known.AsSpan(0, head.Length)[_headers.Length];
        if (!TryReadLength(number, out int digits, out int length) || digits < number.Length)
            return false;

        _knownBytes = head.Length;
        (Bytes, ContentLength) = (head.Length, length);
        return true;
    }
}
