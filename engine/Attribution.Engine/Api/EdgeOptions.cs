using System.ComponentModel.DataAnnotations;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Engine.Api;

/// <summary>
/// What one sender may take of the engine: bytes, time, connections, events. Immutable; checked once, by
/// <see cref="Validate"/>.
/// </summary>
/// <remarks>
/// Stock limits are made for people's browsers: Kestrel's let a slow sender hold a connection for more than a
/// day. SDKs send small bodies at once, so these can be narrow.
/// </remarks>
public sealed record EdgeOptions
{
    /// <summary>Bytes of one body, as sent and as decompressed. Default 4 MiB.</summary>
    [Range(1024, IngestLimits.LargestBodyBytes)]
    public int MaxBodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of all bodies being received or made durable at one time; more are refused with 503. Default
    /// 512 MiB, which is the most memory that senders together can hold here.
    /// </summary>
    [Range(IngestLimits.LargestBodyBytes, 1L << 40)]
    public long MaxBodiesBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes of one event. Default, and most, 32 KiB: what a slot of the journal holds.</summary>
    [Range(256, EventRecord.MaxBytes)]
    public int MaxEventBytes { get; init; } = EventRecord.MaxBytes;

    /// <summary>Objects and arrays in each other, the event being 1. Default, and most, 64.</summary>
    [Range(2, 64)]
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Bytes of all headers of one request. Default 32 KiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>From a request's first byte to the end of its headers. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes per second that a body must arrive with, after <see cref="BodyGrace"/>. Default 10 KB.
    /// </summary>
    [Range(1, 1024 * 1024 * 1024)]
    public int MinBodyBytesPerSecond { get; init; } = 10_000;

    /// <summary>Default 5 s; above 1 s, as the server looks once a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01.100", "00:10:00")]
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may stay without a request. Default 130 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Connections at one time; more are closed at once. Default 20,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>
    /// Events per second that one key may send, where the key itself says nothing; 0 sets no limit.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int EventsPerSecond { get; init; }

    /// <summary>How long the fast lane waits for a peer that does not read its answers. 30 s.</summary>
    internal TimeSpan ReadingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Those of them that the ingestor keeps a body to.</summary>
    internal IngestLimits Ingest => new()
    {
        MaxBodyBytes = MaxBodyBytes,
        MaxEventBytes = MaxEventBytes,
        MaxJsonDepth = MaxJsonDepth,
    };

    /// <exception cref="ValidationException">An option is out of its range; the message names it.</exception>
    public void Validate() =>
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
