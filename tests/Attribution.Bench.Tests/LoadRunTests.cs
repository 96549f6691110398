using Attribution.Bench.Load;
using Attribution.Bench.Tests.Support;

namespace Attribution.Bench.Tests;

public class LoadRunTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(4, 2_000)]
    public async Task Run_Pipelined_SendsEveryIdOnceAndAccountsForEachAnswer(int pipelined, int rate)
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new LoadRun(Settings(engine, pipelined, rate));

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal(result.Events, engine.TimesById.Count);
        Assert.All(engine.TimesById.Values, times => Assert.Equal(1, times));
        Assert.Equal(engine.Requests * 10L, result.Events);
        LoadStep step = Assert.Single(result.Steps);
        Assert.Equal(engine.Requests, run.Latencies.Count);
        Assert.Equal(0, result.Errors);
        Assert.NotNull(result.LagAtEndSeconds);
        Assert.Equal(0.1, step.Costs.EngineCpuMicrosPerEvent!.Value / 1_000_000, 6);
        Assert.Null(step.Costs.EngineAllocatedBytesPerEvent);
        if (rate > 0)
            Assert.InRange(result.Events, 1, rate * 2);
    }

    [Fact]
    public async Task Run_OfOneEventPerRequest_SendsEveryIdOnce()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new LoadRun(Settings(engine, 16, 0) with { BatchEvents = 1, Threads = 2 });

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal(engine.Requests, result.Events);
        Assert.Equal(result.Events, engine.TimesById.Count);
        Assert.Equal(0, result.Errors);
    }

    [Fact]
    public async Task Run_InStepsAfterAWarmUp_MeasuresEachOnItsOwn()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        LoadSettings settings = Settings(engine, 2, 2_000) with { Steps = [0.1, 0.5], WarmUpSeconds = 1 };
        using var run = new LoadRun(settings);

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal([200, 1_000], result.Steps.Select(step => step.Rate));
        Assert.Equal(1 + (2 * settings.Seconds), run.Seconds);
        Assert.Equal(run.Seconds, run.SecondsDone);
        Assert.True(result.Events < engine.TimesById.Count);
        Assert.Equal(run.Accepted, engine.TimesById.Count);
        Assert.All(result.Steps, step => Assert.InRange(step.Events, 1, step.Rate * 1.5));
        Assert.All(result.Steps, step => Assert.True(
            step.Curve.Zip(step.Curve.Skip(1)).All(two => two.First.Millis <= two.Second.Millis)));
    }

    [Fact]
    public async Task Run_WithoutARate_TakesStepsOfWhatAClosedLoopReaches()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new LoadRun(Settings(engine, 1, 0) with { Steps = [0.1, 0.2] });

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal(3, result.Steps.Count);
        Assert.Equal(result.Steps[0].EventsPerSecond * 0.1, result.Steps[1].Rate, 6);
        Assert.NotNull(result.KneeEventsPerSecond);
    }

    [Fact]
    public async Task Run_AtOneShareOfTheTop_MeasuresTheTopAndThenThatShare()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        using var run = new LoadRun(Settings(engine, 1, 0) with { Steps = [0.5], SamplesVisible = true });

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal(0, result.Steps[0].Rate);
        Assert.Equal(result.Steps[0].EventsPerSecond * 0.5, result.Steps[1].Rate, 6);
        Assert.Null(result.KneeEventsPerSecond);
        Assert.NotNull(result.Visible);
    }

    [Fact]
    public async Task Run_WhereSomeAreRefused_CountsThemAsErrors()
    {
        await using FakeEngine engine = await FakeEngine.StartAsync();
        engine.Refusal = number => number == 5 ? 500 : null;
        using var run = new LoadRun(Settings(engine, pipelined: 2, rate: 0));

        LoadResult result = await run.RunAsync(CancellationToken.None);

        Assert.Equal(10, result.Errors);
        Assert.Equal(engine.TimesById.Count, result.Events);
        Assert.Contains("500", result.FirstError, StringComparison.Ordinal);
    }

    private static LoadSettings Settings(FakeEngine engine, int pipelined, int rate) => new()
    {
        Engine = engine.Address,
        ClickHouse = engine.Address,
        Database = "attribution",
        Key = null,
        Seconds = 1,
        BatchEvents = 10,
        Connections = 2,
        Pipelined = pipelined,
        Rate = rate,
        Persons = 100,
    };
}
