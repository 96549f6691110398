using Attribution.Bench.Servers;

namespace Attribution.Bench.Tests;

/// <remarks>Commands that ask an engine which runs already, once and as small as they go.</remarks>
public sealed class RunningEngineTests : IAsyncLifetime
{
    private MeasuredServer _engine = null!;

    public async Task InitializeAsync() => _engine = await MeasuredServer.StartAsync(
        ServerPlan.Engine("engine", library: null, ["--durability", "os"], cpus: null),
        CancellationToken.None);

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory]
    [InlineData("visible --samples 3", "never: 0")]
    [InlineData("idle --idle 20 --slow 5 --seconds 1 --rounds 1 --rate 100", "median of the ratios ")]
    public async Task Command_AsSmallAsItGoes_EndsWellAndCountsWhatItDid(string command, string expected)
    {
        (int code, string output) = await CommandTests.RunAsync(
            $"{command} --url {_engine.Url} --clickhouse {_engine.ClickHouse}", Path.GetTempPath());

        Assert.True(code == 0, $"{code}\n{output}");
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
