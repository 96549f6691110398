using Attribution.Model.Configs;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;

namespace Attribution.Replay.Tests;

/// <remarks>
/// Small histories whose rows can be worked out by hand, written as raw events, replayed, and read back.
/// </remarks>
public class ReplayerTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly DateTime Day = new(2026, 6, 15, 0, 0, 0, DateTimeKind.Utc);
    private static readonly ReplayOptions Month = ReplayDatabase.Options(
        new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc),
        new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc));

    [Fact]
    public async Task Replay_ClickThenPurchase_WritesRowsUnderEachModel()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(
            Click("c1", Day.AddDays(-2)) with { Source = "google", Medium = "cpc", Sequence = 4 },
            Click("c2", Day.AddDays(-1)) with { Source = "news", Medium = "email", Sequence = 5 },
            Purchase("p1", Day, 10m) with { Sequence = 7 });

        ReplayReport report = await database.WriteAttributionsAsync(Month);

        Assert.Equal((3, 1, 1, 6), (report.Events, report.Persons, report.Conversions, report.Rows));
        Assert.Equal(
            """
            first	['c1']	['Paid Search']	[1000000]	[10]	8
            last	['c2']	['Email']	[1000000]	[10]	8
            last_non_direct	['c2']	['Email']	[1000000]	[10]	8
            linear	['c1','c2']	['Paid Search','Email']	[500000,500000]	[5,5]	8
            position_based	['c1','c2']	['Paid Search','Email']	[500000,500000]	[5,5]	8
            time_decay	['c1','c2']	['Paid Search','Email']	[475265,524735]	[4.7526,5.2474]	8

            """,
            await database.SqlAsync(
                "SELECT model, touches, channels, credits, credit_values, version "
                + "FROM $db.attributions FINAL WHERE conversion_id = 'p1' ORDER BY model"));
        Assert.Equal(
            AttributionConfig.Web.Hash + "\n", await database.SqlAsync("SELECT hash FROM $db.configs FINAL"));
        Assert.Equal(
            "7\t1\t0\t3\t1\t6\n",
            await database.SqlAsync(
                "SELECT through, chunks, chunk, events, conversions, rows FROM $db.replays FINAL"));
    }

    [Fact]
    public async Task Replay_Stored_HasTheDigestOfWhatWouldBeWritten()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        TestEvent[] events =
        [
            Click("c1", Day.AddDays(-2)) with { Source = "a\"b", Campaign = "ü" },
            Purchase("p1", Day, 10.1234m),
            Purchase("p2", Day.AddDays(1), 0) with { User = "someone else" },
        ];
        await database.WriteAsync(events);

        await database.WriteAttributionsAsync(Month);

        string digest = await database.DigestAsync(Month);
        Assert.Equal(digest, await database.StoredDigestAsync(Month));
        Assert.Equal(digest, NaiveReplay.Digest(events, Month));
    }

    private static TestEvent Click(string id, DateTime time) =>
        new() { Id = id, Type = "click", Time = time, User = "u1" };

    private static TestEvent Purchase(string id, DateTime time, decimal revenue) => new()
    {
        Id = id,
        Type = "purchase",
        Time = time,
        User = "u1",
        Revenue = revenue,
        Currency = "EUR",
    };
}
