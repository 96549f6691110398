using Attribution.Bench.Sending;
using Attribution.Bench.Tests.Support;
using Attribution.Simulator;

namespace Attribution.Bench.Tests;

public class SimulationRunTests
{
    [Fact]
    public async Task Run_ToAnEngineThatTakesAll_DeliversEveryEventOfTheWorld()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new SimulationRun(Settings(engine));

        await run.RunAsync(CancellationToken.None);

        SimulatedWorld world = SimulatedWorld.Read(Settings(engine).World);
        var expected = world.Delivered.GroupBy(e => e.EventId).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(expected, engine.TimesById);
        Assert.Equal(run.Truth.Delivered, run.Accepted);
        Assert.Equal(0, run.Rejected + run.Lost + run.Retries);
        Assert.Equal(engine.Requests, run.Latencies.Count);
    }

    [Fact]
    public async Task Run_ToAnEngineThatIsOftenBusy_DeliversEveryEventAllTheSame()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        engine.Refusal = number => number % 3 == 0 ? 503 : null;
        using var run = new SimulationRun(Settings(engine));

        await run.RunAsync(CancellationToken.None);

        Assert.Equal(2_000, engine.TimesById.Count);
        Assert.Equal(run.Truth.Delivered, run.Accepted);
        Assert.InRange(run.Retries, 1, engine.Requests);
        Assert.Equal(0, run.Lost);
    }

    [Fact]
    public async Task Run_ToAnEngineThatRefusesForGood_CountsWhatWasLostAndSaysWhy()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        engine.Refusal = number => number == 2 ? 401 : null;
        using var run = new SimulationRun(Settings(engine));

        await run.RunAsync(CancellationToken.None);

        Assert.Equal(100, run.Lost);
        Assert.Equal(run.Truth.Delivered - 100, run.Accepted);
        Assert.Contains("401", run.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutAnEngine_FailsAtOnceAndNamesTheAddress()
    {
        FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new SimulationRun(Settings(engine));
        Uri address = engine.Address;
        await engine.DisposeAsync();

        var error = await Assert.ThrowsAsync<HttpRequestException>(
            () => run.RunAsync(CancellationToken.None));

        Assert.Contains(address.ToString(), error.Message, StringComparison.Ordinal);
    }

    private static SimulationSettings Settings(FakeEngine engine) => new()
    {
        World = new SimulatorOptions
        {
            Events = 2_000,
            End = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
        },
        Engine = engine.Address,
        BatchEvents = 100,
        Connections = 3,
        Rate = 0,
        Key = null,
    };
}
