using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Simulator;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// The product's claim: what was streamed and what is replayed are equal. A simulated world with late,
/// repeated and wrongly clocked events goes through a whole engine; then its raw events are attributed again
/// from ClickHouse, and both sets of rows are compared by digest, evidence included.
/// </remarks>
public class StreamReplayTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly DateTimeOffset End = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("{}", 3)]
    [InlineData("""{"profile":"mmp"}""", 2)]
    [InlineData(
        """
        {"journey":"since_conversion","duplicates":{"click_id":"1h"},"identity":{"click_ids":true},
         "models":["linear","participation","w_shaped"],"milestones":{"lead":["signup"]},"max_touches":5,
         "windows":{"click":"7d","rules":[
           {"name":"mail","when":{"field":"medium","equals":"email"},"click":"2d","visit":"2d"}]},
         "campaigns":{"rules":[{"name":"none","when":{"field":"campaign","exists":false},"campaign":"x"}]}}
        """, 2)]
    public async Task Replay_OfWhatWasStreamed_GivesTheSameDigest(string document, int shards)
    {
        AttributionConfig config = AttributionConfig.Parse(System.Text.Encoding.UTF8.GetBytes(document));
        string database = await clickHouse.CreateDatabaseAsync();
        using var folder = new TemporaryFolder();
        EngineOptions options =
            EngineHost.Options(clickHouse, database, folder.Path) with { Shards = shards };
        await using EngineHost engine = await EngineHost.StartAsync(options, config);
        SimulatedWorld world = SimulatedWorld.Read(
            new SimulatorOptions { Events = 20_000, Seed = 7, End = End }, 500,
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        foreach (ReadOnlyMemory<byte> body in world.Bodies)
            await engine.PostAsync(body);
        await engine.DrainAsync();

        string streamed = await StoredAsync(engine, config);
        var replay = new ReplayOptions
        {
            Config = config,
            Project = "default",
            From = From,
            To = To,
            Chunks = 3,
        };
        var digest = new DigestSink();
        ReplayReport report =
            await new Replayer(engine.Client, replay).RunAsync(digest, null, CancellationToken.None);

        Assert.True(report.Conversions > 300, $"{report.Conversions} conversions prove little.");
        Assert.Equal(streamed, digest.Digest());

        // Written, it changes nothing that is read.
        ReplayOptions plan = await Replayer.PlanAsync(engine.Client, replay, CancellationToken.None);
        await using (AttributionsSink sink =
            await AttributionsSink.OpenAsync(engine.Client, plan, CancellationToken.None))
            await new Replayer(engine.Client, plan).RunAsync(sink, null, CancellationToken.None);
        Assert.Equal(streamed, await StoredAsync(engine, config));
    }

    private static DateTime From => End.UtcDateTime.AddDays(-60);

    private static DateTime To => End.UtcDateTime.AddDays(30);

    private static Task<string> StoredAsync(EngineHost engine, AttributionConfig config) =>
        StoredDigest.ComputeAsync(engine.Client, "default", From, To, config.Hash, CancellationToken.None);
}
