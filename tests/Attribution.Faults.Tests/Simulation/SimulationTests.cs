using Attribution.Faults.Simulation;

namespace Attribution.Faults.Tests.Simulation;

/// <remarks>
/// Thousands of short lives of a whole engine, each from a seed: crashes, power losses, refusing disks, a
/// ClickHouse that fails in every way, clocks that jump. In the end ids and rows are compared with what was
/// acknowledged and with a run that nothing happened to. A failing seed is named with the command that
/// replays it; `bench soak` runs as many more as there is time for.
/// </remarks>
public class SimulationTests
{
    private const int Seeds = 2_000;
    private const int SeedsPerCase = 100;

    public static TheoryData<int> FirstSeeds
    {
        get
        {
            var firsts = new TheoryData<int>();
            for (int first = 0; first < Seeds; first += SeedsPerCase)
                firsts.Add(first);
            return firsts;
        }
    }

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Engine_ThroughEveryFault_KeepsWhatItAcknowledgedOnce(int first)
    {
        var failures = new List<string>();
        var effort = new SimulationEffort();
        for (int seed = first; seed < first + SeedsPerCase; seed++)
        {
            SimulationResult result = SimulatedRun.Execute(new SimulationOptions { Seed = seed });
            effort += result.Effort;
            if (!result.IsKept)
                failures.Add($"bench soak --seed {seed} --trace: {result.Failures[0]}");
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));

        // What is never reached proves nothing.
        Assert.True(effort is { Waits: > 0, SpilledBlocks: > 0, CaughtUp: > 0 }, effort.ToString());
    }

    [Fact]
    public void Engine_WithoutFaults_KeepsWhatItAcknowledgedOnce()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            SimulationResult result = SimulatedRun.Execute(
                new SimulationOptions { Seed = seed, HasFaults = false });
            Assert.True(result.IsKept, $"seed {seed}: {string.Join('\n', result.Failures)}");
            Assert.Equal(0, result.Lost);
        }
    }
}
