using System.Diagnostics.Metrics;
using System.Text;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Counts what ingestion does, in plain numbers that are read when somebody asks for the metrics. Called by
/// all requests at once.
/// </summary>
public sealed class IngestMetrics
{
    private static readonly int BodyErrors = Enum.GetValues<BodyError>().Length;

    private readonly long[] _rejected = new long[Reasons.Count];
    private readonly long[] _refusedBodies = new long[BodyErrors];
    private long _accepted;
    private long _bodies;
    private long _bodyBytes;
    private long _unknownFields;
    private long _roomWaits;
    private long _roomRefusals;

    /// <param name="meter">Owns the instruments; the ring's fill is measured when asked for.</param>
    /// <param name="ringFill">0 to 1.</param>
    public IngestMetrics(Meter meter, Func<double> ringFill)
    {
        meter.CreateObservableCounter(
            "attribution.events.accepted", () => Volatile.Read(ref _accepted), null,
            "Valid events put into the ring.");
        meter.CreateObservableCounter(
            "attribution.events.rejected", MeasureRejected, null,
            "Events that became dead letters, by reason.");
        meter.CreateObservableCounter(
            "attribution.bodies", () => Volatile.Read(ref _bodies), null, "Request bodies read.");
        meter.CreateObservableCounter(
            "attribution.bodies.refused", MeasureRefused, null,
            "Request bodies nothing was kept of, by reason.");
        meter.CreateObservableCounter(
            "attribution.bodies.bytes", () => Volatile.Read(ref _bodyBytes), null,
            "Bytes of bodies, as sent.");
        meter.CreateObservableCounter(
            "attribution.fields.unknown", () => Volatile.Read(ref _unknownFields), null,
            "Top-level fields ignored because the contract does not have them.");
        meter.CreateObservableCounter(
            "attribution.ring.waits", () => Volatile.Read(ref _roomWaits), null,
            "Waits for room in the ring.");
        meter.CreateObservableCounter(
            "attribution.ring.refusals", () => Volatile.Read(ref _roomRefusals), null,
            "Bodies refused because ring or disk had no room in time.");
        meter.CreateObservableGauge(
            "attribution.ring.fill", ringFill, null, "How full the ring is, 0 to 1.");
    }

    public long Accepted => Volatile.Read(ref _accepted);

    internal void Read(long bodyBytes, BodyError error)
    {
        Interlocked.Increment(ref _bodies);
        Interlocked.Add(ref _bodyBytes, bodyBytes);
        if (error != BodyError.None)
            Interlocked.Increment(ref _refusedBodies[(int)error]);
    }

    internal void Published(EventBatch batch)
    {
        Interlocked.Add(ref _accepted, batch.Accepted);
        if (batch.UnknownFields > 0)
            Interlocked.Add(ref _unknownFields, batch.UnknownFields);
        if (batch.Rejected == 0)
            return;

        ReadOnlySpan<int> counts = batch.ReasonCounts;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                Interlocked.Add(ref _rejected[i], counts[i]);
        }
    }

    internal void WaitedForRoom() => Interlocked.Increment(ref _roomWaits);

    internal void RefusedForRoom() => Interlocked.Increment(ref _roomRefusals);

    private IEnumerable<Measurement<long>> MeasureRejected()
    {
        for (int i = 0; i < _rejected.Length; i++)
        {
            long count = Volatile.Read(ref _rejected[i]);
            if (count > 0)
                yield return Measure(count, Reasons.Of(i));
        }
    }

    private IEnumerable<Measurement<long>> MeasureRefused()
    {
        for (int i = 0; i < _refusedBodies.Length; i++)
        {
            long count = Volatile.Read(ref _refusedBodies[i]);
            if (count > 0)
                yield return Measure(count, Reasons.Of((BodyError)i));
        }
    }

    private static Measurement<long> Measure(long count, ReadOnlySpan<byte> reason) =>
        new(count, new KeyValuePair<string, object?>("reason", Encoding.UTF8.GetString(reason)));
}
