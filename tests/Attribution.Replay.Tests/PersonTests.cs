using Attribution.Model.Configs;
using Attribution.Model.Identity;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;

namespace Attribution.Replay.Tests;

/// <remarks>
/// Whose an event is: by the links that a stream stored where its rules were the same, by the events
/// themselves where they were others; and by address and device where a config says so.
/// </remarks>
public class PersonTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly DateTime Day = new(2026, 6, 15, 0, 0, 0, DateTimeKind.Utc);
    private static readonly ReplayOptions Month = ReplayDatabase.Options(Day.AddDays(-14), Day.AddDays(14));

    private static readonly TestEvent[] Login =
    [
        Event("c1", "click", 0) with { Anonymous = "a1", Source = "google" },
        Event("i1", "identify", 5) with { Anonymous = "a1", User = "u1" },
        Event("p1", "purchase", 10) with { User = "u1", Revenue = 3m },
    ];

    [Theory]
    [InlineData("")]
    [InlineData("own")]
    public async Task Links_Stored_EqualLinksDerivedFromTheEvents(string rules)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Login);
        string derived = await database.DigestAsync(Month);
        string hash = rules == "own" ? IdentityRules.Hash(Month.Config.Identity) : "";
        await WriteLinkAsync(database, "u1", "a1", hash);

        Assert.Equal(NaiveReplay.Digest(Login, Month), derived);
        Assert.Equal(derived, await database.DigestAsync(Month));
    }

    [Fact]
    public async Task Links_OfTheSameRules_AreTakenFromTheTable()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Login[0], Login[2]);
        string apart = await database.DigestAsync(Month);

        await WriteLinkAsync(database, "u1", "a1", "");

        Assert.NotEqual(apart, await database.DigestAsync(Month));
    }

    [Fact]
    public async Task Links_OfOtherRules_AreLeftAlone()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Login[0], Login[2]);
        string apart = await database.DigestAsync(Month);

        await WriteLinkAsync(database, "u1", "a1", "0123456789abcdef");

        Assert.Equal(apart, await database.DigestAsync(Month));
    }

    [Fact]
    public async Task Rows_RepeatedBeforeAMerge_CountOnce()
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.WriteAsync(Login);
        await database.WriteAsync(Login);

        ReplayReport report = await database.WriteAttributionsAsync(Month);

        Assert.Equal(1, report.Conversions);
        Assert.Equal("['c1']\t[1000000]\n", await database.SqlAsync(
            "SELECT touches, credits FROM $db.attributions FINAL WHERE model = 'linear'"));
    }

    [Theory]
    [InlineData(23, "a1", "", "['c1']")]
    [InlineData(25, "a1", "", "['']")]
    [InlineData(-1, "a1", "", "['']")]
    [InlineData(23, "", "d9", "['']")]
    public async Task Install_OfTheAddressAndDeviceOfAClick_IsThatClicks(
        int hours, string anonymous, string device, string touches)
    {
        await using ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        TestEvent click = Device(Event("c1", "click", 0)) with { Anonymous = anonymous, Device = device };
        await database.WriteAsync(
            click, Device(Event("i1", "install", hours * 60)) with { Device = "d1" },
            Device(Event("i2", "install", 60)) with { Device = "d2", UserAgent = "Android 13" });
        AttributionConfig config = AttributionConfig.Parse("""{"profile":"mmp"}"""u8);

        await database.WriteAttributionsAsync(Month with { Config = config, Chunks = 8 });

        Assert.Equal($"i1\t{touches}\ni2\t['']\n", await database.SqlAsync(
            "SELECT conversion_id, touches FROM $db.attributions FINAL WHERE model = 'mmp' "
            + "ORDER BY conversion_id"));
    }

    private static TestEvent Device(TestEvent each) => each with
    {
        Ip = "::ffff:192.0.2.1",
        UserAgent = "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)",
    };

    [Fact]
    public void Hash_OfRules_TellsThemApart()
    {
        var rules = new IdentityConfig();
        string[] hashes =
        [
            IdentityRules.Hash(rules), IdentityRules.Hash(rules with { LinksClickIds = true }),
            IdentityRules.Hash(rules with { LinksReferrerIds = false }),
            IdentityRules.Hash(rules with { MaxIdsPerPerson = 255 }),
            IdentityRules.Hash(rules with { Ignore = ["a", "b"] }),
            IdentityRules.Hash(rules with { Ignore = ["a;1:b"] }),
            IdentityRules.Hash(rules with { Ignore = [] }),
        ];

        Assert.Equal(IdentityRules.Default, hashes[0]);
        Assert.All(hashes, hash => Assert.Equal(16, hash.Length));
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(
            IdentityRules.Hash(rules with { Ignore = ["a", "b"] }),
            IdentityRules.Hash(rules with { Ignore = ["b", "", "a", "a"] }));
    }

    private static TestEvent Event(string id, string type, int minutes) =>
        new() { Id = id, Type = type, Time = Day.AddMinutes(minutes) };

    private static Task<string> WriteLinkAsync(
        ReplayDatabase database, string user, string anonymous, string rules) => database.SqlAsync(
            "INSERT INTO $db.identities (project, id_kind, id, other_kind, other_id, linked_at, event_id, "
            + $"sequence, rules) VALUES ('default', 'user', '{user}', 'anonymous', '{anonymous}', now64(3), "
            + $"'i1', 0, '{rules}')");
}
