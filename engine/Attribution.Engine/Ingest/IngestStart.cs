namespace Attribution.Engine.Ingest;

/// <summary>
/// How far a body came without waiting: its outcome is decided, or its events are in the ring, or (as
/// <c>default</c>) there was no room for them yet. A plain value.
/// </summary>
public readonly record struct IngestStart
{
    private const byte DecidedKind = 1;
    private const byte PublishedKind = 2;

    private readonly byte _kind;

    private IngestStart(byte kind, IngestResult result, long lastSequence) =>
        (_kind, Result, LastSequence) = (kind, result, lastSequence);

    public bool IsDecided => _kind == DecidedKind;

    /// <summary>All events are in the ring, and counted; they are not durable yet.</summary>
    public bool IsPublished => _kind == PublishedKind;

    /// <summary>All that is left to do is to wait, first for room.</summary>
    public bool NeedsRoom => _kind == 0;

    /// <summary>Of what is decided.</summary>
    public IngestResult Result { get; }

    /// <summary>Of what is published: when it is durable, the whole body is.</summary>
    public long LastSequence { get; }

    internal static IngestStart Decided(IngestResult result) => new(DecidedKind, result, 0);

    internal static IngestStart Published(long lastSequence) => new(PublishedKind, default, lastSequence);
}
