using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Replay.Sinks;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;

namespace Attribution.Replay.Tests;

/// <remarks>
/// Names and ids that SQL, JSON and native memory could each trip over, ranges without data, and a server
/// that goes away.
/// </remarks>
public class HostileTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly DateTime Day = new(2026, 6, 15, 0, 0, 0, DateTimeKind.Utc);
    private static readonly ReplayOptions Month = ReplayDatabase.Options(Day.AddDays(-14), Day.AddDays(14));

    [Theory]
    [InlineData("it's \"quoted\" \\ and `ticked`")]
    [InlineData("{project:String}\t'); DROP TABLE events; --")]
    [InlineData("日本語 😀")]
    public async Task Project_OfAnyName_IsReplayedAlone(string project)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        TestEvent[] events =
        [
            Event("c", "click", 0) with { Project = project },
            Event("p", "purchase", 1) with { Project = project },
            Event("p2", "purchase", 2),
        ];
        await database.WriteAsync(events);
        ReplayOptions options = Month with { Project = project };

        ReplayReport report = await database.WriteAttributionsAsync(options);

        Assert.Equal(1, report.Conversions);
        Assert.Equal(NaiveReplay.Digest(events, options), await database.StoredDigestAsync(options));
    }

    [Fact]
    public async Task EventIds_OfAnyTextUpTo64Bytes_StandOnRowsAsTheyAre()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        string[] ids =
        [
            new string('x', 64), string.Concat(Enumerable.Repeat("😀", 16)), "a\"b\\c\td\ne\r'f",
            "00000000-0000-0000-0000-00000000000A", "00000000-0000-0000-0000-00000000000a",
            " leading and trailing ", "\u0001\u001f\u007f",
        ];
        TestEvent[] events =
        [
            .. ids.Select((id, i) => Event(id, "click", i)),
            Event("purchase " + ids[1][..20], "purchase", 30),
        ];
        await database.WriteAsync(events);

        await database.WriteAttributionsAsync(Month);

        Assert.All(ids, id => Assert.True(Encoding.UTF8.GetByteCount(id) <= 64));
        Assert.Equal(NaiveReplay.Digest(events, Month), await database.StoredDigestAsync(Month));
        Assert.Equal(
            "1\n",
            await database.SqlAsync(
                "SELECT arraySort(touches) = (SELECT arraySort(groupArray(event_id)) FROM $db.events "
                + "WHERE type = 'click') FROM $db.attributions FINAL WHERE model = 'linear'"));
    }

    [Fact]
    public async Task Range_WithoutEvents_GivesNothingAndIsRecorded()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);

        ReplayReport report = await database.WriteAttributionsAsync(Month with { Project = "nobody" });

        Assert.Equal((0, 0, 0, 1), (report.Events, report.Conversions, report.Rows, report.Chunks));
        Assert.Equal("0\t1\n", await database.SqlAsync(
            "SELECT (SELECT count() FROM $db.attributions), (SELECT count() FROM $db.replays)"));
    }

    [Theory]
    [InlineData("0001-01-01", "9999-12-31")]
    [InlineData("1969-12-31", "1970-01-02")]
    public async Task Range_BeyondAnyEvent_IsRead(string from, string to)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Event("c", "click", 0), Event("p", "purchase", 1));
        bool holds = from == "0001-01-01";

        TotalsSink totals = await database.TotalsAsync(Month with { From = Utc(from), To = Utc(to) });

        decimal credit = totals.Channels().Where(each => each.Model == "last").Sum(each => each.Credit);
        Assert.Equal(holds ? 1 : 0, credit);
    }

    [Fact]
    public async Task Server_GoneWithinTheReading_IsAnErrorOfTheConnection()
    {
        await using var server = new CutServer();
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = server.Endpoint });
        ReplayOptions options = Month with { Through = 1, Chunks = 1 };

        Exception error = await Assert.ThrowsAnyAsync<Exception>(
            () => new Replayer(client, options).RunAsync(new DigestSink(), null, CancellationToken.None));

        Assert.True(error is HttpRequestException or IOException, error.ToString());
    }

    [Fact]
    public async Task Insert_Refused_NamesTheReason()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Event("p", "purchase", 1));
        await database.SqlAsync("ALTER TABLE $db.attributions DROP COLUMN evidence");

        ReplayException error =
            await Assert.ThrowsAsync<ReplayException>(() => database.WriteAttributionsAsync(Month));

        Assert.Contains("evidence", error.Message, StringComparison.Ordinal);
        Assert.Equal("0\n", await database.SqlAsync("SELECT count() FROM $db.replays"));
    }

    private static DateTime Utc(string date) => DateTime.SpecifyKind(
        DateTime.Parse(date, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);

    private static TestEvent Event(string id, string type, int minutes) => new()
    {
        Id = id,
        Type = type,
        Time = Day.AddMinutes(minutes),
        User = "u1",
        Source = "google",
        Revenue = type == "purchase" ? 5m : null,
    };
}
