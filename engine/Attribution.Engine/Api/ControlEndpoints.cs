using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Engine.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Attribution.Engine.Api;

/// <summary>
/// What operators and their tools ask: is it alive, is it ready, what does it count. Stateless.
/// </summary>
internal static class ControlEndpoints
{
    private static readonly byte[] Alive = "{\"status\":\"alive\"}"u8.ToArray();
    private static readonly byte[] Ready = "{\"status\":\"ready\"}"u8.ToArray();

    public static ValueTask AnswerAsync(HttpContext http, string path, ApiServices services) => path switch
    {
        "/healthz" => JsonAnswer.WriteAsync(http, 200, Alive),
        "/readyz" => AnswerReadinessAsync(http, services),
        _ => AnswerMetricsAsync(http, services),
    };

    private static ProjectAccess AccessOf(HttpContext http, ApiServices services)
    {
        Span<char> decoded = stackalloc char[WriteKey.MaxChars];
        return services.Projects.ResolveInside(KeyHeaders.Find(http.Request, decoded));
    }

    private static ValueTask AnswerReadinessAsync(HttpContext http, ApiServices services)
    {
        bool isReady = services.Readiness.IsReady(out string reason);
        string restoring = isReady ? services.Readiness.Restoring : "";
        if (isReady && reason.Length + restoring.Length == 0)
            return JsonAnswer.WriteAsync(http, 200, Ready);

        string status = (isReady, reason.Length) switch
        {
            (false, _) => "not ready",
            (_, 0) => "restoring",
            _ => "degraded",
        };
        reason += (reason.Length > 0 && restoring.Length > 0 ? "; " : "") + restoring;
        bool isShown = AccessOf(http, services) == ProjectAccess.Granted;
        byte[] json = Encoding.UTF8.GetBytes(
            "{\"status\":\"" + status + (isShown ? "\",\"reason\":\"" + reason : "") + "\"}");
        return JsonAnswer.WriteAsync(http, isReady ? 200 : 503, json);
    }

    private static ValueTask AnswerMetricsAsync(HttpContext http, ApiServices services)
    {
        ProjectAccess access = AccessOf(http, services);
        if (access != ProjectAccess.Granted)
            return JsonAnswer.RefuseKeyAsync(http, access);
        byte[] text = Encoding.UTF8.GetBytes(services.Metrics.Render());
        http.Response.ContentType = MetricsText.ContentType;
        http.Response.ContentLength = text.Length;
        return http.Response.Body.WriteAsync(text, http.RequestAborted);
    }
}
