using System.Globalization;
using System.Text;

namespace Attribution.Faults.Fuzzing.Http;

/// <summary>One HTTP/1.1 answer as it stood on the wire. Immutable.</summary>
/// <param name="Status">Such as 200.</param>
/// <param name="Headers">The status line and the headers, as Latin-1.</param>
/// <param name="Body">As Latin-1.</param>
public sealed record RawAnswer(int Status, string Headers, string Body)
{
    private const string Start = "HTTP/1.1 ";
    private const string HeadersEnd = "\r\n\r\n";
    private const string Length = "\r\nContent-Length: ";

    /// <summary>
    /// All answers in the bytes of one connection; those of 1xx, which announce another, are passed over.
    /// </summary>
    /// <exception cref="FormatException">The bytes are not whole answers one after another.</exception>
    public static List<RawAnswer> ReadAll(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        var answers = new List<RawAnswer>();
        int position = 0;
        while (position < text.Length)
        {
            RawAnswer answer = Read(text, ref position);
            if (answer.Status >= 200)
                answers.Add(answer);
        }

        return answers;
    }

    private static RawAnswer Read(string text, ref int position)
    {
        int end = text.IndexOf(HeadersEnd, position, StringComparison.Ordinal);
        bool isAnswer = string.CompareOrdinal(text, position, Start, 0, Start.Length) == 0;
        if (!isAnswer || end < 0)
            throw new FormatException($"At {position} no whole answer begins: {text[position..]}");

        string headers = text[position..end];
        int status = int.Parse(headers.AsSpan(Start.Length, 3), CultureInfo.InvariantCulture);
        position = end + HeadersEnd.Length;
        // An answer to HEAD says the length of a body that it leaves out.
        bool hasBody = position < text.Length
            && string.CompareOrdinal(text, position, Start, 0, Start.Length) != 0;
        int length = hasBody ? ContentLength(headers) : 0;
        if (length > text.Length - position)
            throw new FormatException($"The answer's body of {length} bytes is cut: {text[position..]}");

        string body = text.Substring(position, length);
        position += length;
        return new RawAnswer(status, headers, body);
    }

    private static int ContentLength(string headers)
    {
        int start = headers.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            return 0;

        start += Length.Length;
        int end = headers.IndexOf('\r', start);
        return int.Parse(headers.AsSpan(start, (end < 0 ? headers.Length : end) - start),
            CultureInfo.InvariantCulture);
    }
}
