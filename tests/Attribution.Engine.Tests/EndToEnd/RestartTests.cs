using Attribution.Engine.Tests.EndToEnd.Support;
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
}
