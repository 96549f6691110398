using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink;

public class SealingTests
{
    private const long DayMillis = 24L * 60 * 60 * 1000;

    [Fact]
    public async Task WriteEvent_RowsReachTheLimit_SealsWithoutWaitingForAge()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 10 });

        for (int sequence = 0; sequence < 25; sequence++)
            sink.WriteEvent(sequence);

        await SinkTest.UntilAsync(() => transport.Landed.Count == 2);
        await sink.DrainAsync();
        Assert.Equal([5, 10, 10], transport.Landed.Select(insert => insert.Rows.Count).Order());
    }

    [Fact]
    public async Task WriteEvent_BytesReachTheLimit_Seals()
    {
        const int LimitBytes = 64 * 1024;
        const int EventBytes = 4_000;
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(
            transport, SinkTest.QuickRetry with { MaxBatchBytes = LimitBytes });

        for (int sequence = 0; sequence < 20; sequence++)
        {
            EventRecord record = new SampleEvent($"e{sequence}")
                .With(EventField.Url, new string('u', EventBytes)).ToRecord(out byte[] bytes);
            sink.Writer.WriteEvent(in record, bytes, sequence);
        }

        await SinkTest.UntilAsync(() => transport.Landed.Count == 1);
        int expected = LimitBytes / EventBytes;
        Assert.InRange(transport.Landed[0].Rows.Count, expected * 9 / 10, expected + 1);
    }

    [Fact]
    public async Task Processed_OldestRowReachesTheAge_Seals()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport);
        sink.WriteEvent(0);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(499));
        sink.Writer.Processed(0);
        sink.WriteEvent(1);
        Assert.Equal(0, sink.Pipeline.Stats.Events.Blocks + sink.Pipeline.Stats.Inserts.InFlight);
        Assert.Equal(-1, sink.Pipeline.Watermark);

        sink.Clock.Advance(TimeSpan.FromMilliseconds(1));
        sink.Writer.Processed(1);

        await SinkTest.UntilAsync(() => sink.Pipeline.Watermark == 1);
        Assert.Equal([0, 1], Assert.Single(transport.Landed).Rows.Select(row => row.Sequence));
    }

    /// <remarks>The limit on inserts is what keeps merges cheap, however few rows there are.</remarks>
    [Fact]
    public async Task OnIdle_AfterAQuietTime_SealsAnEighthOfTheAgeLaterAndThenNotBeforeTheAge()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport);
        sink.Clock.Advance(TimeSpan.FromSeconds(10));
        sink.Writer.OnIdle();
        sink.WriteEvent(0);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(62));
        sink.Writer.Processed(0);
        Assert.Equal(0, sink.Pipeline.Stats.Events.Blocks + sink.Pipeline.Stats.Inserts.InFlight);

        sink.Clock.Advance(TimeSpan.FromMilliseconds(1));
        sink.Writer.OnIdle();

        await SinkTest.UntilAsync(() => sink.Pipeline.Watermark == 0);
        sink.WriteEvent(1);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(499));
        sink.Writer.Processed(1);
        Assert.Equal(0, sink.Pipeline.Watermark);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(1));
        sink.Writer.OnIdle();
        await SinkTest.UntilAsync(() => sink.Pipeline.Watermark == 1);
        Assert.Equal(2, transport.Landed.Count);
    }

    /// <remarks>A block that would only wait for a sender grows meanwhile, but not for ever.</remarks>
    [Fact]
    public async Task OnIdle_AllSendersAreBusy_SealsAfterFourTimesTheAge()
    {
        var answer = new TaskCompletionSource<ScriptedEnd>();
        var transport = new ScriptedTransport(_ => answer.Task);
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxInFlight = 1 });
        sink.WriteEvent(0);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.Inserts.InFlight == 1);
        sink.WriteEvent(1);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(1_999));
        sink.Writer.Processed(1);
        sink.WriteEvent(2);
        sink.Clock.Advance(TimeSpan.FromMilliseconds(1));
        sink.Writer.Processed(2);
        sink.WriteEvent(3);

        answer.SetResult(ScriptedEnd.Landed);
        await sink.DrainAsync();

        Assert.Equal([[0], [1, 2], [3]],
            transport.Landed.Select(insert => insert.Rows.Select(row => row.Sequence)));
    }

    [Fact]
    public async Task OnIdle_OldestRowReachesTheAge_SealsEveryTable()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport);
        EventRecord record = new SampleEvent("e").ToRecord(out byte[] bytes);
        sink.Writer.WriteEvent(in record, bytes, 0);
        sink.Writer.WriteDeadLetter(in record, bytes, 1);
        sink.Writer.WriteIdentity(IdKind.User, "u"u8, IdKind.Anonymous, "a"u8, in record, bytes, 2);
        AttributionRows.Write(sink.Writer, "e", SampleEvent.Noon, 3);
        sink.Writer.Processed(3);

        sink.Clock.Advance(TimeSpan.FromMilliseconds(500));
        sink.Writer.OnIdle();

        await SinkTest.UntilAsync(() => sink.Pipeline.Watermark == 3);
        Assert.Equal(["attributions", "dead_letters", "events", "identities"],
            transport.Landed.Select(insert => insert.Table).Order());
    }

    [Fact]
    public async Task WriteEvent_TurnOfTheMonth_NeverMixesMonthsInOneInsert()
    {
        long midnight = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 16 });

        for (int sequence = 0; sequence < 200; sequence++)
            sink.WriteEvent(sequence, timestampMillis: midnight + ((sequence % 7) - 3));
        await sink.DrainAsync();

        Assert.All(transport.Landed,
            insert => Assert.Single(insert.Rows.Select(row => row.Time.Month).Distinct()));
        Assert.Equal(200, transport.LandedRows("events").Select(row => row.Sequence).Distinct().Count());
        Assert.True(transport.Landed.Count <= (200 / 16) + 2, "Two months filled two blocks at a time.");
    }

    [Fact]
    public async Task WriteEvent_OneMonthTooMany_SealsTheOneNotUsedLongest()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxOpenPartitions = 2 });
        sink.WriteEvent(0, "january", SampleEvent.Noon - (59 * DayMillis));
        sink.WriteEvent(1, "february", SampleEvent.Noon - (14 * DayMillis));
        sink.WriteEvent(2, "january", SampleEvent.Noon - (59 * DayMillis));

        sink.WriteEvent(3, "march", SampleEvent.Noon);

        await SinkTest.UntilAsync(() => transport.Landed.Count == 1);
        Assert.Equal(["february"], transport.Landed[0].Rows.Select(row => row.EventId));
        await sink.DrainAsync();
        Assert.Equal(3, transport.Landed.Count);
    }

    [Fact]
    public async Task DrainAsync_OpenBlocks_LandsThemAllAndCallsOutTheLastWatermark()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport);
        for (int sequence = 0; sequence < 1_000; sequence++)
        {
            sink.WriteEvent(sequence, timestampMillis: SampleEvent.Noon - (sequence % 40 * 20 * DayMillis));
            AttributionRows.Write(sink.Writer, $"c{sequence}", SampleEvent.Noon, sequence);
        }

        sink.Writer.Processed(999);
        await sink.DrainAsync();

        Assert.Equal(1_000, transport.LandedRows("events").Select(row => row.Sequence).Distinct().Count());
        Assert.Equal(1_000,
            transport.LandedRows("attributions").Select(row => row.EventId).Distinct().Count());
        Assert.Equal(999, sink.Pipeline.Watermark);
        Assert.Equal(999, sink.Announced[^1]);
        Assert.Equal(sink.Announced.Order().Distinct(), sink.Announced);
        Assert.Equal(0, sink.Pipeline.LagMillis);
    }

    [Fact]
    public async Task WriteEvent_AfterDrain_Throws()
    {
        await using var sink = new SinkTest(new ScriptedTransport());
        await sink.DrainAsync();
        sink.WriteEvent(0);

        Assert.Throws<InvalidOperationException>(sink.Writer.Flush);
    }
}
