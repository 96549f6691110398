using Attribution.Engine.Journal;
using Attribution.Faults.Simulation;

namespace Attribution.Faults.Tests.Simulation;

/// <remarks>
/// What the simulation is worth: a part that does not do its work must be found out, each kind within a few
/// hundred seeds.
/// </remarks>
public class BrokenPartTests
{
    private const int MaxSeeds = 400;

    [Fact]
    public void Disk_ThatDoesNotSync_IsFoundOut() =>
        AssertFound(options => options with { Disk = files => new LyingDisk(files) }, "is lost");

    [Fact]
    public void Disk_ThatForgetsNames_IsFoundOut() =>
        AssertFound(options => options with { Disk = files => new NamelessDisk(files) }, "is lost");

    [Fact]
    public void Journal_ThatForgetsEarly_IsFoundOut() =>
        AssertFound(options => options with { Released = watermark => watermark + 1000 }, "is lost");

    [Fact]
    public void Sink_ThatTakesUnknownForLanded_IsFoundOut() => AssertFound(
        options => options with { Transport = transport => new TrustingTransport(transport) },
        "which is not stored");

    [Fact]
    public void Sink_ThatFindsWhatIsNotThere_IsFoundOut() => AssertFound(
        options => options with { Transport = transport => new FindingTransport(transport) },
        "which is not stored");

    [Fact]
    public void Start_ThatForgetsWhatIsStored_IsFoundOut() => AssertFound(
        options => options with { Stored = stored => new ForgetfulStart(stored) }, "is stored 2 times");

    [Fact]
    public void Seed_RunTwice_TakesTheSameSteps()
    {
        for (int seed = 70; seed < 100; seed++)
            Assert.Equal(TraceOf(seed), TraceOf(seed));
    }

    private static List<string> TraceOf(int seed)
    {
        var trace = new List<string>();
        SimulatedRun.Execute(new SimulationOptions { Seed = seed, Trace = trace.Add });
        Assert.NotEmpty(trace);
        return trace;
    }

    private static void AssertFound(Func<SimulationOptions, SimulationOptions> broken, string failure)
    {
        bool isFound = false;
        for (int seed = 0; seed < MaxSeeds && !isFound; seed++)
        {
            var options = new SimulationOptions { Seed = seed, Durability = Durability.Fsync };
            isFound = SimulatedRun.Execute(broken(options)).Failures
                .Any(found => found.Contains(failure, StringComparison.Ordinal));
        }

        Assert.True(isFound, $"{MaxSeeds} seeds went by and none said that anything {failure}");
    }
}
