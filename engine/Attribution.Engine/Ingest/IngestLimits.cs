using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>How much of a body is taken. Immutable; shared by all requests.</summary>
public sealed record IngestLimits
{
    /// <summary>What holds unless something else is set.</summary>
    public static readonly IngestLimits Default = new();

    /// <summary>Largest body that can be allowed: what the text of a batch is bounded by.</summary>
    public const int LargestBodyBytes = 64 * 1024 * 1024;

    /// <summary>Bytes of one body, as sent and as decompressed. Default 4 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of one event as it was written. Default, and most, 32 KiB.</summary>
    public int MaxEventBytes { get; init; } = EventRecord.MaxBytes;

    /// <summary>
    /// Objects and arrays in each other, the event being 1. Default, and most,
    /// <see cref="JsonScanner.MaxDepth"/>.
    /// </summary>
    public int MaxJsonDepth { get; init; } = JsonScanner.MaxDepth;
}
