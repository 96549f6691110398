using System.Text.Json;
using Attribution.Bench.Compare;

namespace Attribution.Bench.Tests;

public class CompareResultTests
{
    [Fact]
    public void Of_Rounds_DividesWithinEachRoundBeforeTheMedian()
    {
        // The machine is half as fast in round 2, for both servers.
        CompareResult result = CompareResult.Of("--durability os",
        [
            Window("engine", 1, 2), Window("engine", 2, 4), Window("engine", 3, 3),
            Window("baseline", 1, 8), Window("baseline", 2, 16), Window("baseline", 3, 10),
        ]);

        CompareRatio ratio = Assert.Single(result.Ratios);
        Assert.Equal(("engine", "baseline"), (ratio.Server, ratio.Other));
        Assert.Equal((0.25, 0.25, 0.3),
            (ratio.CpuPerEvent.Min, ratio.CpuPerEvent.Median, ratio.CpuPerEvent.Max));
        Assert.Equal(3, result.Summaries[0].CpuMicrosPerEvent.Median);
        Assert.Equal(8, result.Summaries[1].CpuMicrosPerEvent.Min);
    }

    [Fact]
    public void Of_Result_SurvivesTheRoundTripThroughJson()
    {
        CompareResult result = CompareResult.Of("", [Window("engine", 1, 2), Window("baseline", 1, 8)]);

        string json = JsonSerializer.Serialize(result);
        CompareResult read = JsonSerializer.Deserialize<CompareResult>(json)!;

        Assert.Equal(result.Ratios, read.Ratios);
        Assert.Equal(result.Summaries, read.Summaries);
        Assert.Equal(result.Windows, read.Windows);
    }

    private static CompareWindow Window(string server, int round, double cpu) => new()
    {
        Server = server,
        Scenario = "batches",
        Round = round,
        Seconds = 1,
        Requests = 10,
        Events = 1_000,
        Errors = 0,
        RequestsPerSecond = 10,
        EventsPerSecond = 1_000,
        CpuMicrosPerRequest = cpu * 100,
        CpuMicrosPerEvent = cpu,
        KernelShare = 0.5,
        ClickHouseCpuMicrosPerEvent = 1,
        AnswerP50Millis = 1,
        AnswerP99Millis = 2,
        StolenShare = null,
    };
}
