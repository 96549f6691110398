using Attribution.Simulator.Streaming;
using Attribution.Simulator.Truths;

namespace Attribution.Simulator;

/// <summary>
/// A whole simulated world in memory: every event with its bytes, for tests of up to some 100,000 events.
/// Immutable once read.
/// </summary>
public sealed class SimulatedWorld
{
    private SimulatedWorld(
        IReadOnlyList<SimulatedEvent> delivered, IReadOnlyList<ReadOnlyMemory<byte>> bodies, Truth truth)
    {
        Delivered = delivered;
        Bodies = bodies;
        Truth = truth;
    }

    /// <summary>In the order of delivery, second copies included.</summary>
    public IReadOnlyList<SimulatedEvent> Delivered { get; }

    /// <summary>The request bodies, JSON arrays, that carry <see cref="Delivered"/> in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Bodies { get; }

    public Truth Truth { get; }

    public IEnumerable<SimulatedEvent> Distinct => Delivered.Where(e => !e.IsDuplicate);

    /// <summary>
    /// Runs a world to its end. Clocks are read for <c>sent_at</c> at <paramref name="sentMillis"/>; null
    /// stands for the world's end.
    /// </summary>
    public static SimulatedWorld Read(
        SimulatorOptions options, int batchEvents = 100, long? sentMillis = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchEvents, 1);
        var stream = new EventStream(options);
        var delivered = new List<SimulatedEvent>();
        var bodies = new List<ReadOnlyMemory<byte>>();
        var body = new EventBody();
        while (stream.TryAppendTo(body, out SimulatedEvent? described))
        {
            delivered.Add(described!);
            if (body.Count == batchEvents)
                Finish(body, bodies, sentMillis);
        }

        if (body.Count > 0)
            Finish(body, bodies, sentMillis);
        return new SimulatedWorld(delivered, bodies, stream.Truth);
    }

    private static void Finish(EventBody body, List<ReadOnlyMemory<byte>> bodies, long? sentMillis)
    {
        if (sentMillis is { } millis)
            body.StampSent(millis);
        bodies.Add(body.Bytes.ToArray());
        body.Clear();
    }
}
