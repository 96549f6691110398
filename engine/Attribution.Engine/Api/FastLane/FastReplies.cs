using System.Buffers;
using System.IO.Pipelines;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Microsoft.AspNetCore.Http;

namespace Attribution.Engine.Api.FastLane;

/// <summary>Writes one connection's answers, in its requests' order. Owned by its read loop.</summary>
internal sealed class FastReplies(FastLaneMiddleware lane, PipeWriter output, ConnectionWatch watch)
{
    private static readonly byte[] TooSlow = "{\"error\":\"request: too slow\"}"u8.ToArray();

    /// <summary>Something was written that has not been sent.</summary>
    public bool ArePending { get; private set; }

    /// <summary>The last answer said that it is the connection's last.</summary>
    public bool HaveClosed { get; private set; }

    /// <summary>Writes the plain answers of requests whose events are durable.</summary>
    public void WritePlain(OwedAnswers owed, long nowMillis)
    {
        FastAnswers.Plain plain = lane.Answers.At(nowMillis);
        for (int i = 0; i < owed.Count;)
        {
            Span<byte> room = output.GetSpan(FastAnswers.MaxPlainBytes);
            int written = 0;
            while (i < owed.Count && room.Length - written >= FastAnswers.MaxPlainBytes)
                written += plain.Write(owed[i++].Accepted, room[written..]);
            output.Advance(written);
        }

        lane.Requests.AnsweredFast(StatusCodes.Status200OK, owed.Count);
        ArePending = true;
    }

    /// <summary>
    /// For a journal that failed: asks for each request by itself, as the events of some may be durable.
    /// </summary>
    public async Task WriteEachAsync(OwedAnswers owed, CancellationToken closed)
    {
        for (int i = 0; i < owed.Count; i++)
        {
            bool isDurable = await IsDurableAsync(owed[i].Sequence, closed).ConfigureAwait(false);
            WriteEach(owed[i], isDurable);
        }
    }

    /// <summary>
    /// Writes an answer of any kind. The plain one, of a request that had to wait for room, allocates
    /// nothing.
    /// </summary>
    public void Write(IngestResult result, EventBatch batch)
    {
        if (result.Status == IngestStatus.Accepted && batch.Rejected == 0 && !watch.IsStopping)
        {
            FastAnswers.Plain plain = lane.Answers.At(lane.Ingestor.NowMillis);
            output.Advance(plain.Write(batch.Accepted, output.GetSpan(FastAnswers.MaxPlainBytes)));
            lane.Requests.AnsweredFast(StatusCodes.Status200OK, 1);
            ArePending = true;
            return;
        }

        batch.Answer.ResetWrittenCount();
        IngestResponse.WriteBody(result, batch, batch.Answer);
        Write(new FastAnswer
        {
            Status = IngestResponse.StatusCode(result),
            Body = batch.Answer.WrittenSpan,
            RetryAfterSeconds = result.RetryAfterSeconds,
            Closes = watch.IsStopping,
        });
    }

    /// <summary>Refuses a request that did not come in time, as Kestrel and the stock lane do.</summary>
    public void WriteTooSlow(WaitPhase phase) => Write(new FastAnswer
    {
        Status = StatusCodes.Status408RequestTimeout,
        Body = phase == WaitPhase.Body ? TooSlow : default,
        Closes = true,
    });

    /// <returns>False when nobody reads any more.</returns>
    public ValueTask<bool> FlushAsync()
    {
        ArePending = false;
        ValueTask<FlushResult> flushing = output.FlushAsync();
        return flushing.IsCompletedSuccessfully
            ? new ValueTask<bool>(!flushing.Result.IsCompleted) : WaitAsync(flushing);
    }

    /// <summary>Counts requests whose sender has gone before it was answered.</summary>
    public void CountUnanswered(int requests)
    {
        if (requests > 0)
            lane.Requests.AnsweredFast(StatusCodes.Status499ClientClosedRequest, requests);
    }

    private async ValueTask<bool> WaitAsync(ValueTask<FlushResult> flushing)
    {
        WaitPhase before = watch.Phase;
        watch.Begin(WaitPhase.Reading);
        FlushResult flushed = await flushing.ConfigureAwait(false);
        watch.Begin(before);
        return !flushed.IsCompleted;
    }

    private async Task<bool> IsDurableAsync(long sequence, CancellationToken closed)
    {
        try
        {
            await lane.Ingestor.WaitAsync(sequence, closed).ConfigureAwait(false);
            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    private void WriteEach(OwedAnswer owed, bool isDurable)
    {
        var body = new ArrayBufferWriter<byte>();
        var result = new IngestResult(isDurable ? IngestStatus.Accepted : IngestStatus.NotDurable);
        IngestResponse.WriteBody(result, owed.Accepted, body);
        Write(new FastAnswer
        {
            Status = IngestResponse.StatusCode(result),
            Body = body.WrittenSpan,
            RetryAfterSeconds = result.RetryAfterSeconds,
            Closes = watch.IsStopping,
        });
    }

    private void Write(in FastAnswer answer)
    {
        FastAnswers.Write(output, answer);
        lane.Requests.AnsweredFast(answer.Status, 1);
        ArePending = true;
        HaveClosed |= answer.Closes;
    }
}
