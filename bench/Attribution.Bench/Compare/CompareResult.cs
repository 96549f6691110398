using System.Text.Json.Serialization;
using Attribution.Bench.Crash;

namespace Attribution.Bench.Compare;

/// <summary>
/// What a comparison found; the names are those of its JSON file. Immutable.
/// </summary>
internal sealed record CompareResult
{
    /// <summary>Options of the engine besides its defaults.</summary>
    public required string EngineOptions { get; init; }

    /// <summary>The engine's processor time per event over another server's, round by round.</summary>
    public required IReadOnlyList<CompareRatio> Ratios { get; init; }

    public required IReadOnlyList<CompareSummary> Summaries { get; init; }
    public required IReadOnlyList<CompareWindow> Windows { get; init; }

    [JsonIgnore]
    public bool IsWithoutErrors => Windows.All(window => window.Errors == 0);

    public static CompareResult Of(string engineOptions, IReadOnlyList<CompareWindow> windows) => new()
    {
        EngineOptions = engineOptions,
        Ratios = [.. RatiosOf(windows)],
        Summaries =
        [
            .. from window in windows
               group window by (window.Scenario, window.Server) into same
               select CompareSummary.Of([.. same]),
        ],
        Windows = windows,
    };

    private static IEnumerable<CompareRatio> RatiosOf(IReadOnlyList<CompareWindow> windows) =>
        from window in windows
        group window by window.Scenario into scenario
        let first = scenario.First().Server
        from other in scenario.Select(window => window.Server).Distinct().Skip(1)
        let pairs = from one in scenario
                    where one.Server == first
                    join two in scenario.Where(window => window.Server == other) on one.Round equals two.Round
                    select one.CpuMicrosPerEvent / two.CpuMicrosPerEvent
        select new CompareRatio(scenario.Key, first, other, Spread.Of(pairs)!);
}

/// <summary>Processor time per event of one server over another's in the same round. Immutable.</summary>
internal sealed record CompareRatio(string Scenario, string Server, string Other, Spread CpuPerEvent);

/// <summary>One server under one kind of traffic, over all rounds. Immutable.</summary>
internal sealed record CompareSummary(
    string Scenario,
    string Server,
    Spread CpuMicrosPerRequest,
    Spread CpuMicrosPerEvent,
    Spread KernelShare,
    Spread RequestsPerSecond,
    Spread EventsPerSecond,
    Spread ClickHouseCpuMicrosPerEvent,
    Spread AnswerP99Millis,
    long Errors)
{
    public static CompareSummary Of(IReadOnlyList<CompareWindow> windows) => new(
        windows[0].Scenario,
        windows[0].Server,
        Spread.Of(windows.Select(window => window.CpuMicrosPerRequest))!,
        Spread.Of(windows.Select(window => window.CpuMicrosPerEvent))!,
        Spread.Of(windows.Select(window => window.KernelShare))!,
        Spread.Of(windows.Select(window => window.RequestsPerSecond))!,
        Spread.Of(windows.Select(window => window.EventsPerSecond))!,
        Spread.Of(windows.Select(window => window.ClickHouseCpuMicrosPerEvent))!,
        Spread.Of(windows.Select(window => window.AnswerP99Millis))!,
        windows.Sum(window => window.Errors));
}
