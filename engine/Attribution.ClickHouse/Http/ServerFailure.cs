using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Finds the server's message in an answer: as the whole body, in compressed frames, or behind the last block
/// of a result that broke off. Stateless.
/// </summary>
internal static partial class ServerFailure
{
    public const string CodeHeader = "X-ClickHouse-Exception-Code";
    private const int MaxMessageBytes = 64 * 1024;
    private const string Marker = "__exception__\r\n";

    public static bool IsIn(HttpResponseMessage response) =>
        !response.IsSuccessStatusCode || response.Headers.Contains(CodeHeader);

    public static async Task<ClickHouseException> ReadAsync(
        HttpResponseMessage response, CancellationToken cancel)
    {
        byte[] body = new byte[MaxMessageBytes];
        int length = 0;
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            length = await stream.ReadAtLeastAsync(body, body.Length, false, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The status and the code are already known; half a message is better than none.
        }

        int code = 0;
        if (response.Headers.TryGetValues(CodeHeader, out IEnumerable<string>? values))
            _ = int.TryParse(values.First(), CultureInfo.InvariantCulture, out code);
        return await OfAsync((int)response.StatusCode, code, body.AsMemory(0, length)).ConfigureAwait(false);
    }

    /// <param name="status">Of HTTP.</param>
    /// <param name="code">As the headers say it; 0 where they do not.</param>
    /// <param name="body">As it came, the message in it.</param>
    public static async Task<ClickHouseException> OfAsync(int status, int code, ReadOnlyMemory<byte> body)
    {
        byte[] plain = await PlainAsync(body).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(plain).Trim();
        if (code == 0 && CodePattern().Match(text) is { Success: true } match)
            code = CodeOf(match);
        if (text.Length == 0)
            text = $"HTTP status {status} without a message";
        return new ClickHouseException(code, text, status);
    }

    /// <summary>The message at the end of a broken result; null if there is none.</summary>
    public static ClickHouseException? TryFind(ReadOnlySpan<byte> tail)
    {
        string text = Encoding.UTF8.GetString(tail);
        int end = text.LastIndexOf(Marker, StringComparison.Ordinal);
        int start = end > 0 ? text.LastIndexOf(Marker, end - 1, StringComparison.Ordinal) : -1;
        if (start >= 0)
            text = text[(start + Marker.Length)..end];

        for (Match match = CodePattern().Match(text); match.Success; match = match.NextMatch())
        {
            // Data may hold such words too. The server's own message ends with its version, and the stream
            // with it.
            Match message = MessagePattern().Match(text, match.Index);
            if (message.Success && message.Index == match.Index)
                return new ClickHouseException(CodeOf(match), message.Groups[1].Value);
        }

        return null;
    }

    private static int CodeOf(Match match) =>
        int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int code) ? code : 0;

    private static async Task<byte[]> PlainAsync(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var plain = new MemoryStream();
            using var frames = new FrameStream(new MemoryStream(body.ToArray()));
            await frames.CopyToAsync(plain).ConfigureAwait(false);
            return plain.ToArray();
        }
        catch (NativeFormatException)
        {
            return body.ToArray();
        }
    }

    [GeneratedRegex(@"Code: (\d{1,9})[.,] ")]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"(Code: \d{1,9}[.,] [^\0-\x08\x0e-\x1f]*\(version [^\0-\x1f]*\))\s*(\d+ [a-z]+\s*)?$")]
    private static partial Regex MessagePattern();
}
