using System.Buffers;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// The events of one body, parsed: their records, the bytes of their text fields one after another, and what
/// was wrong with the rejected ones, which are records too. Owned by one request at a time; used again after
/// <see cref="Clear"/>.
/// </summary>
public sealed class EventBatch
{
    /// <summary>Most events in one body.</summary>
    public const int MaxEvents = 16_384;

    /// <summary>Errors kept for the answer.</summary>
    public const int MaxRejections = 100;

    /// <summary>
    /// Room kept free for the event being written: its text twice over, and what is hashed of it.
    /// </summary>
    internal const int EventRoomBytes = 128 * 1024;

    /// <summary>
    /// Above what <see cref="MaxEvents"/> of the largest body can need: each byte once as sent and once
    /// decoded from a URL, and per event at most 200 bytes of project, derived id and reason.
    /// </summary>
    private const int MaxTextBytes = 4 * IngestLimits.LargestBodyBytes;

    private const int FirstTextBytes = 256 * 1024;
    private const int FirstEvents = 128;

    private readonly Rejection[] _rejections = new Rejection[MaxRejections];
    private readonly int[] _reasonCounts = new int[Reasons.Count];
    private EventRecord[] _records = new EventRecord[FirstEvents];
    private byte[] _text = new byte[FirstTextBytes];
    private int _rejectionCount;

    /// <summary>All events, the rejected ones among them, in the body's order.</summary>
    public ReadOnlySpan<EventRecord> Records => _records.AsSpan(0, Count);

    /// <summary>The text bytes of all events, each event's following the one's before.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, TextBytes);

    /// <summary>The first <see cref="MaxRejections"/> errors.</summary>
    public ReadOnlySpan<Rejection> Rejections => _rejections.AsSpan(0, _rejectionCount);

    public int Count { get; private set; }

    public int TextBytes { get; private set; }

    public int Rejected { get; private set; }

    public int Accepted => Count - Rejected;

    /// <summary>Top-level fields that the contract does not know.</summary>
    public long UnknownFields { get; internal set; }

    /// <summary>Rejected events by <see cref="Reasons.Index"/>.</summary>
    internal ReadOnlySpan<int> ReasonCounts => _reasonCounts;

    /// <summary>What the fast parser remembers between bodies.</summary>
    internal ParserMemory Memory { get; } = new();

    internal BodyDecoder Decoder { get; } = new();

    /// <summary>For the answer's bytes; cleared by whoever writes one.</summary>
    internal ArrayBufferWriter<byte> Answer { get; } = new(256);

    public void Clear()
    {
        if (Rejected > 0)
            Array.Clear(_reasonCounts);
        Count = 0;
        TextBytes = 0;
        Rejected = 0;
        UnknownFields = 0;
        _rejectionCount = 0;
    }

    /// <summary>
    /// Gives back what one large body made it grow to, so that a pool of batches stays small.
    /// </summary>
    public void Trim()
    {
        if (_text.Length > 4 * FirstTextBytes)
            _text = new byte[FirstTextBytes];
        if (_records.Length > 16 * FirstEvents)
            _records = new EventRecord[FirstEvents];
        Decoder.Trim();
    }

    /// <summary>
    /// The next record, zeroed, and the free room for its text. Taken by <see cref="Accept"/>.
    /// </summary>
    internal ref EventRecord Begin(out Span<byte> text)
    {
        if (Count == _records.Length)
            Array.Resize(ref _records, Count * 2);
        while (_text.Length - TextBytes < EventRoomBytes)
            GrowText();

        text = _text.AsSpan(TextBytes, EventRoomBytes);
        ref EventRecord record = ref _records[Count];
        record = default;
        return ref record;
    }

    internal void Accept()
    {
        TextBytes += _records[Count].Header.BytesLength;
        Count++;
    }

    /// <summary>Makes the next record a dead letter of the bytes that were rejected.</summary>
    internal void Reject(in IngestContext context, ParseError error, EventKey key, ReadOnlySpan<byte> bytes)
    {
        ref EventRecord record = ref Begin(out Span<byte> text);
        var draft = new EventDraft(ref record, text);
        draft.Header.Kind = EventKind.Rejected;
        draft.Append(EventField.Project, context.Project.NameUtf8.Span);
        draft.Append(EventField.Type, Reasons.Of(error, key));

        int room = EventRecord.MaxBytes - draft.Length;
        if (bytes.Length > room)
        {
            draft.Header.Flags |= EventFlags.Truncated;
            bytes = bytes[..room];
        }

        draft.Append(EventField.Properties, bytes);
        draft.Header.BytesLength = (ushort)draft.Length;
        draft.Header.TimestampMillis = draft.Header.ReceivedMillis = context.ReceivedMillis;
        draft.Header.IpHigh = context.Peer.High;
        draft.Header.IpLow = context.Peer.Low;

        if (_rejectionCount < MaxRejections)
            _rejections[_rejectionCount++] = new Rejection(Count, error, key);
        _reasonCounts[Reasons.Index(error, key)]++;
        Rejected++;
        Accept();
    }

    private void GrowText()
    {
        if (_text.Length >= MaxTextBytes)
            throw new InvalidOperationException(
                "A body's text outgrew its bound, which its limits make impossible.");
        Array.Resize(ref _text, _text.Length * 2);
    }
}
