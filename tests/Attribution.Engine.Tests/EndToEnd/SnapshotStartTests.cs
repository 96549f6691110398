using Attribution.Engine.Journal;
using Attribution.Engine.Recovery.Snapshots;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Configs;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// When a start may believe the snapshot of the last stop: only where journal, tables, config and bounds are
/// those it was written with. In every other case it must read the tables, and know as much.
/// </remarks>
public class SnapshotStartTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Fact]
    public async Task Start_AfterAStop_ReadsTheSnapshotOnce()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await StopAsync(options, first: 0, count: 40);
        await using (EngineHost second = await EngineHost.StartAsync(options))
            await AssertRecoveredAsync(second, fromSnapshot: true, persons: 40);

        // The second life did not save: what it may have added is in the tables only.
        await using EngineHost third = await EngineHost.StartAsync(options);
        await AssertRecoveredAsync(third, fromSnapshot: false, persons: 40);
    }

    [Fact]
    public async Task Start_SnapshotOfAnEarlierStop_IsLeftOut()
    {
        using var folder = new TemporaryFolder();
        using var kept = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await StopAsync(options, first: 0, count: 10);
        string snapshot = Path.Combine(folder.Path, "snapshot");
        Copy(snapshot, kept.Path);
        await StopAsync(options, first: 10, count: 10);
        Copy(kept.Path, snapshot);

        await using EngineHost engine = await EngineHost.StartAsync(options);
        await AssertRecoveredAsync(engine, fromSnapshot: false, persons: 20);
    }

    /// <remarks>
    /// Rows that went while no engine ran, and a journal that was emptied: an erasure by a program that knows
    /// of no snapshots does both, and the person must not come back.
    /// </remarks>
    [Theory]
    [InlineData("ALTER TABLE events DELETE WHERE event_id = 'e3' SETTINGS mutations_sync = 2", false)]
    [InlineData("INSERT INTO identities (project, id, other_id) VALUES ('default', 'a1', 'a2')", false)]
    [InlineData("SELECT 1", true)]
    public async Task Start_AfterSomethingWasTakenOrAdded_ReadsTheTables(string statement, bool isEmptied)
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            await PostAsync(first, 0, 10);
            await first.DrainAsync();
            Assert.True(await first.Pipeline.SaveAsync(CancellationToken.None));
            await first.Client.QueryTextAsync(statement);
        }

        if (isEmptied)
        {
            using var journal = new DiskJournalFileSystem(Path.Combine(folder.Path, "journal"));
            Assert.True(JournalReset.Run(journal, new JournalOptions()) > 0);
        }

        await using EngineHost engine = await EngineHost.StartAsync(options);
        await AssertRecoveredAsync(engine, fromSnapshot: false, persons: 10);
    }

    [Fact]
    public async Task Start_UnderAnotherConfigOrOtherBounds_ReadsTheTables()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await StopAsync(options, first: 0, count: 10);
        var other = new AttributionConfig { Identity = new IdentityConfig { MaxIdsPerPerson = 2 } };
        await using (EngineHost engine = await EngineHost.StartAsync(options, other))
            await AssertRecoveredAsync(engine, fromSnapshot: false, persons: 10);

        await StopAsync(options, first: 10, count: 10);
        EngineOptions smaller = options with
        {
            Workers = options.Workers with { MaxPersons = options.Workers.MaxPersons / 2 },
        };
        await using EngineHost second = await EngineHost.StartAsync(smaller);
        await AssertRecoveredAsync(second, fromSnapshot: false, persons: 20);
    }

    /// <remarks>A backup of ClickHouse alone that was restored, or rows that somebody deleted.</remarks>
    [Fact]
    public async Task Start_TablesDoNotEndWhereTheyDid_ReadsTheTables()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            await PostAsync(first, 0, 10);
            await first.DrainAsync();
            Assert.True(await first.Pipeline.SaveAsync(CancellationToken.None));
            await first.Client.ExecuteAsync("TRUNCATE TABLE events");
        }

        await using EngineHost engine = await EngineHost.StartAsync(options);
        Assert.Null(engine.Pipeline.Recovery.Report.SnapshotPersons);
        Assert.Equal(10, engine.Pipeline.Recovery.Report.Replayed);
    }

    /// <remarks>Each of these alone must be enough, whatever else would have shown it.</remarks>
    [Theory]
    [InlineData("nothing", true)]
    [InlineData("sequence", false)]
    [InlineData("journal", false)]
    [InlineData("content", false)]
    [InlineData("meaning", false)]
    public async Task Start_SnapshotThatIsOfSomethingElse_ReadsTheTables(string what, bool isRead)
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await StopAsync(options, first: 0, count: 10);
        SnapshotHead head = new StateSnapshot(folder.Path).TryReadHead()!.Value;
        head.NextSequence += what == "sequence" ? 1 : 0;
        head.JournalNumber += what == "journal" ? 1 : 0;
        head.Content += what == "content" ? 1u : 0u;
        head.Meaning += what == "meaning" ? 1u : 0u;
        string file = Path.Combine(folder.Path, "snapshot", StateSnapshot.HeadFile);
        File.Delete(file);
        using (var writer = new SnapshotWriter(file, StateSnapshot.HeadId, CancellationToken.None))
        {
            head.PassState(writer);
            writer.Complete();
        }

        await using EngineHost engine = await EngineHost.StartAsync(options);
        await AssertRecoveredAsync(engine, fromSnapshot: isRead, persons: 10);
    }

    [Theory]
    [InlineData("head")]
    [InlineData("identity")]
    [InlineData("shard-0")]
    [InlineData("shard-1")]
    public async Task Start_BrokenSnapshot_ReadsTheTables(string part)
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await OptionsAsync(folder);
        await StopAsync(options, first: 0, count: 30);
        string file = Path.Combine(folder.Path, "snapshot", part);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        await using EngineHost engine = await EngineHost.StartAsync(options);
        await AssertRecoveredAsync(engine, fromSnapshot: false, persons: 30);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "snapshot")));
        await PostAsync(engine, 0, 31);
        DrainReport report = await engine.DrainAsync();

        // The journal's 30 and one that is new: what is known is no event again.
        Assert.Equal(31, report.Events);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static async Task AssertRecoveredAsync(EngineHost engine, bool fromSnapshot, int persons)
    {
        Assert.Equal(fromSnapshot ? persons : null, engine.Pipeline.Recovery.Report.SnapshotPersons);
        await SinkTest.UntilAsync(() => engine.Pipeline.Sink.Watermark >= engine.Pipeline.Ring.Cursor);
        Assert.Contains(
            FormattableString.Invariant($"\nattribution_persons {persons}\n"),
            await engine.GetAsync("/metrics"), StringComparison.Ordinal);
    }

    private async Task<EngineOptions> OptionsAsync(TemporaryFolder folder) =>
        EngineHost.Options(clickHouse, await clickHouse.CreateDatabaseAsync(), folder.Path);

    /// <summary>One life, from whatever is there to a stop that saves.</summary>
    private static async Task StopAsync(EngineOptions options, int first, int count)
    {
        await using EngineHost engine = await EngineHost.StartAsync(options);
        await PostAsync(engine, first, count);
        await engine.DrainAsync();
        Assert.True(await engine.Pipeline.SaveAsync(CancellationToken.None));
    }

    /// <summary>A touch each of so many persons.</summary>
    private static Task<string> PostAsync(EngineHost engine, int first, int count) => engine.PostAsync(
        string.Join('\n', Enumerable.Range(first, count).Select(i =>
            $$"""{"type":"click","anonymous_id":"a{{i}}","event_id":"e{{i}}","source":"x"}""")));
}
