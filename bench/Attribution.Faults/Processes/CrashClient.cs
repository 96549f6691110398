using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Attribution.Faults.Processes;

/// <summary>
/// A sender as an SDK is one: one request at a time, and what was refused, reset or not answered is sent
/// again with the same ids until it is acknowledged. Owned by one task.
/// </summary>
public sealed class CrashClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly CrashTraffic _traffic;
    private readonly HttpClient _http;
    private readonly TimeSpan _interval;

    /// <param name="traffic">Shared with the other clients.</param>
    /// <param name="engine">An address that stays the same over restarts.</param>
    /// <param name="interval">The time between two batches, at least.</param>
    public CrashClient(CrashTraffic traffic, Uri engine, TimeSpan interval)
    {
        _traffic = traffic;
        _interval = interval;
        var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 };
        _http = new HttpClient(handler) { BaseAddress = engine, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Requests that got no answer: refused by the system, reset, cut off.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Answers of 503: not ready, ring or journal full.</summary>
    public long Refused { get; private set; }

    /// <summary>The first answer that nobody should ever get here; empty so far.</summary>
    public string Unexpected { get; private set; } = "";

    public long AcknowledgedEvents { get; private set; }

    /// <summary>Sends until the traffic is closed and what was taken from it is acknowledged.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (_traffic.TryTake(out CrashBatch? batch))
        {
            long sent = Stopwatch.GetTimestamp();
            await DeliverAsync(batch!, cancel);
            TimeSpan rest = _interval - Stopwatch.GetElapsedTime(sent);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task DeliverAsync(CrashBatch batch, CancellationToken cancel)
    {
        for (int attempt = 1; !await TrySendAsync(batch, cancel); attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            TimeSpan wait = TimeSpan.FromMilliseconds(5 * attempt);
            await Task.Delay(wait < LongestWait ? wait : LongestWait, cancel);
        }
    }

    private async Task<bool> TrySendAsync(CrashBatch batch, CancellationToken cancel)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(batch.Body);
            content.Headers.ContentType = Json;
            using HttpResponseMessage answer = await _http.PostAsync("/v1/events", content, cancel);
            byte[] text = await answer.Content.ReadAsByteArrayAsync(cancel);
            return Take(batch, answer.StatusCode, Encoding.UTF8.GetString(text));
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException
            && !cancel.IsCancellationRequested)
        {
            Unanswered++;
            return false;
        }
    }

    private bool Take(CrashBatch batch, HttpStatusCode status, string text)
    {
        if (status == HttpStatusCode.OK && text == $"{{\"accepted\":{batch.Ids.Length},\"rejected\":0}}")
        {
            batch.Acknowledge(Stopwatch.GetTimestamp());
            AcknowledgedEvents += batch.Ids.Length;
            return true;
        }

        if (status == HttpStatusCode.ServiceUnavailable)
            Refused++;
        else if (Unexpected.Length == 0)
            Unexpected = $"{(int)status} {text[..Math.Min(text.Length, 200)]}";
        return false;
    }
}
