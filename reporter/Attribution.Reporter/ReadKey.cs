using System.Buffers;

namespace Attribution.Reporter;

/// <summary>
/// A key of the engine's that binds the reporter to one project: <c>attr_ID_SECRET</c>. It is the password of
/// a ClickHouse user of its own, who sees the views of one database only. Immutable.
/// </summary>
internal sealed record ReadKey
{
    public const string Variable = "ATTRIBUTION_KEY";

    private const string Prefix = "attr_";
    private const int IdChars = 10;
    private const int SecretChars = 64;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private ReadKey(string text) => Text = text;

    public string Text { get; }

    /// <summary>The user, and its database.</summary>
    public string User => string.Concat("attribution_", Text.AsSpan(Prefix.Length, IdChars));

    /// <exception cref="UsageException">It is no key.</exception>
    public static ReadKey? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        ReadOnlySpan<char> rest = text.StartsWith(Prefix, StringComparison.Ordinal)
            ? text.AsSpan(Prefix.Length)
            : default;
        bool isKey = rest.Length == IdChars + 1 + SecretChars && rest[IdChars] == '_'
            && !rest[..IdChars].ContainsAnyExcept(Digits) && !rest[(IdChars + 1)..].ContainsAnyExcept(Digits);
        return isKey
            ? new ReadKey(text)
            : throw new UsageException(
                $"{Variable} holds no key: attr_ID_SECRET was expected, as `engine keys create --scope read` "
                + "prints it.");
    }
}
