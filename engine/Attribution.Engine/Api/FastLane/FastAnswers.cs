using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Attribution.Engine.Api.FastLane;

/// <summary>
/// Writes answers as the stock lane does, byte for byte. The plain one, all events accepted, is rendered
/// once a second, for its date, and its numbers are set into a copy. Called by all connections at once.
/// </summary>
internal sealed class FastAnswers
{
    /// <summary>Above every plain answer.</summary>
    public const int MaxPlainBytes = 192;

    private const long MillisPerSecond = 1_000;

    /// <summary>Of a plain answer's body without its number.</summary>
    private static readonly int FrameBytes = AcceptedStart.Length + AcceptedEnd.Length;

    private Plain _plain = new(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private static ReadOnlySpan<byte> AcceptedStart => "{\"accepted\":"u8;

    private static ReadOnlySpan<byte> AcceptedEnd => ",\"rejected\":0}"u8;

    /// <summary>The plain answer's frame for a moment.</summary>
    /// <param name="nowMillis">Since 1970 UTC.</param>
    public Plain At(long nowMillis)
    {
        long second = nowMillis / MillisPerSecond;
        Plain plain = Volatile.Read(ref _plain);
        if (plain.Second != second)
            Volatile.Write(ref _plain, plain = new Plain(second));
        return plain;
    }

    /// <summary>Writes an answer of any kind.</summary>
    public static void Write(IBufferWriter<byte> output, in FastAnswer answer)
    {
        var head = new StringBuilder(256);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} ")
            .Append(ReasonPhrases.GetReasonPhrase(answer.Status))
            .Append(CultureInfo.InvariantCulture, $"\r\nContent-Length: {answer.Body.Length}\r\n");
        if (answer.Closes)
            head.Append("Connection: close\r\n");
        if (answer.Body.Length > 0)
            head.Append("Content-Type: ").Append(JsonAnswer.ContentType).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Date: {DateTimeOffset.UtcNow:R}\r\n");
        if (answer.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            head.Append(CultureInfo.InvariantCulture, $"Retry-After: {answer.RetryAfterSeconds}\r\n");
        output.Write(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        output.Write(answer.Body);
    }

    /// <summary>The plain answer of one second. Immutable; shared by all connections.</summary>
    internal sealed class Plain
    {
        private readonly byte[] _start;
        private readonly int _lengthOffset;

        public Plain(long second)
        {
            Second = second;
            string date = DateTimeOffset.FromUnixTimeSeconds(second)
                .ToString("R", CultureInfo.InvariantCulture);
            const string line = "HTTP/1.1 200 OK\r\nContent-Length: ";
            _lengthOffset = line.Length;
            _start = Encoding.ASCII.GetBytes(
                $"{line}00\r\nContent-Type: {JsonAnswer.ContentType}\r\nDate: {date}\r\n\r\n"
                + Encoding.ASCII.GetString(AcceptedStart));
        }

        public long Second { get; }

        /// <param name="accepted">0 or more.</param>
        /// <param name="target">At least <see cref="MaxPlainBytes"/>.</param>
        /// <returns>Bytes written.</returns>
        public int Write(int accepted, Span<byte> target)
        {
            _start.CopyTo(target);
            int length = _start.Length;
            bool isWritten = Utf8Formatter.TryFormat(accepted, target[length..], out int digits);
            Debug.Assert(isWritten, "a number has at most ten digits");
            length += digits;
            AcceptedEnd.CopyTo(target[length..]);

            // Always two digits: the frame alone has more than ten bytes.
            int body = FrameBytes + digits;
            target[_lengthOffset] = (byte)('0' + (body / 10));
            target[_lengthOffset + 1] = (byte)('0' + (body % 10));
            return length + AcceptedEnd.Length;
        }
    }
}

/// <summary>An answer that is not the plain one. A plain value.</summary>
internal readonly ref struct FastAnswer
{
    public required int Status { get; init; }

    /// <summary>JSON; none where it is empty.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>Said with 429 and 503 only.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Nothing more is read from the connection.</summary>
    public bool Closes { get; init; }
}
