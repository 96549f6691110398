namespace Attribution.Engine.Ingest;

/// <summary>Tells when what was published would survive a crash. Called by all requests at once.</summary>
public interface IDurability
{
    /// <summary>Completes when the event of that sequence, and all before it, are durable.</summary>
    /// <exception cref="IOException">They cannot become durable.</exception>
    ValueTask WaitAsync(long sequence, CancellationToken cancel);
}
