using System.Globalization;
using System.Text;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Keys.Support;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// Two projects never see each other's rows: what one leaves in ClickHouse is what it leaves alone, whatever
/// the other sends at the same time, by chance and on purpose.
/// </remarks>
public class TwoProjectsTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int ManyTexts = 1 << 14;

    private static readonly string[] Tables =
    [
        "* EXCEPT (received_at, sequence, block) FROM events FINAL",
        "* EXCEPT (version, block) FROM attributions FINAL",
        "* EXCEPT (sequence, block) FROM identities FINAL",
        "* EXCEPT (received_at, sequence, block) FROM dead_letters FINAL",
    ];

    [Theory]
    [InlineData("{}", 1, 3)]
    [InlineData("""{"profile":"mmp"}""", 2, 3)]
    [InlineData("""{"profile":"mmp","identity":{"click_ids":false}}""", 3, 3)]
    public async Task Rows_OfEachProject_AreThoseItHasAlone(string document, int seed, int parts)
    {
        AttributionConfig config = AttributionConfig.Parse(Encoding.UTF8.GetBytes(document));
        List<string> ofA = ProjectTraffic.Bodies("a", seed, 240);
        List<string> ofB = ProjectTraffic.Bodies("b", seed + 1000, 240);
        var random = new Random(seed);
        var mixed = new List<(string Project, string Body)>();
        for (int a = 0, b = 0; a + b < ofA.Count + ofB.Count;)
        {
            bool isA = b == ofB.Count || (a < ofA.Count && random.Next(2) == 0);
            mixed.Add(isA ? ("a", ofA[a++]) : ("b", ofB[b++]));
        }

        Dictionary<string, string[]> together = await RunAsync(config, mixed, ["a", "b"], parts);
        foreach (string project in (string[])["a", "b"])
        {
            Dictionary<string, string[]> alone = await RunAsync(
                config, [.. mixed.Where(sent => sent.Project == project)], [project], parts);

            for (int table = 0; table < Tables.Length; table++)
                Assert.Equal(alone[project][table], together[project][table]);
            string[] rows = together[project][1].Split('\n');
            Assert.True(rows.Length > 100, $"{rows.Length} attributions prove little.");
            string other = project == "a" ? "'b-" : "'a-";
            Assert.DoesNotContain(other, together[project][1]);
        }
    }

    [Fact]
    public async Task Person_WithAnIdThatCollides_StaysOfItsProject()
    {
        ulong victim = EventHash.Id(Hash("b"), IdKind.User, "victim"u8);
        string colliding = CollidingId.ForPerson("a", IdKind.User, victim);
        Assert.Equal(victim, EventHash.Id(Hash("a"), IdKind.User, Encoding.ASCII.GetBytes(colliding)));
        string minuteAgo = Time(-60);
        (string, string)[] sent =
        [
            ("a", $$"""
                {"type":"click","user_id":"{{colliding}}","source":"evil","timestamp":"{{minuteAgo}}"}
                """),
            ("b", """{"type":"purchase","user_id":"victim","event_id":"sale"}"""),
            ("a", $$"""{"type":"purchase","user_id":"{{colliding}}","event_id":"own"}"""),
        ];

        Dictionary<string, string[]> rows = await RunAsync(AttributionConfig.Web, sent, ["a", "b"]);

        Assert.DoesNotContain("evil", rows["b"][1]);
        Assert.Contains("sale", rows["b"][1]);
        Assert.Contains("evil", rows["a"][1]);
        Assert.DoesNotContain("sale", rows["a"][1]);
    }

    [Fact]
    public async Task Event_WithAnIdThatCollides_SuppressesNoneOfAnotherProject()
    {
        UInt128 coming = EventHash.EventId(Hash("b"), "order-1"u8);
        string colliding = CollidingId.ForEvent("a", coming);
        Assert.Equal(coming, EventHash.EventId(Hash("a"), Encoding.ASCII.GetBytes(colliding)));
        (string, string)[] sent =
        [
            ("a", $$"""{"type":"visit","user_id":"u","event_id":"{{colliding}}"}"""),
            ("b", """{"type":"visit","user_id":"u","event_id":"order-1"}"""),
        ];

        Dictionary<string, string[]> rows = await RunAsync(AttributionConfig.Web, sent, ["a", "b"]);

        Assert.Contains("order-1", rows["b"][0]);
    }

    [Fact]
    public async Task Conversions_AfterAnotherProjectFilledTheTableOfTexts_StayInTheirProject()
    {
        const int MaxTexts = 1024;
        var sent = new List<(string, string)>();
        var flood = new StringBuilder();
        for (int i = 0; i < 2 * MaxTexts; i++)
            flood.Append(CultureInfo.InvariantCulture,
                $$"""{"type":"click","user_id":"u{{i}}","campaign":"c{{i}}"}""").Append('\n');
        sent.Add(("a", flood.ToString()));
        for (int i = 0; i < 20; i++)
            sent.Add(("b", $$"""{"type":"purchase","user_id":"u{{i}}","event_id":"sale-{{i}}"}"""));

        Dictionary<string, string[]> rows =
            await RunAsync(AttributionConfig.Web, sent, ["a", "b"], maxTexts: MaxTexts);

        for (int i = 0; i < 20; i++)
            Assert.Contains($"sale-{i}\t", rows["b"][1]);
    }

    /// <summary>
    /// Sends in order, then reads back what each project has.
    /// </summary>
    /// <param name="parts">Each by an engine of its own, of which the first of several crashes.</param>
    private async Task<Dictionary<string, string[]>> RunAsync(
        AttributionConfig config, IReadOnlyList<(string Project, string Body)> sent, string[] projects,
        int parts = 3, int maxTexts = ManyTexts)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        using var folder = new TemporaryFolder();
        var keys = new Dictionary<string, string>();
        foreach (string project in (string[])["a", "b"])
            keys[project] = await KeyRun.CreateAsync(folder.Path, project);
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        options = options with { Workers = options.Workers with { MaxTexts = maxTexts } };

        // The parts are of a project's own events, so that alone it restarts at the same ones.
        for (int part = 0; part < parts; part++)
        {
            await using EngineHost engine = await EngineHost.StartAsync(options, config);
            foreach ((string project, string body) in sent.Where((_, i) => PartOf(sent, i, parts) == part))
                Assert.Matches("^(200|400 {\"accepted)", await engine.PostAsync(body, keys[project]));
            if (part > 0 || parts == 1)
                await engine.DrainAsync();
        }

        await using EngineHost last = await EngineHost.StartAsync(options, config);
        var rows = new Dictionary<string, string[]>();
        foreach (string project in projects)
        {
            rows[project] = await Task.WhenAll(Tables.Select(table => last.Client.QueryTextAsync(
                $"SELECT {table} WHERE project = '{project}' ORDER BY ALL FORMAT TSV")));
            // A table that overflowed is the stream's own; a replay has none.
            if (maxTexts == ManyTexts)
                Assert.Equal(
                    await ReplayedAsync(last, config, project), await StoredAsync(last, config, project));
        }

        Assert.Equal("0\n", await last.Client.QueryTextAsync(
            "SELECT count() FROM attributions WHERE project NOT IN ('a', 'b')"));
        return rows;
    }

    private static int PartOf(IReadOnlyList<(string Project, string Body)> sent, int index, int parts)
    {
        string project = sent[index].Project;
        int before = sent.Take(index).Count(other => other.Project == project);
        int all = sent.Count(other => other.Project == project);
        return parts * before / all;
    }

    private static async Task<string> ReplayedAsync(
        EngineHost engine, AttributionConfig config, string project)
    {
        var digest = new DigestSink();
        var replay = new ReplayOptions { Config = config, Project = project, From = From, To = To };
        await new Replayer(engine.Client, replay).RunAsync(digest, null, CancellationToken.None);
        return digest.Digest();
    }

    private static Task<string> StoredAsync(EngineHost engine, AttributionConfig config, string project) =>
        StoredDigest.ComputeAsync(engine.Client, project, From, To, config.Hash, CancellationToken.None);

    private static DateTime From => DateTime.UtcNow.Date.AddDays(-30);

    private static DateTime To => DateTime.UtcNow.Date.AddDays(30);

    private static ulong Hash(string project) => EventHash.Project(Encoding.UTF8.GetBytes(project));

    private static string Time(int seconds) => DateTime.UtcNow.AddSeconds(seconds).ToString(
        "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
