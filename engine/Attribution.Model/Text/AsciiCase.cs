namespace Attribution.Model.Text;

/// <summary>
/// Upper and lower case of ASCII letters only: other bytes stay as they are, valid UTF-8 or not. Stateless.
/// </summary>
internal static class AsciiCase
{
    /// <summary>The text in lower case, in the caller's buffer; cut where that is too short.</summary>
    public static ReadOnlySpan<byte> ToLower(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        Span<byte> lower = buffer[..Math.Min(text.Length, buffer.Length)];
        for (int i = 0; i < lower.Length; i++)
        {
            byte b = text[i];
            lower[i] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        }

        return lower;
    }
}
