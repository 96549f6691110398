using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Attribution.Bench.Load;
using Attribution.Simulator.Streaming;

namespace Attribution.Bench.Sending;

/// <summary>
/// Sends batches to the engine over connections that are kept open, again and again for as long as the engine
/// says it is busy, up to a limit. Used by one sending task; the client is shared.
/// </summary>
internal sealed class EventSender(HttpClient client)
{
    private const int MaxAttempts = 60;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Why the batch under way is being sent again; null where it is not.</summary>
    public string? Problem { get; private set; }

    /// <summary>One client for all senders: a connection each, never through a proxy.</summary>
    public static HttpClient NewClient(Uri engine, int connections, string? key)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            UseProxy = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        var client = new HttpClient(handler) { BaseAddress = engine, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <exception cref="HttpRequestException">Nothing listens there; says so in words for people.</exception>
    public static async Task RequireEngineAsync(HttpClient client, CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync("/healthz", cancel);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(
                $"No engine answers at {client.BaseAddress} ({e.Message}). Start it, or set --url.", e);
        }
    }

    public async Task<SendOutcome> SendAsync(EventBody body, CancellationToken cancel)
    {
        string error = "";
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            TimeSpan wait = Wait(attempt);
            try
            {
                body.StampSent(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                long started = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await PostAsync(body, cancel);
                byte[] answer = await response.Content.ReadAsByteArrayAsync(cancel);
                Latencies.Record(Stopwatch.GetElapsedTime(started));
                Problem = null;
                if (response.IsSuccessStatusCode)
                    return Read(answer, attempt);

                error = $"{(int)response.StatusCode} {Start(answer)}";
                if (response.StatusCode is not (
                    HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                    return new SendOutcome(0, 0, body.Count, attempt, error);
                wait = response.Headers.RetryAfter?.Delta ?? wait;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException
                && !cancel.IsCancellationRequested)
            {
                // The batch may have arrived. Its events keep their ids, so sending it again counts nothing
                // twice.
                error = e.Message;
            }

            Problem = error;
            await Task.Delay(wait < MaxWait ? wait : MaxWait, cancel);
        }

        return new SendOutcome(0, 0, body.Count, MaxAttempts - 1, error);
    }

    private async Task<HttpResponseMessage> PostAsync(EventBody body, CancellationToken cancel)
    {
        using var content = new ReadOnlyMemoryContent(body.Bytes);
        content.Headers.ContentType = Json;
        return await client.PostAsync("/v1/events", content, cancel);
    }

    private static TimeSpan Wait(int attempt)
    {
        TimeSpan doubled = FirstWait * (1 << Math.Min(attempt, 10));
        return doubled < MaxWait ? doubled : MaxWait;
    }

    /// <summary>Reads <c>{"accepted":N,"rejected":M,"errors":[…]}</c>.</summary>
    private static SendOutcome Read(byte[] answer, int retries)
    {
        using var document = JsonDocument.Parse(answer);
        JsonElement root = document.RootElement;
        int accepted = root.GetProperty("accepted").GetInt32();
        int rejected = root.TryGetProperty("rejected", out JsonElement count) ? count.GetInt32() : 0;
        return new SendOutcome(accepted, rejected, 0, retries, rejected > 0 ? Start(answer) : "");
    }

    private static string Start(byte[] answer) =>
        Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 300)));
}
