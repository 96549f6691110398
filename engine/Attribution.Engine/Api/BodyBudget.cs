using System.Diagnostics.Metrics;

namespace Attribution.Engine.Api;

/// <summary>
/// Bounds the bytes of all bodies that are being received or made durable at one time, which a limit per body
/// and one of connections would not do. Called by all requests at once.
/// </summary>
public sealed class BodyBudget
{
    private readonly long _maxBytes;
    private long _heldBytes;

    /// <param name="maxBytes">Above zero.</param>
    /// <param name="meter">Owns the gauge of what is held.</param>
    public BodyBudget(long maxBytes, Meter meter)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        _maxBytes = maxBytes;
        meter.CreateObservableGauge(
            "attribution.bodies.held", () => HeldBytes, null,
            "Bytes of bodies being received or made durable now.");
    }

    public long HeldBytes => Volatile.Read(ref _heldBytes);

    /// <returns>False when they would be over the limit; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _heldBytes, bytes) <= _maxBytes)
            return true;

        Interlocked.Add(ref _heldBytes, -bytes);
        return false;
    }

    /// <summary>
    /// Says that a body taken with some bytes now holds others; 0 when it is done with. What is held already
    /// is never refused, so this may go over the limit: by one parsed body per thread.
    /// </summary>
    public void Change(long fromBytes, long toBytes) =>
        Interlocked.Add(ref _heldBytes, toBytes - fromBytes);
}
