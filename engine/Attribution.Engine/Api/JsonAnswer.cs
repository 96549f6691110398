using System.Buffers;
using System.Globalization;
using System.Text;
using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Http;

namespace Attribution.Engine.Api;

/// <summary>Writes short answers whose length is known before they are sent. Stateless.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    /// <param name="retryAfterSeconds">Said with 429 and 503 only.</param>
    public static ValueTask WriteAsync(
        HttpContext http, int statusCode, ReadOnlyMemory<byte> json,
        int retryAfterSeconds = IngestResponse.RetryAfterSeconds)
    {
        HttpResponse response = http.Response;
        response.StatusCode = statusCode;
        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        if (statusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return response.Body.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>
    /// Answers a request whose key opens nothing; whether it is unknown, revoked or for something else is
    /// not said.
    /// </summary>
    public static ValueTask RefuseKeyAsync(HttpContext http, ProjectAccess access)
    {
        if (access != ProjectAccess.KeyMissing)
            return WriteErrorAsync(http, 403, "key: unknown");
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteErrorAsync(http, 401, "key: missing");
    }

    /// <summary>Answers <c>{"error":"…"}</c>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="statusCode">Of the answer.</param>
    /// <param name="error">Our own words, never a sender's.</param>
    public static ValueTask WriteErrorAsync(HttpContext http, int statusCode, string error)
    {
        var json = new ArrayBufferWriter<byte>(128);
        IngestResponse.WriteError(Encoding.UTF8.GetBytes(error), json);
        return WriteAsync(http, statusCode, json.WrittenMemory);
    }
}
