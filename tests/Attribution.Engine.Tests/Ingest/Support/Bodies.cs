using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>Bodies in the forms a sender can give them, and what reading them gives. Stateless.</summary>
internal static class Bodies
{
    /// <summary>2026-11-21T04:54:35.123Z.</summary>
    public const long ReceivedMillis = 1_795_236_875_123;

    public static readonly Project Project = new("default");

    public static readonly Address Peer = new(0x1111, 0x2222);

    public static readonly IngestContext Context = new(Project, Peer, ReceivedMillis);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A valid event with more fields.</summary>
    public static string Event(string fields) => "{\"type\":\"click\",\"user_id\":\"u1\"," + fields + "}";

    public static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    public static EventBatch Read(byte[] body, out BodyError error) =>
        Read(new ReadOnlySequence<byte>(body), Context, out error);

    public static EventBatch Read(ReadOnlySequence<byte> body, IngestContext context, out BodyError error)
    {
        var batch = new EventBatch();
        error = batch.Decoder.Decode(body, context, out ReadOnlySpan<byte> bytes);
        if (error == BodyError.None)
            error = BatchReader.Read(bytes, context, batch);
        return batch;
    }

    /// <summary>Reads a body that must be one valid event.</summary>
    public static ParsedEvent ReadOne(string body, IngestContext? context = null)
    {
        EventBatch batch = Read(
            new ReadOnlySequence<byte>(Utf8(body)), context ?? Context, out BodyError error);
        Assert.Equal(BodyError.None, error);
        ParsedEvent only = Assert.Single(ParsedEvent.All(batch));
        Assert.True(only.Header.Kind == EventKind.Event, only[EventField.Type]);
        return only;
    }

    /// <summary>Reads a body that must be one rejected event, and gives its reason.</summary>
    public static string ReasonOf(string body) => ReasonOf(Utf8(body));

    public static string ReasonOf(byte[] body)
    {
        EventBatch batch = Read(body, out BodyError error);
        Assert.Equal(BodyError.None, error);
        ParsedEvent only = Assert.Single(ParsedEvent.All(batch));
        Assert.Equal(EventKind.Rejected, only.Header.Kind);
        Rejection rejection = batch.Rejections[0];
        Assert.Equal(only[EventField.Type],
            Encoding.UTF8.GetString(Reasons.Of(rejection.Error, rejection.Key)));
        return only[EventField.Type];
    }

    /// <summary>Everything reading gave, as text that two readings can be compared by.</summary>
    public static string Describe(EventBatch batch, BodyError error)
    {
        var text = new StringBuilder(error.ToString());
        text.Append(CultureInfo.InvariantCulture,
            $" {batch.Accepted}+{batch.Rejected} unknown {batch.UnknownFields}");
        foreach (ParsedEvent parsed in ParsedEvent.All(batch))
            text.Append('\n').Append(parsed.Describe());
        foreach (Rejection rejection in batch.Rejections)
            text.Append('\n').Append(rejection);
        return text.ToString();
    }
}
