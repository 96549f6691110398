using System.Buffers.Text;
using System.Text;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Finds the key of a request: <c>Authorization: Bearer KEY</c>, Basic with the key as user, or
/// <c>X-Write-Key</c>; the first that is there, in this order. Stateless.
/// </summary>
public static class WriteKey
{
    /// <summary>Longest key; one that is longer opens nothing.</summary>
    public const int MaxChars = 256;

    /// <param name="authorization">The header's value; empty when it is absent.</param>
    /// <param name="writeKey">The header's value; empty when it is absent.</param>
    /// <param name="target">At least <see cref="MaxChars"/>; where a key is decoded to.</param>
    /// <returns>The key; empty when there is none.</returns>
    public static ReadOnlySpan<char> Find(
        ReadOnlySpan<char> authorization, ReadOnlySpan<char> writeKey, Span<char> target)
    {
        authorization = authorization.Trim();
        if (TryTakeScheme(ref authorization, "Bearer"))
            return authorization;
        if (TryTakeScheme(ref authorization, "Basic"))
            return FindUser(authorization, target);
        return writeKey.Trim();
    }

    private static bool TryTakeScheme(ref ReadOnlySpan<char> authorization, ReadOnlySpan<char> scheme)
    {
        if (authorization.Length <= scheme.Length || authorization[scheme.Length] != ' '
            || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;

        authorization = authorization[scheme.Length..].Trim();
        return true;
    }

    private static ReadOnlySpan<char> FindUser(ReadOnlySpan<char> base64, Span<char> target)
    {
        Span<byte> credentials = stackalloc byte[2 * MaxChars];
        if (!Base64.IsValid(base64, out int length) || length > credentials.Length
            || !Convert.TryFromBase64Chars(base64, credentials, out length))
            return default;

        int colon = credentials[..length].IndexOf((byte)':');
        ReadOnlySpan<byte> user = credentials[..(colon < 0 ? length : colon)];
        if (user.Length > MaxChars)
            return default;
        return target[..Encoding.Latin1.GetChars(user, target)];
    }
}
