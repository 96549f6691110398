using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Attribution.Engine.Api;

/// <summary>Reads the headers of a request that carry its key. Stateless.</summary>
internal static class KeyHeaders
{
    /// <param name="request">Two keys in one header are no key that opens anything.</param>
    /// <param name="target">At least <see cref="WriteKey.MaxChars"/>; where a key is decoded to.</param>
    /// <returns>The key; empty when there is none.</returns>
    public static ReadOnlySpan<char> Find(HttpRequest request, Span<char> target) => WriteKey.Find(
        Single(request.Headers.Authorization), Single(request.Headers["X-Write-Key"]), target);

    public static string Single(StringValues values) =>
        values.Count == 1 ? values[0] ?? "" : values.ToString();
}
