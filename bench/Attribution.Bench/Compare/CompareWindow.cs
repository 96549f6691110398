using Attribution.Bench.Load;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Compare;

/// <summary>
/// What one server did in one round; the names are those of the JSON file. Immutable. Processor time is that
/// of the server without its ClickHouse, until everything that followed from the requests was done.
/// </summary>
internal sealed record CompareWindow
{
    public required string Server { get; init; }
    public required string Scenario { get; init; }
    public required int Round { get; init; }
    public required double Seconds { get; init; }
    public required long Requests { get; init; }
    public required long Events { get; init; }
    public required long Errors { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required double EventsPerSecond { get; init; }
    public required double CpuMicrosPerRequest { get; init; }
    public required double CpuMicrosPerEvent { get; init; }

    /// <summary>The kernel's part of it, 0 to 1.</summary>
    public required double KernelShare { get; init; }

    public required double ClickHouseCpuMicrosPerEvent { get; init; }
    public required double AnswerP50Millis { get; init; }
    public required double AnswerP99Millis { get; init; }
    public required double? StolenShare { get; init; }

    /// <summary>Sends for a time, waits until all of it is done, and reads what it cost.</summary>
    public static async Task<CompareWindow> MeasureAsync(
        MeasuredServer server, Scenario scenario, (int Round, TimeSpan Length, EventClock Clock) window,
        CancellationToken cancel)
    {
        using var generator = new LoadGenerator(scenario.SettingsFor(server.Url, window.Clock));
        ProcessCpu before = server.Cpu();
        ProcessCpu clickHouseBefore = server.ClickHouseCpu();
        StealTime? stealBefore = StealTime.Now();
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        await generator.RunAsync(window.Length, eventsPerSecond: 0, cancel);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        StealTime? stealAfter = StealTime.Now();
        await server.SettleAsync(cancel);
        ProcessCpu cpu = server.Cpu() - before;
        await server.QuietAsync(cancel);
        LatencyHistogram latencies = generator.Latencies;
        double requests = Math.Max(1, latencies.Count);
        double events = Math.Max(1, generator.Accepted);
        return new CompareWindow
        {
            Server = server.Name,
            Scenario = scenario.Name,
            Round = window.Round,
            Seconds = seconds,
            Requests = latencies.Count,
            Events = generator.Accepted,
            Errors = generator.Errors,
            RequestsPerSecond = latencies.Count / seconds,
            EventsPerSecond = generator.Accepted / seconds,
            CpuMicrosPerRequest = cpu.Total.TotalMicroseconds / requests,
            CpuMicrosPerEvent = cpu.Total.TotalMicroseconds / events,
            KernelShare = cpu.Kernel / cpu.Total,
            ClickHouseCpuMicrosPerEvent =
                (server.ClickHouseCpu() - clickHouseBefore).Total.TotalMicroseconds / events,
            AnswerP50Millis = latencies.Millis(0.5),
            AnswerP99Millis = latencies.Millis(0.99),
            StolenShare = StealTime.Share(stealBefore, stealAfter),
        };
    }
}
