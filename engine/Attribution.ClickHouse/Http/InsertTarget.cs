using System.Buffers.Text;
using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// What the inserts of one table and column list have in common, spelled once: spelling the columns anew was
/// most of what an insert allocated. Immutable; thread-safe.
/// </summary>
internal sealed class InsertTarget
{
    private static readonly UriCreationOptions AsSpelled = new()
    {
        DangerousDisablePathAndQueryCanonicalization = true,
    };

    private readonly string _address;
    private readonly byte[] _requestStart;
    private readonly byte[] _requestEnd;

    /// <param name="address">With the query that all of them have.</param>
    /// <param name="options">Who inserts.</param>
    public InsertTarget(string address, ClickHouseOptions options)
    {
        _address = address;
        _requestStart = Encoding.ASCII.GetBytes($"POST {new Uri(address).PathAndQuery}");
        string password = options.Password.Length > 0 ? $"X-ClickHouse-Key: {options.Password}\r\n" : "";
        _requestEnd = Encoding.ASCII.GetBytes(
            $" HTTP/1.1\r\nHost: {options.Endpoint.Authority}\r\nX-ClickHouse-User: {options.User}\r\n"
            + $"{password}Content-Length: ");
    }

    /// <summary>Where the HTTP client posts an insert to.</summary>
    public Uri AddressOf(InsertOptions insert)
    {
        string own = new RequestQuery(isFirst: false)
            .Add("query_id", insert.QueryId)
            .Add("insert_deduplication_token", insert.DeduplicationToken)
            .ToString();
        return new Uri(string.Concat(_address, own), in AsSpelled);
    }

    /// <summary>Replaces what the buffer held by the request up to its body.</summary>
    public void WriteHead(ByteBuffer head, InsertOptions insert, int bodyBytes)
    {
        head.Clear();
        head.Append(_requestStart);
        AppendValue(head, "&query_id="u8, insert.QueryId);
        AppendValue(head, "&insert_deduplication_token="u8, insert.DeduplicationToken);
        head.Append(_requestEnd);
        _ = Utf8Formatter.TryFormat(bodyBytes, head.Reserve(16), out int digits);
        head.Advance(digits);
        head.Append("\r\n\r\n"u8);
    }

    private static void AppendValue(ByteBuffer head, ReadOnlySpan<byte> name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        head.Append(name);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in value.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(utf8);
            foreach (byte part in utf8[..length])
                AppendEscaped(head, part);
        }
    }

    private static void AppendEscaped(ByteBuffer head, byte part)
    {
        if (char.IsAsciiLetterOrDigit((char)part) || part is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
        {
            head.AppendByte(part);
            return;
        }

        head.AppendByte((byte)'%');
        head.AppendByte("0123456789ABCDEF"u8[part >> 4]);
        head.AppendByte("0123456789ABCDEF"u8[part & 15]);
    }
}
