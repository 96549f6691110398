using System.Text;

namespace Attribution.Engine.Api;

/// <summary>
/// Makes Kestrel take only digits for a Content-Length, as RFC 9110, section 8.6, has it: on its own it takes
/// a sign before them, which a proxy may take for no length at all. Kestrel decodes the header by what its
/// selector gives it, and refuses with 400 what is no number then. Stateless.
/// </summary>
internal sealed class LengthEncoding : Encoding
{
    private const string LengthHeader = "Content-Length";

    private static readonly LengthEncoding Only = new();

    /// <summary>For <c>RequestHeaderEncodingSelector</c>: null leaves a header as it is.</summary>
    public static Encoding? Select(string header) =>
        string.Equals(header, LengthHeader, StringComparison.OrdinalIgnoreCase) ? Only : null;

    /// <inheritdoc/>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (bytes.Length > chars.Length || bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            chars[0] = '?';
            return 1;
        }

        return Latin1.GetChars(bytes, chars);
    }

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => byteCount;
}
