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
        Assert.Equal(engine.Requests, run.Latencies.Count);
        Assert.Equal(0, result.Errors);
        Assert.NotNull(result.LagAtEndSeconds);
        Assert.Equal(0.1, result.EngineCpuMicrosPerEvent!.Value / 1_000_000, 6);
        Assert.Null(result.EngineAllocatedBytesPerEvent);
        if (rate > 0)
            Assert.InRange(result.Events, 1, rate * 2);
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
