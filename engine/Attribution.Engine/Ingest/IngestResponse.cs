using System.Buffers;
using System.Buffers.Text;

namespace Attribution.Engine.Ingest;

/// <summary>The answer to a body: its HTTP status and its JSON, the same in every lane. Stateless.</summary>
public static class IngestResponse
{
    /// <summary>What <c>Retry-After</c> says where nothing says it better.</summary>
    public const int RetryAfterSeconds = 1;

    public static int StatusCode(IngestResult result) => result.Status switch
    {
        IngestStatus.Accepted => 200,
        IngestStatus.NothingValid => 400,
        IngestStatus.BodyRefused => result.Error switch
        {
            BodyError.TooLarge or BodyError.TooManyEvents => 413,
            BodyError.UnknownEncoding => 415,
            _ => 400,
        },
        IngestStatus.OverQuota => 429,
        _ => 503,
    };

    /// <summary>
    /// Writes <c>{"accepted":N,"rejected":M}</c> with the errors there are, or <c>{"error":"…"}</c> when the
    /// batch says nothing about the body.
    /// </summary>
    public static void WriteBody(IngestResult result, EventBatch batch, IBufferWriter<byte> output)
    {
        if (result.Status is not (IngestStatus.Accepted or IngestStatus.NothingValid))
        {
            WriteError(Error(result), output);
            return;
        }

        WriteCounts(batch.Accepted, batch.Rejections, batch.Rejected, output);
    }

    /// <summary>
    /// The same for a body all of whose events were valid; its batch may have been cleared.
    /// </summary>
    public static void WriteBody(IngestResult result, int accepted, IBufferWriter<byte> output)
    {
        if (result.Status == IngestStatus.Accepted)
            WriteCounts(accepted, [], rejected: 0, output);
        else
            WriteError(Error(result), output);
    }

    /// <summary>Writes <c>{"error":"…"}</c>; the text needs no escapes.</summary>
    public static void WriteError(ReadOnlySpan<byte> error, IBufferWriter<byte> output)
    {
        output.Write("{\"error\":\""u8);
        output.Write(error);
        output.Write("\"}"u8);
    }

    private static void WriteCounts(
        int accepted, ReadOnlySpan<Rejection> rejections, int rejected, IBufferWriter<byte> output)
    {
        output.Write("{\"accepted\":"u8);
        WriteNumber(accepted, output);
        output.Write(",\"rejected\":"u8);
        WriteNumber(rejected, output);
        if (rejected > 0)
            WriteRejections(rejections, output);
        output.Write("}"u8);
    }

    private static ReadOnlySpan<byte> Error(IngestResult result) => result.Status switch
    {
        IngestStatus.BodyRefused => Reasons.Of(result.Error),
        IngestStatus.RingFull => "engine: no room, send again"u8,
        IngestStatus.DiskFull => "engine: the disk takes no more just now, send again"u8,
        IngestStatus.OverQuota => "key: over its events per second"u8,
        IngestStatus.NotDurable => "engine: could not store, send again"u8,
        _ => "engine: stopping, send again"u8,
    };

    private static void WriteRejections(ReadOnlySpan<Rejection> rejections, IBufferWriter<byte> output)
    {
        output.Write(",\"errors\":["u8);
        bool isFirst = true;
        foreach (Rejection rejection in rejections)
        {
            output.Write(isFirst ? "{\"index\":"u8 : ",{\"index\":"u8);
            isFirst = false;
            WriteNumber(rejection.Index, output);
            output.Write(",\"reason\":\""u8);
            output.Write(Reasons.Of(rejection.Error, rejection.Key));
            output.Write("\"}"u8);
        }

        output.Write("]"u8);
    }

    private static void WriteNumber(int number, IBufferWriter<byte> output)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(11), out int written);
        output.Advance(written);
    }
}
