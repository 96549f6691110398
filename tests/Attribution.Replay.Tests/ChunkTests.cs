using Attribution.Model.Configs;
using Attribution.Replay.Sinks;
using Attribution.Replay.Tests.Support;
using Attribution.Testing;

namespace Attribution.Replay.Tests;

/// <remarks>
/// What a replay does with too little memory, when it is interrupted and when it is run again: the rows stay
/// the same, and finished chunks are not done twice.
/// </remarks>
public class ChunkTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const string ManyEvents =
        """
        INSERT INTO $db.events (project, event_id, type, timestamp, received_at, anonymous_id, source, medium,
                                revenue, currency, sequence)
        SELECT 'default', 'a rather long event id that needs the heap ' || toString(number),
               if(number % 10 = 9, 'purchase', 'click'),
               toDateTime64('2026-05-20 00:00:00', 3, 'UTC') + toIntervalSecond($step * number) AS time, time,
               'a' || toString(number % $persons), 'google', 'cpc', if(number % 10 = 9, 1, NULL), 'EUR',
               number
        FROM numbers($count)
        """;

    private static readonly ReplayOptions Range = ReplayDatabase.Options(
        new DateTime(2026, 5, 25, 0, 0, 0, DateTimeKind.Utc),
        new DateTime(2026, 6, 20, 0, 0, 0, DateTimeKind.Utc));

    [Fact]
    public async Task Chunk_LargerThanTheMemory_IsSplitUntilItFits()
    {
        await using ReplayDatabase database = await CreateAsync(count: 300_000, persons: 40_011, step: 8);

        string whole = await database.DigestAsync(Range);
        ReplayOptions small = Range with { MemoryBytes = 16L << 20, Chunks = 1 };
        var sink = new DigestSink();
        ReplayReport report = await new Replayer(database.Client, small)
            .RunAsync(sink, null, CancellationToken.None);

        Assert.Equal(whole, sink.Digest());
        Assert.Equal(300_000, report.Events);
        Assert.Equal(40_011, report.Persons);
        Assert.True((await Replayer.PlanAsync(
            database.Client, Range with { MemoryBytes = 16L << 20 }, CancellationToken.None)).Chunks > 1);
    }

    [Fact]
    public async Task Person_LargerThanTheMemory_IsAnErrorThatSaysWhatHelps()
    {
        await using ReplayDatabase database = await CreateAsync(count: 300_000, persons: 1, step: 8);

        ReplayException error = await Assert.ThrowsAsync<ReplayException>(
            () => database.DigestAsync(Range with { MemoryBytes = 16L << 20 }));

        Assert.Contains("--memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_RunTwice_LeavesTheTableAsItWas()
    {
        await using ReplayDatabase database = await CreateAsync(count: 3_000, persons: 211, step: 900);
        const string Contents = "SELECT * FROM $db.attributions FINAL ORDER BY ALL FORMAT JSONCompactEachRow";
        await database.WriteAttributionsAsync(Range with { Chunks = 2 });
        string once = await database.SqlAsync(Contents);

        await database.WriteAttributionsAsync(Range with { Chunks = 3, Threads = 4 });

        Assert.NotEqual("", once);
        Assert.Equal(once, await database.SqlAsync(Contents));
    }

    [Fact]
    public async Task Replay_OverTwoMonths_WritesEachRowIntoItsMonth()
    {
        await using ReplayDatabase database = await CreateAsync(count: 3_000, persons: 211, step: 900);

        await database.WriteAttributionsAsync(Range);

        Assert.Equal("202605\n202606\n", await database.SqlAsync(
            "SELECT DISTINCT toYYYYMM(conversion_time) AS month FROM $db.attributions ORDER BY month"));
        Assert.Equal("0\n", await database.SqlAsync(
            "SELECT countIf(toString(toYYYYMM(conversion_time)) != _partition_id) FROM $db.attributions"));
        Assert.Equal(
            await database.DigestAsync(Range), await database.StoredDigestAsync(Range));
    }

    [Fact]
    public async Task Replay_Interrupted_GoesOnAfterTheFinishedChunks()
    {
        await using ReplayDatabase database = await CreateAsync(count: 3_000, persons: 211, step: 900);
        ReplayOptions plan = await Replayer.PlanAsync(
            database.Client, Range with { Chunks = 5 }, CancellationToken.None);
        using var interrupt = new CancellationTokenSource();
        await using (AttributionsSink sink =
            await AttributionsSink.OpenAsync(database.Client, plan, interrupt.Token))
        {
            var stopAfterTwo = new StopAfter(2, interrupt);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => new Replayer(database.Client, plan).RunAsync(sink, stopAfterTwo, interrupt.Token));
        }

        UnfinishedReplay? left =
            await ReplayLog.FindUnfinishedAsync(database.Client, Range, CancellationToken.None);

        Assert.NotNull(left);
        Assert.Equal((plan.Through!.Value, 5), (left.Through, left.Chunks));
        Assert.Equal([0, 1], left.Done);
        ReplayReport rest = await database.WriteAttributionsAsync(
            Range with { Through = left.Through, Chunks = left.Chunks, SkipChunks = left.Done });
        ReplayReport whole = await new Replayer(database.Client, Range)
            .RunAsync(new DigestSink(), null, CancellationToken.None);
        Assert.True(rest.Conversions < whole.Conversions, $"{rest.Conversions} of {whole.Conversions} again");
        Assert.Equal(await database.DigestAsync(Range), await database.StoredDigestAsync(Range));
        Assert.Null(await ReplayLog.FindUnfinishedAsync(database.Client, Range, CancellationToken.None));
    }

    [Fact]
    public async Task Events_NewerThanThrough_AreLeftOut()
    {
        await using ReplayDatabase database = await CreateAsync(count: 3_000, persons: 211, step: 900);
        await using ReplayDatabase before = await CreateAsync(count: 1_501, persons: 211, step: 900);

        string digest = await database.DigestAsync(Range with { Through = 1_500 });

        Assert.Equal(await before.DigestAsync(Range), digest);
        Assert.NotEqual(await database.DigestAsync(Range), digest);
    }

    [Fact]
    public async Task Lanes_ComputedTogether_GiveWhatEachGivesAlone()
    {
        await using ReplayDatabase database = await CreateAsync(count: 3_000, persons: 211, step: 900);
        AttributionConfig other = AttributionConfig.Parse(
            """{"name":"narrow","windows":{"click":"1d"},"models":["last","linear"]}"""u8);
        var sink = new DigestSink();

        ReplayReport report = await new Replayer(
            database.Client, Range with { Others = [other], Chunks = 3 })
            .RunAsync(sink, null, CancellationToken.None);

        Assert.Equal(await database.DigestAsync(Range), sink.Digest(0));
        Assert.Equal(await database.DigestAsync(Range with { Config = other }), sink.Digest(1));
        Assert.Equal(report.Rows, report.Lanes.Sum(lane => lane.Rows));
        Assert.Equal(report.Lanes[0].Conversions, report.Lanes[1].Conversions);
    }

    private async Task<ReplayDatabase> CreateAsync(int count, int persons, int step)
    {
        ReplayDatabase database = await ReplayDatabase.CreateAsync(clickHouse);
        await database.SqlAsync(ManyEvents
            .Replace("$count", $"{count}", StringComparison.Ordinal)
            .Replace("$persons", $"{persons}", StringComparison.Ordinal)
            .Replace("$step", $"{step}", StringComparison.Ordinal));
        return database;
    }

    /// <summary>Interrupts a replay once so many chunks are done.</summary>
    private sealed class StopAfter(int chunks, CancellationTokenSource interrupt) : IProgress<ReplayProgress>
    {
        public void Report(ReplayProgress value)
        {
            if (value.ChunksDone == chunks)
                interrupt.Cancel();
        }
    }
}
