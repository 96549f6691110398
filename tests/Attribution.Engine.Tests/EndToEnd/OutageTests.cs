using System.Globalization;
using System.Net;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Faults.Proxy;
using Attribution.Model.Configs;
using Attribution.Replay.Sinks;
using Attribution.Simulator;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// A whole engine whose way to the real ClickHouse leads through a proxy that loses, breaks and refuses
/// what it is sent. What was acknowledged must be there once, even as the table stands without FINAL, and
/// attributed as if nothing had happened.
/// </remarks>
public class OutageTests(OwnClickHouseFixture clickHouse) : IClassFixture<OwnClickHouseFixture>
{
    private static readonly DateTimeOffset End = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan InsertTimeout = TimeSpan.FromMilliseconds(500);

    /// <remarks>
    /// With these two of the first 500 seeds every fate is met soonest, within 9 and 11 requests, whichever
    /// are inserts and which questions; with most seeds it hangs on how many the engine happens to send.
    /// </remarks>
    [Theory]
    [InlineData(257)]
    [InlineData(293)]
    public async Task Inserts_MeetFaultsOfEveryKind_AreStoredOnceAndAttributedAsWithoutThem(int seed)
    {
        SimulatedWorld world = SimulatedWorld.Read(
            new SimulatorOptions { Events = 3_000, Seed = 7, End = End, SkewedPerThousand = 0 });
        string undisturbed = await RunAsync(world, clickHouse.Endpoint);

        await using var proxy = new FaultProxy(clickHouse.Endpoint, new SeededFaults(seed, 50).Next);
        Assert.Equal(undisturbed, await RunAsync(world, proxy.Endpoint));

        foreach (ProxyFault fault in Enum.GetValues<ProxyFault>())
            Assert.True(proxy.Count(fault) > 0, $"{fault} did not happen, so it was not tested.");
    }

    [Fact]
    public async Task Outage_EventsGoToTheJournalUpToItsLimit_AndLandWithoutARestart()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using var proxy = new FaultProxy(clickHouse.Endpoint, static _ => ProxyFault.None);
        EngineOptions options = Options(proxy.Endpoint, database, folder.Path) with
        {
            JournalMaxBytes = JournalOptions.SmallestMaxBytes,
        };
        await using EngineHost engine = await EngineHost.StartAsync(options);
        var accepted = new List<string>();
        await proxy.CloseAsync();

        string degraded = await FillJournalAsync(engine, accepted);
        Assert.Matches("ClickHouse has not taken inserts for [0-9]+ s; events wait in the journal", degraded);
        Assert.True(accepted.Count > 3 * options.RingSlots, $"{accepted.Count} events were accepted.");
        Assert.True(engine.Pipeline.Sink.Stats.Spill.Blocks > 5);

        using (HttpResponseMessage refusal = await engine.TryPostAsync(Body(1_000_000, 1)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
            Assert.NotNull(refusal.Headers.RetryAfter);
        }

        (HttpStatusCode status, string reason) = await engine.TryGetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("the journal is at its limit", reason, StringComparison.Ordinal);

        await proxy.OpenAsync();
        await UntilReadyAsync(engine);
        Assert.Equal(0, engine.Pipeline.Sink.Stats.Spill.Bytes);
        for (int batch = 2_000_000; batch < 2_000_040; batch++)
            await PostAsync(engine, accepted, batch);
        await engine.DrainAsync();

        // A refused request may have been stored in part, as if its answer had been lost.
        List<string> stored = await StoredIdsAsync(engine.Client);
        Assert.Empty(accepted.Except(stored));
        Assert.Equal(stored.Distinct(), stored);
    }

