using System.ComponentModel.DataAnnotations;

namespace Attribution.Engine.Ingest;

/// <summary>How the ingestor fills the ring. Immutable.</summary>
public sealed record IngestOptions
{
    /// <summary>
    /// How long a body waits for room in the ring before it is refused with 503. Default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RoomTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
