using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Attribution.Engine.Api;

/// <summary>
/// <c>POST /v1/events</c>: from a request to an ingested body and its answer. Called by all requests at once.
/// </summary>
internal sealed class EventsEndpoint(ApiServices services)
{
    private const string TooManyBodies = "engine: too many bodies at once, send again";

    private readonly IngestLimits _limits = services.Edge.Ingest;

    public async Task HandleAsync(HttpContext http)
    {
        ProjectAccess access = Resolve(http.Request, out Project? project);
        if (project is null || access != ProjectAccess.Granted)
        {
            await JsonAnswer.RefuseKeyAsync(http, access).ConfigureAwait(false);
            return;
        }

        if (http.Request.ContentLength > _limits.MaxBodyBytes)
        {
            await RefuseRestAsync(http, 413).ConfigureAwait(false);
            return;
        }

        EventBatch batch = services.Batches.Rent();
        try
        {
            await ReadAsync(http, project, batch).ConfigureAwait(false);
        }
        finally
        {
            services.Batches.Return(batch);
        }
    }

    private async Task ReadAsync(HttpContext http, Project project, EventBatch batch)
    {
        PipeReader reader = http.Request.BodyReader;
        long heldBytes = 0;
        try
        {
            while (true)
            {
                ReadResult read = await NextAsync(reader, http.RequestAborted).ConfigureAwait(false);
                bool isTooLarge = read.Buffer.Length > _limits.MaxBodyBytes;
                if (isTooLarge || !services.Bodies.TryTake(read.Buffer.Length - heldBytes))
                {
                    reader.AdvanceTo(read.Buffer.End);
                    await RefuseRestAsync(http, isTooLarge ? 413 : 503).ConfigureAwait(false);
                    return;
                }

                heldBytes = read.Buffer.Length;
                if (!read.IsCompleted)
                {
                    reader.AdvanceTo(consumed: read.Buffer.Start, examined: read.Buffer.End);
                    continue;
                }

                ValueTask<IngestResult> ingesting = IngestAsync(http, project, batch, read.Buffer);
                // The ingestor has taken what it needs; the body's buffers go back while the events become
                // durable, and the batch is what is held from here on.
                reader.AdvanceTo(read.Buffer.End);
                services.Bodies.Change(heldBytes, batch.TextBytes);
                heldBytes = batch.TextBytes;
                await AnswerAsync(http, await ingesting.ConfigureAwait(false), batch).ConfigureAwait(false);
                return;
            }
        }
        finally
        {
            services.Bodies.Change(heldBytes, 0);
        }
    }

    /// <summary>
    /// Kestrel refuses some bodies by other exceptions than its own: a trailer with a NUL, a chunk's size
    /// beyond every number. Nothing else that reading runs into is one of these.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ReadResult> NextAsync(PipeReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception refusal)
            when (refusal is InvalidOperationException
                or (IOException and not (ConnectionResetException or BadHttpRequestException)))
        {
            throw new BadHttpRequestException("not valid HTTP", StatusCodes.Status400BadRequest, refusal);
        }
    }

    private ValueTask<IngestResult> IngestAsync(
        HttpContext http, Project project, EventBatch batch, in ReadOnlySequence<byte> body)
    {
        var context = new IngestContext(
            project, Address.From(http.Connection.RemoteIpAddress), services.Ingestor.NowMillis,
            BodyEncodings.Read(KeyHeaders.Single(http.Request.Headers.ContentEncoding)))
        {
            Limits = _limits,
        };
        return services.Ingestor.IngestAsync(body, context, batch, http.RequestAborted);
    }

    private static ValueTask AnswerAsync(HttpContext http, IngestResult result, EventBatch batch)
    {
        batch.Answer.ResetWrittenCount();
        IngestResponse.WriteBody(result, batch, batch.Answer);
        return JsonAnswer.WriteAsync(
            http, IngestResponse.StatusCode(result), batch.Answer.WrittenMemory, result.RetryAfterSeconds);
    }

    private ProjectAccess Resolve(HttpRequest request, out Project? project)
    {
        Span<char> decoded = stackalloc char[WriteKey.MaxChars];
        return services.Projects.Resolve(KeyHeaders.Find(request, decoded), out project);
    }

    /// <summary>Refuses a body that has not been read to its end, and so its connection too.</summary>
    private static ValueTask RefuseRestAsync(HttpContext http, int statusCode)
    {
        // What is left of the body is not worth reading, so nothing more can come over this connection.
        http.Response.Headers.Connection = "close";
        return JsonAnswer.WriteErrorAsync(
            http, statusCode, statusCode == 413 ? "body: larger than the limit" : TooManyBodies);
    }
}
