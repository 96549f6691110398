using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Journal;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Configs;
using Attribution.Replay.Sinks;
using Attribution.Simulator;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// After a kill events are taken while identity and workers still wait for what ClickHouse holds. Each test
/// holds that reading open for as long as it needs, on the way to a real ClickHouse; what is stored in the
/// end is compared with an engine that was never interrupted.
/// </remarks>
public class RestoreTests(OwnClickHouseFixture clickHouse) : IClassFixture<OwnClickHouseFixture>
{
    private const int Slots = 512;
    private static readonly DateTimeOffset End = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SimulatedWorld World = SimulatedWorld.Read(
        new SimulatorOptions { Events = 6_000, Seed = 11, End = End, SkewedPerThousand = 0 });

    /// <remarks>
    /// A part is stored, a part is in the journal only, a part comes while the engine waits for its state, a
    /// part comes as soon as that is let go, and the rest afterwards. The ring holds far less than what comes
    /// meanwhile, or so much more that all of it is left to the last step.
    /// </remarks>
    [Theory]
    [InlineData(Slots)]
    [InlineData(64 * Slots)]
    public async Task Events_DuringTheRestore_AreAttributedAsByAnEngineThatWasNeverInterrupted(int slots)
    {
        string undisturbed = await UndisturbedAsync();
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder) with { RingSlots = slots };
        await KilledAsync(options, World.Bodies.Take(20), World.Bodies.Skip(20).Take(3));

        await using var held = new HeldRestore(clickHouse.Endpoint);
        await using EngineHost engine = await OpenAsync(options, held);
        foreach (ReadOnlyMemory<byte> body in World.Bodies.Skip(23).Take(20))
            await engine.PostAsync(body);
        Assert.True(engine.Pipeline.Recovery.Waiting >= 2_000);
        Assert.True(engine.Pipeline.Ring.Fill < 0.5);
        Assert.False(engine.Pipeline.Recovery.IsWhole);

        held.Release();
        foreach (ReadOnlyMemory<byte> body in World.Bodies.Skip(43).Take(10))
            await engine.PostAsync(body);
        await engine.Pipeline.Recovery.Whole;
        foreach (ReadOnlyMemory<byte> body in World.Bodies.Skip(53))
            await engine.PostAsync(body);
        DrainReport report = await engine.DrainAsync();

