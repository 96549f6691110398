using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Model.Configs;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// What an engine must still know after a restart, from the journal or, where that is gone, from the
/// tables: the ids it has seen, and journeys that were under way. Timestamps differ, so nothing collapses
/// by its key.
/// </remarks>
public class RestartTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_StillKnowsIdsAndJourneys(bool journalLost)
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            await first.PostAsync($$"""
                [{"type":"click","anonymous_id":"a","event_id":"t1","source":"x","timestamp":{{now - 9_000}}},
                 {"type":"identify","anonymous_id":"a","user_id":"u","event_id":"login"},
                 {"type":"purchase","user_id":"u","event_id":"c1","revenue":5,"timestamp":{{now - 8_000}}}]
                """);
            await first.DrainAsync();
        }

        if (journalLost)
            Directory.Delete(Path.Combine(folder.Path, "journal"), recursive: true);
        await using EngineHost second = await EngineHost.StartAsync(options);
        await second.PostAsync($$"""
            [{"type":"click","anonymous_id":"a","event_id":"t1","source":"x","timestamp":{{now - 2_000}}},
             {"type":"purchase","user_id":"u","event_id":"c1","revenue":7,"timestamp":{{now - 1_000}}},
             {"type":"purchase","user_id":"u","event_id":"c2","revenue":1,"timestamp":{{now}}}]
            """);
        await second.DrainAsync();

        Assert.Equal("c1 c2 login t1", await second.Client.ScalarAsync<string>(
            "SELECT arrayStringConcat(arraySort(groupArray(event_id)), ' ') FROM events FINAL"));
        Assert.Equal("c1:5:t1 c2:1:t1", await second.Client.ScalarAsync<string>(
            "SELECT arrayStringConcat(arraySort(groupArray(concat("
            + "conversion_id, ':', toString(revenue), ':', touches[1]))), ' ')"
            + " FROM attributions FINAL WHERE model = 'linear'"));
    }

    /// <remarks>
    /// What the web profile does not ask for: milestones, installs, and the address and system of events, in
    /// the journeys and for the matching of what comes after the restart.
    /// </remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_StillMatchesByAddressAndDevice(bool journalLost)
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        string Event(string type, string id, string name, long age) => $$"""
            {"type":"{{type}}","event_id":"{{id}}",{{name}},"source":"x","timestamp":{{now - age}},
             "ip":"203.0.113.7","user_agent":"Android 14"}
            """;
        await using (EngineHost first = await EngineHost.StartAsync(options, Configs.Everything))
        {
            await first.PostAsync(
                $"[{Event("click", "t1", "\"anonymous_id\":\"a\"", 9_000_000)},"
                + $"{Event("install", "i2", "\"device_id\":\"d2\"", 2_000_000)}]");
            await first.DrainAsync();
        }

        if (journalLost)
            Directory.Delete(Path.Combine(folder.Path, "journal"), recursive: true);
        await using EngineHost second = await EngineHost.StartAsync(options, Configs.Everything);
        await second.PostAsync(
            $"[{Event("install", "i1", "\"device_id\":\"d1\"", 1_000_000)},"
            + $"{Event("click", "t2", "\"anonymous_id\":\"b\"", 8_000_000)}]");
        await second.DrainAsync();

        Assert.Equal("i1:t1,t2 i2:t1,t2", await second.Client.ScalarAsync<string>(
            "SELECT arrayStringConcat(arraySort(groupArray(concat("
            + "conversion_id, ':', arrayStringConcat(touches, ',')))), ' ')"
            + " FROM attributions FINAL WHERE model = 'linear'"));
    }

    [Fact]
    public async Task Restart_UnderOtherIdentityRules_SaysSoAndKeepsTheLinks()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            await first.PostAsync(
                """[{"type":"click","anonymous_id":"a","user_id":"u"},{"type":"click","user_id":"null"}]""");
            await SinkTest.UntilAsync(() => first.Pipeline.Sink.Watermark >= first.Pipeline.Ring.Cursor);
            Assert.Contains("\nattribution_identity_ids_ignored_total 1\n", await first.GetAsync("/metrics"));
            await first.DrainAsync();
            Assert.Equal("", StartScreen.Warnings(first.Pipeline.Recovery.Report));
        }

        Directory.Delete(Path.Combine(folder.Path, "journal"), recursive: true);
        var small = new AttributionConfig { Identity = new IdentityConfig { MaxIdsPerPerson = 2 } };
        await using EngineHost second = await EngineHost.StartAsync(options, small);
        await second.PostAsync("""[{"type":"click","user_id":"u","device_id":"d"}]""");

        Assert.Equal(1, second.Pipeline.Recovery.Report.Links);
        Assert.Equal(1, second.Pipeline.Recovery.Report.LinksOfOtherRules);
        Assert.Contains(
            "1 of 1 stored links", StartScreen.Warnings(second.Pipeline.Recovery.Report),
            StringComparison.Ordinal);
        await SinkTest.UntilAsync(() => second.Pipeline.Sink.Watermark >= second.Pipeline.Ring.Cursor);
        string metrics = await second.GetAsync("/metrics");
        Assert.Contains(
            "\nattribution_identity_links_refused_total{reason=\"person_too_large\"} 1\n", metrics);
        Assert.Contains("\nattribution_identity_links_refused_total{reason=\"table_full\"} 0\n", metrics);
    }
}
