using Attribution.Model.Configs;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Replay.Tests;

/// <remarks>
/// The digest of a replay is a function of the events and the config alone: not of the order in which they were
/// stored, of parts, repeated rows, chunks or threads. Held against a replay over lists in memory.
/// </remarks>
public class ReplayPropertyTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Cases = 25;
    private static readonly ReplayOptions Range =
        ReplayDatabase.Options(EventSets.Start.AddDays(7), EventSets.Start.AddDays(45));

    private static readonly AttributionConfig Narrow = AttributionConfig.Parse(
        """{"name":"narrow","windows":{"click":"2d","view":"1d"},"max_touches":3}"""u8);

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

        foreach (AttributionConfig config in (AttributionConfig[])[AttributionConfig.Web, Narrow])
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
}
