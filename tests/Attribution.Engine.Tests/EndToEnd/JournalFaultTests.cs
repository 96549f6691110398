using System.Net;
using System.Text.Json;
using Attribution.Engine.Journal;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// A whole engine on a journal that was damaged between two runs: what its senders, its health check and its
/// metrics say, and what a person has to do to get it clean again.
/// </remarks>
public class JournalFaultTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Fact]
    public async Task Start_OnADamagedSegment_IsDegradedSetsAsideAndGoesOnUntilSeen()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        await WriteThreeAsync(options);
        Flip(Segments(folder.Path).Last(), recordsFromEnd: 2);

        await using (EngineHost damaged = await EngineHost.StartAsync(options))
        {
            JsonElement ready = JsonDocument.Parse(await damaged.GetAsync("/readyz")).RootElement;
            Assert.Equal("degraded", ready.GetProperty("status").GetString());
            Assert.Contains("quarantine", ready.GetProperty("reason").GetString()!, StringComparison.Ordinal);
            string metrics = await damaged.GetAsync("/metrics");
            Assert.Contains("\nattribution_journal_lost_stretches 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains("\nattribution_journal_lost_records 1\n", metrics, StringComparison.Ordinal);
            await damaged.PostAsync("""{"type":"visit","user_id":"u","event_id":"after"}""");
            await damaged.DrainAsync();
        }

        string copy = Assert.Single(Directory.GetFiles(Quarantine(folder.Path)));
        await using (EngineHost again = await EngineHost.StartAsync(options))
        {
            Assert.Contains("degraded", await again.GetAsync("/readyz"), StringComparison.Ordinal);
            await again.DrainAsync();
        }

        File.Move(copy, copy + ".seen");
        await using EngineHost clean = await EngineHost.StartAsync(options);
        Assert.Equal("""{"status":"ready"}""", await clean.GetAsync("/readyz"));
        await clean.PostAsync("""{"type":"visit","user_id":"u","event_id":"last"}""");
        await SinkTest.UntilAsync(() => clean.Pipeline.Sink.Watermark >= clean.Pipeline.Ring.Cursor);
        string stored = await clickHouse.QueryAsync(
            $"SELECT event_id FROM {database}.events FINAL ORDER BY event_id");
        Assert.Equal("after\nlast\none\nthree\ntwo\n", stored);
    }

    [Fact]
    public async Task Start_OnATornTail_CutsItAndIsNotDegraded()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        await WriteThreeAsync(options);
        string newest = Segments(folder.Path).Last();
        byte[] bytes = File.ReadAllBytes(newest);
        File.WriteAllBytes(newest, bytes[..^8]);

        await using EngineHost host = await EngineHost.StartAsync(options);

        Assert.True(new FileInfo(newest).Length < bytes.Length - 8);
        Assert.Equal("""{"status":"ready"}""", await host.GetAsync("/readyz"));
        Assert.True(host.Pipeline.Recovery.Report.CutBytes > 0);
        await host.PostAsync("""{"type":"visit","user_id":"u","event_id":"after"}""");
    }

    [Fact]
    public async Task SegmentNumbers_UsedUp_AreAnErrorToTheSenderAndTheEngineStays()
    {
        using var folder = new TemporaryFolder();
        string journal = Path.Combine(folder.Path, "journal");
        Directory.CreateDirectory(journal);
        File.WriteAllBytes(Path.Combine(journal, new SegmentName(long.MaxValue - 1, 7).ToString()), []);
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost host =
            await EngineHost.StartAsync(EngineHost.Options(clickHouse, database, folder.Path));
        using var http = new HttpClient { BaseAddress = host.Url };

        for (int i = 0; i < 3; i++)
        {
            using var content = new StringContent("""{"type":"visit","user_id":"u"}""");
            using HttpResponseMessage answer = await http.PostAsync("/v1/events", content);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        using HttpResponseMessage ready = await http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.False(host.Pipeline.Failed.IsCompleted);
    }

    private static async Task WriteThreeAsync(EngineOptions options)
    {
        await using EngineHost first = await EngineHost.StartAsync(options);
        foreach (string id in (string[])["one", "two", "three"])
            await first.PostAsync($$"""{"type":"visit","user_id":"u","event_id":"{{id}}"}""");
        await first.DrainAsync();
    }

    /// <summary>Flips a byte in the middle of a record, counted from the end.</summary>
    private static void Flip(string path, int recordsFromEnd)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int record = (bytes.Length - SegmentHeader.RegionBytes) / 3;
        bytes[bytes.Length - (record * recordsFromEnd) + (record / 2)] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }

    private static string Quarantine(string folder) => Path.Combine(folder, "journal", "quarantine");

    private static IEnumerable<string> Segments(string folder) =>
        Directory.GetFiles(Path.Combine(folder, "journal"), "*.seg").Order(StringComparer.Ordinal);
}
