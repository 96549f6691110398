namespace Attribution.Bench.Load;

/// <summary>
/// What a load cost the engine and the generator, per accepted event; the names are those of the JSON file.
/// Immutable. Null: the engine does not say.
/// </summary>
internal sealed record LoadCosts
{
    public required double? EngineCpuMicrosPerEvent { get; init; }

    /// <summary>The kernel's part of the engine's processor time, 0 to 1.</summary>
    public required double? EngineKernelShare { get; init; }

    public required double? EngineAllocatedBytesPerEvent { get; init; }
    public required double? Gen0Collections { get; init; }
    public required double? Gen1Collections { get; init; }
    public required double? Gen2Collections { get; init; }
    public required double? EventsPerJournalSync { get; init; }
    public required double? JournalBytesPerEvent { get; init; }

    /// <summary>
    /// Rows of <c>attributions</c>, written again ones included: one conversion in 28 events under six models
    /// makes 0.21, each change of one six more.
    /// </summary>
    public required double? AttributionRowsPerEvent { get; init; }

    /// <summary>Of the threads that send alone; who watches the run is not counted.</summary>
    public required double GeneratorCpuMicrosPerEvent { get; init; }
    public required double GeneratorAllocatedBytesPerEvent { get; init; }

    /// <summary>Share of all processors' time that the host gave to other guests, 0 to 1.</summary>
    public required double? StolenShare { get; init; }

    public static LoadCosts Between(CostSample before, CostSample after, long events)
    {
        EngineMetrics from = before.Engine;
        EngineMetrics to = after.Engine;
        double per = Math.Max(1, events);
        double? cpu = to.CpuSeconds - from.CpuSeconds;
        return new LoadCosts
        {
            EngineCpuMicrosPerEvent = cpu * 1_000_000 / per,
            EngineKernelShare = (to.SystemCpuSeconds - from.SystemCpuSeconds) / cpu,
            EngineAllocatedBytesPerEvent = (to.AllocatedBytes - from.AllocatedBytes) / per,
            Gen0Collections = to.Collections(0) - from.Collections(0),
            Gen1Collections = to.Collections(1) - from.Collections(1),
            Gen2Collections = to.Collections(2) - from.Collections(2),
            EventsPerJournalSync = Ratio(
                to.JournalEvents - from.JournalEvents, to.JournalSyncs - from.JournalSyncs),
            JournalBytesPerEvent = (to.JournalBytes - from.JournalBytes) / per,
            AttributionRowsPerEvent = (to.AttributionRows - from.AttributionRows) / per,
            GeneratorCpuMicrosPerEvent = (after.GeneratorCpu - before.GeneratorCpu).TotalMicroseconds / per,
            GeneratorAllocatedBytesPerEvent = (after.GeneratorBytes - before.GeneratorBytes) / per,
            StolenShare = StealTime.Share(before.Steal, after.Steal),
        };
    }

    private static double? Ratio(double? of, double? to) => to > 0 ? of / to : null;
}

/// <summary>The counters of engine, generator and machine at one moment. Immutable.</summary>
internal sealed record CostSample(
    EngineMetrics Engine, TimeSpan GeneratorCpu, long GeneratorBytes, StealTime? Steal)
{
    public static async Task<CostSample> TakeAsync(
        HttpClient engine, LoadGenerator generator, CancellationToken cancel) => new(
            await EngineMetrics.ReadAsync(engine, cancel),
            generator.Cpu,
            generator.AllocatedBytes,
            StealTime.Now());
}
