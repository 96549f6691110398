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
            lower[i] = Lower(text[i]);
        return lower;
    }

    /// <summary>Whether the text in lower case is the other one, which is in lower case already.</summary>
    public static bool EqualsLower(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        if (text.Length != lowerCase.Length)
            return false;

        for (int i = 0; i < text.Length; i++)
        {
            if (Lower(text[i]) != lowerCase[i])
                return false;
        }

        return true;
    }

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
