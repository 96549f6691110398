using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Attribution.Engine.Api;

/// <summary>
/// Refuses requests whose body Kestrel would find but a proxy in front may find elsewhere, which is how a
/// second request is smuggled past it. RFC 9112, sections 5.1, 6.1 and 6.3; RFC 9110, sections 5.5 and 5.6.2.
/// Stateless.
/// </summary>
internal static class FramingGuard
{
    /// <summary>Where Kestrel moves a Content-Length to that stands beside a Transfer-Encoding.</summary>
    private const string MovedLength = "X-Content-Length";

    private const string UnknownCoding = "request: unknown Transfer-Encoding; chunked or none";

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(code => code != '\t').Select(code => (char)code), '\x7f']);

    /// <param name="http">The request, its body unread.</param>
    /// <param name="statusCode">What to refuse it with.</param>
    /// <param name="error">Our words for it.</param>
    /// <returns>True when it must be refused and its connection closed.</returns>
    public static bool Refuses(HttpContext http, out int statusCode, out string error)
    {
        (statusCode, error) = (StatusCodes.Status400BadRequest, "");
        IHeaderDictionary headers = http.Request.Headers;
        StringValues coding = headers.TransferEncoding;
        if (HasForeignLetters(headers))
        {
            error = "request: a header with a letter that no header has";
        }
        else if (coding.Count > 0)
        {
            if (headers.ContainsKey(MovedLength) || headers.ContentLength is not null)
                error = "request: Content-Length beside Transfer-Encoding";
            else if (HttpProtocol.IsHttp10(http.Request.Protocol))
                error = "request: Transfer-Encoding in HTTP/1.0";
            else if (!IsChunked(coding))
                (statusCode, error) = (StatusCodes.Status501NotImplemented, UnknownCoding);
        }
        else if (HttpMethods.IsPost(http.Request.Method)
            && http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            // Kestrel reads everything that follows such a request as its body, other requests among it.
            error = "request: no length, and an upgrade that is not offered";
        }

        return error.Length > 0;
    }

    /// <summary>
    /// A name such as <c>Content-Length</c> with a vertical tab behind it is an unknown header to one and the
    /// length to another.
    /// </summary>
    private static bool HasForeignLetters(IHeaderDictionary headers)
    {
        foreach ((string name, StringValues values) in headers)
        {
            if (name.AsSpan().ContainsAnyExcept(Token))
                return true;
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i].AsSpan().ContainsAny(Controls))
                    return true;
            }
        }

        return false;
    }

    private static bool IsChunked(StringValues coding) =>
        coding.Count == 1 && string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase);
}
