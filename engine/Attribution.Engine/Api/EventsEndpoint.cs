using System.Buffers;
using System.IO.Pipelines;
using Attribution.Engine.Ingest;
using Microsoft.AspNetCore.Http;

namespace Attribution.Engine.Api;

/// <summary>
/// <c>POST /v1/events</c>: from a request to an ingested body and its answer. Called by all requests at once.
/// </summary>
internal sealed class EventsEndpoint(ApiServices services)
{
    public async Task HandleAsync(HttpContext http)
    {
        ProjectAccess access = Resolve(http.Request, out Project? project);
        if (project is null || access != ProjectAccess.Granted)
        {
            await JsonAnswer.RefuseKeyAsync(http, access).ConfigureAwait(false);
            return;
        }

        if (http.Request.ContentLength > BodyDecoder.MaxBodyBytes)
        {
            await RefuseSizeAsync(http).ConfigureAwait(false);
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
        while (true)
        {
            ReadResult read = await reader.ReadAsync(http.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > BodyDecoder.MaxBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                await RefuseSizeAsync(http).ConfigureAwait(false);
                return;
            }

            if (read.IsCompleted)
            {
                await IngestAsync(http, project, batch, reader, read.Buffer).ConfigureAwait(false);
                return;
            }

            reader.AdvanceTo(consumed: read.Buffer.Start, examined: read.Buffer.End);
        }
    }

    private async ValueTask IngestAsync(
        HttpContext http, Project project, EventBatch batch, PipeReader reader, ReadOnlySequence<byte> body)
    {
        var context = new IngestContext(
            project, Address.From(http.Connection.RemoteIpAddress), services.Ingestor.NowMillis,
            BodyEncodings.Read(KeyHeaders.Single(http.Request.Headers.ContentEncoding)));
        ValueTask<IngestResult> ingesting =
            services.Ingestor.IngestAsync(body, context, batch, http.RequestAborted);
        // The ingestor has taken what it needs; the body's buffers go back while the events become durable.
        reader.AdvanceTo(body.End);
        IngestResult result = await ingesting.ConfigureAwait(false);

        batch.Answer.ResetWrittenCount();
        IngestResponse.WriteBody(result, batch, batch.Answer);
        await JsonAnswer.WriteAsync(
            http, IngestResponse.StatusCode(result), batch.Answer.WrittenMemory, result.RetryAfterSeconds)
            .ConfigureAwait(false);
    }

    private ProjectAccess Resolve(HttpRequest request, out Project? project)
    {
        Span<char> decoded = stackalloc char[WriteKey.MaxChars];
        return services.Projects.Resolve(KeyHeaders.Find(request, decoded), out project);
    }

    private static ValueTask RefuseSizeAsync(HttpContext http)
    {
        // What is left of the body is not worth reading, so nothing more can come over this connection.
        http.Response.Headers.Connection = "close";
        return JsonAnswer.WriteErrorAsync(http, 413, "body: larger than the limit");
    }
}