    /// <summary>Streams a world through an engine, looks at its rows, and gives their digest.</summary>
    private async Task<string> RunAsync(SimulatedWorld world, Uri endpoint)
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        foreach (string table in (string[])["events", "attributions"])
            await clickHouse.QueryAsync($"SYSTEM STOP MERGES {database}.{table}");
        await using EngineHost engine = await EngineHost.StartAsync(
            Options(endpoint, database, folder.Path), insertTimeout: InsertTimeout);
        foreach (ReadOnlyMemory<byte> body in world.Bodies)
            await engine.PostAsync(body);
        await engine.DrainAsync();

        Assert.Equal(
            world.Distinct.Select(static each => each.EventId).Order(StringComparer.Ordinal),
            await StoredIdsAsync(engine.Client));
        Assert.Equal("0\t0\n", await clickHouse.QueryAsync(
            "SELECT count() - uniqExact(conversion_id, model, version), countIf(block = 0) "
            + $"FROM {database}.attributions"));
        return await StoredDigest.ComputeAsync(
            engine.Client, "default", End.UtcDateTime.AddDays(-60), End.UtcDateTime.AddDays(30),
            AttributionConfig.Web.Hash, CancellationToken.None);
    }

    private EngineOptions Options(Uri endpoint, string database, string folder) =>
        EngineHost.Options(clickHouse, database, folder) with
        {
            ClickHouse = endpoint,
            Sink = new SinkOptions
            {
                MaxBatchRows = 1_000,
                MaxBatchAge = TimeSpan.FromMilliseconds(50),
                RetryBaseDelay = TimeSpan.FromMilliseconds(5),
                RetryMaxDelay = TimeSpan.FromMilliseconds(100),
                SpillAfter = TimeSpan.FromMilliseconds(500),
            },
        };

    /// <returns>What readiness said while events were still taken.</returns>
    private static async Task<string> FillJournalAsync(EngineHost engine, List<string> accepted)
    {
        string degraded = "";
        using var patience = new CancellationTokenSource(SinkTest.Patience);
        for (int batch = 0; !engine.Pipeline.Journal.IsFull; batch++)
        {
            await PostAsync(engine, accepted, batch);
            (HttpStatusCode status, string text) = await engine.TryGetAsync("/readyz");
            if (status == HttpStatusCode.OK && text.Contains("ClickHouse", StringComparison.Ordinal))
                degraded = text;
            patience.Token.ThrowIfCancellationRequested();
        }

        return degraded;
    }

    /// <summary>Posts until it is accepted, or the journal is full.</summary>
    private static async Task PostAsync(EngineHost engine, List<string> accepted, int batch)
    {
        const int Events = 500;
        while (true)
        {
            using HttpResponseMessage answer = await engine.TryPostAsync(Body(batch, Events));
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                accepted.AddRange(Enumerable.Range(0, Events).Select(number => Id(batch, number)));
                return;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            if (engine.Pipeline.Journal.IsFull)
                return;
            await Task.Delay(10);
        }
    }

    private static async Task UntilReadyAsync(EngineHost engine)
    {
        using var patience = new CancellationTokenSource(SinkTest.Patience);
        while (engine.Pipeline.Sink.Stats.Spill.Blocks > 0
            || (await engine.TryGetAsync("/readyz")).Status != HttpStatusCode.OK)
            await Task.Delay(20, patience.Token);
    }

    private static byte[] Body(int batch, int events) => Encoding.UTF8.GetBytes(string.Join(
        '\n', Enumerable.Range(0, events).Select(number =>
            $$"""{"type":"visit","event_id":"{{Id(batch, number)}}","anonymous_id":"a{{number}}"}""")));

    private static string Id(int batch, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{batch:d8}-{number:d3}");

    /// <summary>The ids of all rows there are, repeated ones as often as they are.</summary>
    private static async Task<List<string>> StoredIdsAsync(ClickHouseClient client)
    {
        var ids = new List<string>();
        await using Rows rows = await client.QueryAsync("SELECT event_id FROM events ORDER BY event_id");
        await foreach (Row row in rows)
            ids.Add(row.GetString(0));
        return ids;
    }
}
