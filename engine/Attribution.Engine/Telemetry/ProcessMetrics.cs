using System.Diagnostics.Metrics;
using System.Globalization;

namespace Attribution.Engine.Telemetry;

/// <summary>
/// What the process costs: processor time, memory, garbage collections. Read when asked for; stateless.
/// </summary>
public static class ProcessMetrics
{
    public static void Add(Meter meter)
    {
        meter.CreateObservableCounter(
            "attribution.process.cpu", MeasureCpu, "s", "Processor time of the process, by mode.");
        meter.CreateObservableCounter(
            "attribution.process.allocated", () => GC.GetTotalAllocatedBytes(), "By",
            "Bytes allocated on the managed heap since the start.");
        meter.CreateObservableCounter(
            "attribution.process.gc", MeasureCollections, null, "Garbage collections, by generation.");
        meter.CreateObservableCounter(
            "attribution.process.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s",
            "Time all threads stood still for the garbage collector.");
        meter.CreateObservableGauge(
            "attribution.process.resident", () => Environment.WorkingSet, "By", "Resident memory.");
        meter.CreateObservableGauge(
            "attribution.process.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By",
            "Managed heap in use.");
    }

    private static IEnumerable<Measurement<double>> MeasureCpu()
    {
        Environment.ProcessCpuUsage usage = Environment.CpuUsage;
        yield return new Measurement<double>(
            usage.UserTime.TotalSeconds, new KeyValuePair<string, object?>("mode", "user"));
        yield return new Measurement<double>(
            usage.PrivilegedTime.TotalSeconds, new KeyValuePair<string, object?>("mode", "system"));
    }

    private static IEnumerable<Measurement<long>> MeasureCollections()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            string text = generation.ToString(CultureInfo.InvariantCulture);
            yield return new Measurement<long>(
                GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", text));
        }
    }
}
