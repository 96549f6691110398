using System.Buffers.Text;

namespace Attribution.Bench.Load;

/// <summary>
/// One HTTP/1.1 answer as the engine gives it, read with no more care than a known server needs: a length or
/// chunks, then <c>{"accepted":N,"rejected":M}</c>. A value.
/// </summary>
internal readonly record struct HttpAnswer(
    int Status, int Accepted, int Rejected, int RetryAfterSeconds, bool IsLast)
{
    /// <returns>False where the answer has not arrived whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out HttpAnswer answer, out int consumed)
    {
        answer = default;
        consumed = 0;
        int headEnd = bytes.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return false;
        ReadOnlySpan<byte> head = bytes[..(headEnd + 2)];
        ReadOnlySpan<byte> rest = bytes[(headEnd + 4)..];
        int length = NumberAfter(head, "\r\nContent-Length: "u8);
        bool hasNoBody = Number(head[9..]) == 204;
        if (hasNoBody)
            length = 0;
        if (length < 0)
        {
            int end = rest.IndexOf("0\r\n\r\n"u8);
            if (end < 0)
                return false;
            length = end + 5;
        }

        if (rest.Length < length)
            return false;
        ReadOnlySpan<byte> body = rest[..length];
        consumed = headEnd + 4 + length;
        answer = new HttpAnswer(
            Number(head[9..]),
            Math.Max(0, NumberAfter(body, "\"accepted\":"u8)),
            Math.Max(0, NumberAfter(body, "\"rejected\":"u8)),
            Math.Max(0, NumberAfter(head, "\r\nRetry-After: "u8)),
            head.IndexOf("\r\nConnection: close"u8) >= 0);
        return true;
    }

    private static int NumberAfter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        int at = text.IndexOf(name);
        return at < 0 ? -1 : Number(text[(at + name.Length)..]);
    }

    private static int Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int number, out _) ? number : -1;
}
