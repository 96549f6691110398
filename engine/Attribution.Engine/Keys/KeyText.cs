using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Attribution.Engine.Ingest;

namespace Attribution.Engine.Keys;

/// <summary>
/// A key as it is sent: <c>attr_ID_SECRET</c>, in hexadecimal digits. The id says which key it is and is no
/// secret; the rest is 256 random bits. Stateless.
/// </summary>
public static class KeyText
{
    public const int IdChars = 10;
    public const int SecretBytes = 32;

    private const string Prefix = "attr_";
    private const int Length = 5 + IdChars + 1 + (2 * SecretBytes);
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Makes a key that nobody has had before.</summary>
    public static string Create() =>
        Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdChars / 2)) + '_'
        + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <returns>False where the text cannot be a key.</returns>
    public static bool TryReadId(ReadOnlySpan<char> key, out ReadOnlySpan<char> id)
    {
        id = key.Length == Length ? key.Slice(Prefix.Length, IdChars) : default;
        return key.Length == Length && key.StartsWith(Prefix, StringComparison.Ordinal)
            && key[Prefix.Length + IdChars] == '_' && IsId(id);
    }

    public static bool IsId(ReadOnlySpan<char> id) =>
        id.Length == IdChars && !id.ContainsAnyExcept(Digits);

    /// <param name="key">Any text; of one that is longer than any key only the beginning counts.</param>
    /// <param name="hash">32 bytes.</param>
    public static void Hash(ReadOnlySpan<char> key, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[3 * WriteKey.MaxChars];
        ReadOnlySpan<char> counted = key[..Math.Min(key.Length, WriteKey.MaxChars)];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(counted, bytes)], hash);
    }

    public static string Hash(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key, hash);
        return Convert.ToHexStringLower(hash);
    }
}
