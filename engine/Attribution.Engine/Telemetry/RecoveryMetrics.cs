using System.Diagnostics.Metrics;
using Attribution.Engine.Recovery;
using Attribution.Engine.Sink;

namespace Attribution.Engine.Telemetry;

/// <summary>How far the state of earlier runs has come back, read when somebody asks. Stateless.</summary>
internal static class RecoveryMetrics
{
    public static void Add(Meter meter, StateRecovery recovery, SinkPipeline sink)
    {
        meter.CreateObservableGauge(
            "attribution.restoring", () => recovery.IsWhole ? 0 : 1, null,
            "1 while events are taken and attribution waits for the state of earlier runs.");
        meter.CreateObservableGauge(
            "attribution.restored", () => recovery.Restored, null,
            "Stored events that this start has read back.");
        meter.CreateObservableGauge(
            "attribution.restore.waiting", () => recovery.Waiting, null,
            "Events in the journal that wait for that state.");

        // What waits for the state has no row yet, and is not in ClickHouse either.
        meter.CreateObservableGauge(
            "attribution.sink.lag", () => Math.Max(sink.LagMillis / 1000.0, recovery.WaitedSeconds), "s",
            "Age of the oldest row not yet durable.");
    }
}