        Assert.Equal(0, report.Unsent);
        Assert.True(engine.Pipeline.Recovery.Report.Events > 1_000);
        Assert.Equal(undisturbed, await StoredAsync(engine.Client));
    }

    /// <remarks>
    /// While senders do not stop the stages must take up the live ring at just one event: one before it is
    /// handled twice, one after it is lost.
    /// </remarks>
    [Fact]
    public async Task Senders_ThroughTheSwitchToTheLiveRing_HaveEveryEventHandledOnce()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder) with
        {
            RingSlots = 8 * Slots,
            Durability = Durability.Os,
        };
        await KilledAsync(options, World.Bodies.Take(3), []);
        await using var held = new HeldRestore(clickHouse.Endpoint);
        await using EngineHost engine = await OpenAsync(options, held);
        var accepted = new ConcurrentBag<int>();
        Task[] senders =
            [.. Enumerable.Range(1, 4).Select(sender => SendAsync(engine, sender * 1_000_000, accepted))];
        await SinkTest.UntilAsync(() => accepted.Count > 40);
        held.Release();
        await engine.Pipeline.Recovery.Whole;
        await Task.WhenAll(senders);
        Assert.Matches("\nattribution_events_duplicate_total 0\n", await engine.GetAsync("/metrics"));
        DrainReport report = await engine.DrainAsync();

        Assert.Equal(0, report.Unsent);
        Assert.Equal(
            FormattableString.Invariant($"{accepted.Count * 200} {accepted.Count * 200}"),
            await engine.Client.ScalarAsync<string>(
                "SELECT concat(toString(count()), ' ', toString(uniqExact(event_id))) FROM events "
                + "WHERE startsWith(event_id, 'full-')"));
    }

    [Fact]
    public async Task Readiness_DuringTheRestore_IsReadyAndSaysWhatWaits()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await KilledAsync(options, World.Bodies.Take(3), []);
        await using var held = new HeldRestore(clickHouse.Endpoint);
        await using EngineHost engine = await OpenAsync(options, held);
        await engine.PostAsync(World.Bodies[3]);

        (HttpStatusCode status, string text) = await engine.TryGetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"status":"restoring","reason":"attribution waits for the state that ClickHouse holds: """
            + """0 events read back so far"}""",
            text);
        string metrics = await engine.GetAsync("/metrics");
        Assert.Contains("\nattribution_restoring 1\n", metrics, StringComparison.Ordinal);
        Assert.Matches("\nattribution_restore_waiting [1-9][0-9]*\n", metrics);
        Assert.DoesNotContain("\nattribution_sink_lag_seconds 0\n", metrics, StringComparison.Ordinal);

        held.Release();
        await engine.Pipeline.Recovery.Whole;
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready"}"""), await engine.TryGetAsync("/readyz"));
        metrics = await engine.GetAsync("/metrics");
        Assert.Contains("\nattribution_restoring 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nattribution_restore_waiting 0\n", metrics, StringComparison.Ordinal);
        Assert.Matches("\nattribution_restored [1-9][0-9]*\n", metrics);
    }

    [Fact]
    public async Task Journal_FullDuringTheRestore_RefusesAndLosesNothing()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder) with
        {
            JournalMaxBytes = JournalOptions.SmallestMaxBytes,
            Durability = Durability.Os,
        };
        await KilledAsync(options, World.Bodies.Take(3), []);
        await using var held = new HeldRestore(clickHouse.Endpoint);
        await using EngineHost engine = await OpenAsync(options, held);
        var accepted = new List<string>();
        int refusals = 0;
        for (int batch = 0; refusals == 0; batch++)
        {
            using HttpResponseMessage answer = await engine.TryPostAsync(Body(batch));
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                accepted.AddRange(Enumerable.Range(0, 200).Select(number => Id(batch, number)));
                continue;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            refusals++;
        }

        (HttpStatusCode status, string text) = await engine.TryGetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("the journal is at its limit", text, StringComparison.Ordinal);
        Assert.True(accepted.Count > 20 * Slots, $"{accepted.Count} events were accepted");

        held.Release();
        await engine.Pipeline.Recovery.Whole;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (engine.Pipeline.Journal.IsFull)
            await Task.Delay(20, patience.Token);
        await engine.PostAsync(Body(1_000_000));
        await engine.DrainAsync();
        string[] stored = (await engine.Client.QueryTextAsync(
            "SELECT event_id FROM events FINAL WHERE startsWith(event_id, 'full-')"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Empty(accepted.Except(stored));
        Assert.Equal(accepted.Count + 200, stored.Length);
    }

    /// <remarks>
    /// Whether anything was accepted or not: what identity and workers know by then is no snapshot of it.
    /// </remarks>
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Drain_DuringTheRestore_WritesNoSnapshotAndTheNextStartHasAll(int bodies)
    {
        string undisturbed = await UndisturbedAsync();
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await KilledAsync(options, World.Bodies.Take(20), []);
        await using (var held = new HeldRestore(clickHouse.Endpoint))
        await using (EngineHost engine = await OpenAsync(options, held))
        {
            foreach (ReadOnlyMemory<byte> body in World.Bodies.Skip(20).Take(bodies))
                await engine.PostAsync(body);
            DrainReport report = await engine.DrainAsync().WaitAsync(TimeSpan.FromSeconds(6));

            Assert.True(report.IsComplete);
            Assert.True(report.Unsent >= bodies);
            Assert.False(await engine.Pipeline.SaveAsync(CancellationToken.None));
            Assert.False(Directory.Exists(Path.Combine(folder.Path, "snapshot")));
            Assert.True(engine.Pipeline.Recovery.Whole.IsCanceled);
        }

        await using EngineHost next = await EngineHost.StartAsync(options);
        Assert.Null(next.Pipeline.Recovery.Report.SnapshotPersons);
        foreach (ReadOnlyMemory<byte> body in World.Bodies.Skip(20 + bodies))
            await next.PostAsync(body);
        await next.DrainAsync();
        Assert.Equal(undisturbed, await StoredAsync(next.Client));
    }

    /// <summary>Takes events, and has come to the reading of stored ones, which waits.</summary>
    /// <remarks>
    /// On this way a connection ends with each answer, now and then under the next insert, which is asked
    /// for again after its time-out.
    /// </remarks>
    private static async Task<EngineHost> OpenAsync(EngineOptions options, HeldRestore held)
    {
        EngineHost engine = await EngineHost.OpenAsync(
            options with { ClickHouse = held.Endpoint }, insertTimeout: TimeSpan.FromMilliseconds(500));
        await held.Begun;
        return engine;
    }

    /// <summary>The first are stored, the others are in the journal only, and no snapshot is left.</summary>
    private static async Task KilledAsync(
        EngineOptions options, IEnumerable<ReadOnlyMemory<byte>> stored,
        IEnumerable<ReadOnlyMemory<byte>> journalled)
    {
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            foreach (ReadOnlyMemory<byte> body in stored)
                await first.PostAsync(body);
            await first.DrainAsync();
        }

        // Restored are rows that no journal holds: this one forgets what is in ClickHouse.
        using (var journal = new DiskJournalFileSystem(Path.Combine(options.DataFolder, "journal")))
            Assert.True(JournalReset.Run(journal, new JournalOptions()) > 0);
        await using EngineHost second = await EngineHost.StartAsync(options with
        {
            Sink = options.Sink with { MaxBatchAge = TimeSpan.FromMinutes(1), MaxBatchRows = 1_000_000 },
        });
        foreach (ReadOnlyMemory<byte> body in journalled)
            await second.PostAsync(body);
    }

    /// <summary>Posts on until some time after the stages have their state.</summary>
    private static async Task SendAsync(EngineHost engine, int first, ConcurrentBag<int> accepted)
    {
        const int Afterwards = 10;
        for (int batch = first, after = 0; after < Afterwards; batch++)
        {
            after += engine.Pipeline.Recovery.IsWhole ? 1 : 0;
            (int status, string text) = await engine.SendAsync(Body(batch));
            Assert.True(status is 200 or 503, text);
            // A body of one claim is in the ring or it is not.
            if (status == 200)
                accepted.Add(batch);
        }
    }

    private async Task<string> UndisturbedAsync()
    {
        using var folder = new TemporaryFolder();
        await using EngineHost engine = await EngineHost.StartAsync(await OptionsAsync(folder));
        foreach (ReadOnlyMemory<byte> body in World.Bodies)
            await engine.PostAsync(body);
        await engine.DrainAsync();
        return await StoredAsync(engine.Client);
    }

    /// <summary>Every column of every event, link and attribution that does not tell when it came.</summary>
    private static async Task<string> StoredAsync(ClickHouseClient client)
    {
        string events = await client.ScalarAsync<string>(
            "SELECT concat(toString(count()), ' ', hex(groupBitXor(cityHash64("
            + "formatRow('TSV', * EXCEPT (received_at, sequence, block)))))) FROM events FINAL");
        string links = await client.ScalarAsync<string>(
            "SELECT concat(toString(count()), ' ', hex(groupBitXor(cityHash64("
            + "formatRow('TSV', * EXCEPT (sequence, block)))))) FROM identities FINAL");
        return $"{events} {links} " + await StoredDigest.ComputeAsync(
            client, "default", End.UtcDateTime.AddDays(-60), End.UtcDateTime.AddDays(30),
            AttributionConfig.Web.Hash, CancellationToken.None);
    }

    private async Task<EngineOptions> OptionsAsync(TemporaryFolder folder)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        return EngineHost.Options(clickHouse, database, folder.Path) with { RingSlots = Slots };
    }

    private static byte[] Body(int batch) => Encoding.UTF8.GetBytes(string.Join(
        '\n', Enumerable.Range(0, 200).Select(number =>
            $$"""{"type":"visit","event_id":"{{Id(batch, number)}}","anonymous_id":"a{{number}}"}""")));

    private static string Id(int batch, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"full-{batch:d8}-{number:d3}");
}
