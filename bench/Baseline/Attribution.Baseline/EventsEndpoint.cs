using System.IO.Pipelines;
using System.Text.Json;
using System.Threading.Channels;

namespace Attribution.Baseline;

/// <summary>
/// <c>POST /v1/events</c>: one event, an array of them, or lines where the content type says so. Stateless.
/// </summary>
internal static class EventsEndpoint
{
    public static async Task<IResult> PostAsync(HttpRequest request, Channel<IncomingEvent> channel)
    {
        IncomingEvent?[]? events;
        try
        {
            string type = request.ContentType ?? "";
            bool isLines = type.Contains("ndjson", StringComparison.OrdinalIgnoreCase);
            CancellationToken cancel = request.HttpContext.RequestAborted;
            events = isLines
                ? await ReadLinesAsync(request.BodyReader, cancel)
                : await ReadAsync(request.BodyReader, cancel);
        }
        catch (JsonException e)
        {
            return TypedResults.Text($"{{\"error\":\"{JsonEncodedText.Encode(e.Message)}\"}}",
                "application/json", statusCode: 400);
        }

        return TypedResults.Json(
            await TakeAsync(events ?? [], channel, request.HttpContext),
            BaselineJson.Default.Answer);
    }

    private static async Task<IncomingEvent?[]?> ReadAsync(PipeReader body, CancellationToken cancel)
    {
        ReadResult start = await body.ReadAtLeastAsync(1, cancel);
        bool isArray = !start.Buffer.IsEmpty && start.Buffer.FirstSpan[0] == (byte)'[';
        body.AdvanceTo(start.Buffer.Start);
        return isArray
            ? await JsonSerializer.DeserializeAsync(body, BaselineJson.Default.IncomingEventArray, cancel)
            : [await JsonSerializer.DeserializeAsync(body, BaselineJson.Default.IncomingEvent, cancel)];
    }

    private static async Task<IncomingEvent?[]?> ReadLinesAsync(PipeReader body, CancellationToken cancel)
    {
        var events = new List<IncomingEvent?>();
        await foreach (IncomingEvent? one in JsonSerializer.DeserializeAsyncEnumerable(
            body, BaselineJson.Default.IncomingEvent, topLevelValues: true, cancel))
        {
            events.Add(one);
        }

        return [.. events];
    }

    private static async Task<Answer> TakeAsync(
        IncomingEvent?[] events, Channel<IncomingEvent> channel, HttpContext context)
    {
        CancellationToken cancel = context.RequestAborted;
        string? peer = context.Connection.RemoteIpAddress?.ToString();
        List<EventError>? errors = null;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        for (int i = 0; i < events.Length; i++)
        {
            string? reason = events[i] is { } one ? one.Check(now) : "null";
            if (reason is not null)
            {
                (errors ??= []).Add(new EventError(i, reason));
                continue;
            }

            events[i]!.Complete(now, peer);
            await channel.Writer.WriteAsync(events[i]!, cancel);
        }

        int rejected = errors?.Count ?? 0;
        return new Answer(events.Length - rejected, rejected, errors);
    }
}
