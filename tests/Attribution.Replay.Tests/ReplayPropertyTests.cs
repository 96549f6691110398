using System.Text;
using Attribution.Model.Configs;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Replay.Tests;

/// <remarks>
/// The digest of a replay is a function of the events and the config alone: not of the order in which they
/// were stored, of parts, repeated rows, chunks or threads. Held against a replay over lists in memory.
/// </remarks>
public class ReplayPropertyTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Cases = 25;
    private static readonly ReplayOptions Range =
        ReplayDatabase.Options(EventSets.Start.AddDays(7), EventSets.Start.AddDays(45));

    private static readonly AttributionConfig[] Configs =
    [
        AttributionConfig.Web,
        Parse("""{"name":"narrow","windows":{"click":"2d","view":"1d"},"max_touches":3}"""),
        Parse(
            """
            {"name":"anew","journey":"since_conversion","identity":{"referrer_ids":false,"ignore":[]}}
            """),
        Parse(
            """
            {"profile":"mmp","name":"wide","windows":{"probabilistic_click":"24h","probabilistic_view":"12h"},
             "models":["linear","w_shaped","mmp","mmp_retargeting"],"milestones":{"lead":["signup"]},
             "mmp":{"lifetime":"20d","reattribution":"30d","inactivity":"1d",
                    "retargeting":{"field":"campaign","equals":"again"}},
             "fraud":{"max_clicks":2,"max_clicks_within":"12h"}}
            """),
    ];

    [Fact]
    public void Digest_AnyOrderPartsChunksAndThreads_EqualsTheNaiveReplay() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Cases),
            Prop.ForAll(EventSets.Arbitrary(), set => AssertEqualsNaiveAsync(set)));

    private async Task AssertEqualsNaiveAsync(EventSet set)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        foreach (TestEvent[] part in set.Written())
            await database.WriteAsync(part);

        foreach (AttributionConfig config in Configs)
        {
            ReplayOptions options = Range with { Config = config };
            string expected = NaiveReplay.Digest(set.Events, options);
            foreach ((int chunks, int threads) in ((int, int)[])[(1, 1), (1, 4), (3, 2), (8, 3)])
            {
                ReplayOptions cut = options with { Chunks = chunks, Threads = threads };
                Assert.Equal(expected, await database.DigestAsync(cut));
            }
        }
    }

    [Fact]
    public void Digest_OfLanesWithDifferentIdentities_EqualsEachAlone() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Cases),
            Prop.ForAll(EventSets.Arbitrary(), set => AssertLanesAsync(set)));

    private async Task AssertLanesAsync(EventSet set)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        foreach (TestEvent[] part in set.Written())
            await database.WriteAsync(part);

        var sink = new ChunkedSink();
        ReplayOptions options = Range with { Config = Configs[0], Others = Configs[1..], Chunks = 3 };
        await new Replayer(database.Client, options).RunAsync(sink, null, CancellationToken.None);

        for (int lane = 0; lane < Configs.Length; lane++)
        {
            string expected = NaiveReplay.Digest(set.Events, Range with { Config = Configs[lane] });
            Assert.Equal(expected, sink.Digest(lane));
        }

        Assert.All(sink.ChunksOfConversions, chunks => Assert.Single(chunks));
    }

    private static AttributionConfig Parse(string json) =>
        AttributionConfig.Parse(Encoding.UTF8.GetBytes(json));
}
