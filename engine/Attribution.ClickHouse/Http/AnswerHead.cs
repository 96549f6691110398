using System.Buffers.Text;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Status and headers of an HTTP/1 answer, as far as an insert needs them. A value; read from bytes without
/// an allocation.
/// </summary>
/// <remarks>
/// <c>HTTP/1.x SP status [SP reason] CRLF (name ":" value CRLF)* CRLF</c>. What is not exactly that is an
/// error: rows must never count as stored because an answer was half understood.
/// </remarks>
internal readonly record struct AnswerHead
{
    public int Status { get; private init; }

    /// <summary>Of the body; null where the head does not say.</summary>
    public long? ContentLength { get; private init; }

    public bool IsChunked { get; private init; }

    /// <summary>The connection ends with this answer.</summary>
    public bool Closes { get; private init; }

    /// <summary>ClickHouse's header for a failure is there, whatever it says.</summary>
    public bool HasExceptionCode { get; private init; }

    public int ExceptionCode { get; private init; }

    public bool IsSuccess => Status is >= 200 and < 300 && !HasExceptionCode;

    /// <param name="head">Begins with the status line and ends with the empty line.</param>
    /// <exception cref="IOException">It is not one of HTTP/1.</exception>
    public static AnswerHead Read(ReadOnlySpan<byte> head)
    {
        AnswerHead answer = ReadStatus(TakeLine(ref head));
        while (true)
        {
            ReadOnlySpan<byte> line = TakeLine(ref head);
            if (line.IsEmpty)
                break;
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[0] is (byte)' ' or (byte)'\t')
                throw Malformed();
            answer = answer.With(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        }

        if (answer.IsChunked && answer.ContentLength is not null)
            throw Malformed();
        return answer;
    }

    private static AnswerHead ReadStatus(ReadOnlySpan<byte> line)
    {
        bool isHttp1 = line.Length >= 12 && line.StartsWith("HTTP/1."u8) && line[8] == ' '
            && (line.Length == 12 || line[12] == ' ');
        if (!isHttp1 || !TryNumber(line[9..12], out long status) || status < 100)
            throw Malformed();
        return new AnswerHead { Status = (int)status, Closes = line[7] == '0' };
    }

    private AnswerHead With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "content-length"u8))
        {
            bool isValid = TryNumber(value, out long length) && (ContentLength ?? length) == length;
            return isValid ? this with { ContentLength = length } : throw Malformed();
        }

        if (Is(name, "transfer-encoding"u8))
            return Is(value, "chunked"u8) ? this with { IsChunked = true } : throw Malformed();
        if (Is(name, "connection"u8))
            return Is(value, "keep-alive"u8) ? this : this with { Closes = true };
        if (!Is(name, "x-clickhouse-exception-code"u8))
            return this;
        _ = TryNumber(value, out long code);
        return this with { HasExceptionCode = true, ExceptionCode = (int)Math.Min(code, int.MaxValue) };
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf("\r\n"u8);
        if (end < 0)
            throw Malformed();
        ReadOnlySpan<byte> line = rest[..end];
        rest = rest[(end + 2)..];
        return line.ContainsAnyInRange((byte)'\n', (byte)'\r') ? throw Malformed() : line;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        return !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(digits, out number, out int used) && used == digits.Length;
    }

    private static IOException Malformed() => new("The answer's head is not HTTP/1.");
}
