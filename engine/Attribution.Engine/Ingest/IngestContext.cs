namespace Attribution.Engine.Ingest;

/// <summary>How a body's bytes are coded, as its <c>Content-Encoding</c> says. A plain value.</summary>
public enum BodyEncoding : byte
{
    /// <summary>Nothing said: the first two bytes decide between gzip and none.</summary>
    Unstated,
    Gzip,
    Unknown,
}

/// <summary>What a request brings besides its body. A plain value.</summary>
/// <param name="Project">The project of the request's key.</param>
/// <param name="Peer">The address of the sender's end of the connection.</param>
/// <param name="ReceivedMillis">The engine's clock when the body was there; milliseconds since 1970
/// UTC.</param>
/// <param name="Encoding">By the request's header.</param>
public readonly record struct IngestContext(
    Project Project, Address Peer, long ReceivedMillis, BodyEncoding Encoding = BodyEncoding.Unstated)
{
    public IngestLimits Limits { get; init; } = IngestLimits.Default;
}
