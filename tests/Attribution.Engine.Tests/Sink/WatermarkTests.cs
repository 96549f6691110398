using System.Collections.Concurrent;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// What would break: the journal deletes what the watermark has passed, so a watermark that passes one
/// row too many loses that row in a crash. Several writers fill tiny blocks over a ClickHouse that fails
/// in every way there is, while a thread watches: at every moment all rows up to the watermark must have
/// landed, in their table or as a dead letter.
/// </remarks>
public class WatermarkTests
{
    private const int Writers = 3;
    private const int Events = 3_000;
    private const int PoisonEvery = 211;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public async Task Watermark_InsertsFailAtRandom_NeverPassesARowThatHasNotLanded(int seed, bool spills)
    {
        var landed = new ConcurrentDictionary<(string Table, long Sequence), bool>();
        var script = new RandomScript(seed);
        var transport = new ScriptedTransport(script.NextAsync)
        {
            OnRow = row => landed[(row.Table, row.Sequence)] = true,
        };
        using var folder = new TemporaryFolder();
        await using var sink = new SinkTest(
            transport, Options, Writers, spills ? new DiskJournalFileSystem(folder.Path) : null);
        using var finished = new CancellationTokenSource();
        Task<long> watch = Task.Run(() => Watch(sink, landed, finished.Token));

        IEnumerable<Task> writing = Enumerable.Range(0, Writers)
            .Select(index => Task.Run(() => Write(sink, index)));
        await Task.WhenAll(writing).WaitAsync(SinkTest.Patience);
        await sink.DrainAsync();
        await finished.CancelAsync();

        Assert.Equal(Events - 1, await watch);
        Assert.Equal(Events - 1, sink.Pipeline.Watermark);
        for (int sequence = 0; sequence < Events; sequence++)
            AssertLanded(landed, sequence);
        Assert.True(script.Failures > 100, "The script hardly failed, so nothing was tested.");
        Assert.Equal(Events / PoisonEvery, sink.Pipeline.Stats.Events.PoisonedRows);
        Assert.Equal(spills, sink.Pipeline.Stats.Spill.TotalBlocks > 10);
        Assert.Equal(0, sink.Pipeline.Stats.Spill.Bytes);
    }

    [Fact]
    public async Task Watermark_EarlierBlockStillOnItsWay_StaysBeforeIt()
    {
        var first = new TaskCompletionSource<ScriptedEnd>();
        var transport = new ScriptedTransport(insert =>
            insert.Rows[0].Sequence == 0 ? first.Task : Task.FromResult(ScriptedEnd.Landed));
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 2 });

        for (int sequence = 0; sequence < 4; sequence++)
            sink.WriteEvent(sequence);
        sink.Writer.Processed(9);
        await SinkTest.UntilAsync(() => transport.Landed.Count == 1);
        Assert.Equal(-1, sink.Pipeline.Watermark);

        first.SetResult(ScriptedEnd.Landed);
        await SinkTest.UntilAsync(() => sink.Pipeline.Watermark == 9);
    }

    [Fact]
    public async Task Watermark_OneWriterBehind_FollowsTheSlowest()
    {
        await using var sink = new SinkTest(new ScriptedTransport(), writers: 2);

        sink.Pipeline.Writer(0).Processed(50);
        Assert.Equal(-1, sink.Pipeline.Watermark);

        sink.Pipeline.Writer(1).Processed(20);
        Assert.Equal(20, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Watermark_NothingToWrite_IsCalledOut()
    {
        await using var sink = new SinkTest(new ScriptedTransport());

        sink.Writer.Processed(7);
        await SinkTest.UntilAsync(() => sink.Announced.Count > 0);

        Assert.Equal([7], sink.Announced);
    }

    [Fact]
    public async Task Watermark_ThatLeftSomethingToDo_IsCalledOutAgain()
    {
        await using var sink = new SinkTest(new ScriptedTransport()) { Refusals = 2 };

        sink.Writer.Processed(7);
        await SinkTest.UntilAsync(() => sink.Announced.Count > 2);
        await sink.DrainAsync();

        Assert.Equal([7, 7, 7], sink.Announced);
    }

    [Fact]
    public async Task LagMillis_RowNotYetDurable_IsTheAgeOfItsEvent()
    {
        await using var sink = new SinkTest(new ScriptedTransport());
        var sample = new SampleEvent("e");
        sample.Header.ReceivedMillis = sink.Clock.GetUtcNow().ToUnixTimeMilliseconds() - 1_500;
        EventRecord record = sample.ToRecord(out byte[] bytes);
        Assert.Equal(0, sink.Pipeline.LagMillis);

        sink.Writer.WriteEvent(in record, bytes, 0);
        Assert.Equal(1_500, sink.Pipeline.LagMillis);
        sink.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2_500, sink.Pipeline.LagMillis);

        await sink.DrainAsync();
        Assert.Equal(0, sink.Pipeline.LagMillis);
    }

    private static SinkOptions Options => SinkTest.QuickRetry with
    {
        MaxBatchRows = 17,
        MaxInFlight = 3,
        SpillAfter = TimeSpan.FromMilliseconds(10),
    };

    /// <summary>
    /// As a worker does: each writer owns every third event, and all of them pass every sequence.
    /// </summary>
    private static void Write(SinkTest sink, int index)
    {
        ShardWriter writer = sink.Pipeline.Writer(index);
        for (int sequence = 0; sequence < Events; sequence++)
        {
            if (sequence % Writers == index)
                Write(writer, sequence);
            if (sequence % 10 == 9)
                writer.Processed(sequence);
        }

        writer.Processed(Events - 1);
    }

    private static void Write(ShardWriter writer, int sequence)
    {
        bool isPoison = sequence % PoisonEvery == PoisonEvery - 1;
        string id = isPoison ? RandomScript.Poison : $"event-{sequence}";
        EventRecord record = new SampleEvent(id).ToRecord(out byte[] bytes);
        writer.WriteEvent(in record, bytes, sequence);
        AttributionRows.Write(writer, isPoison ? "conversion" : id, SampleEvent.Noon, sequence);
    }

    private static long Watch(
        SinkTest sink, ConcurrentDictionary<(string, long), bool> landed, CancellationToken finished)
    {
        long seen = -1;
        while (true)
        {
            bool isLast = finished.IsCancellationRequested;
            // Time flies, so that many a pause between two inserts that land is an outage.
            sink.Clock.Advance(TimeSpan.FromMilliseconds(1));
            long watermark = sink.Pipeline.Watermark;
            Assert.True(watermark >= seen, "The watermark fell.");
            while (seen < watermark)
                AssertLanded(landed, ++seen);
            if (isLast)
                return seen;
        }
    }

    private static void AssertLanded(ConcurrentDictionary<(string, long), bool> landed, long sequence)
    {
        Assert.True(
            landed.ContainsKey(("events", sequence)) || landed.ContainsKey(("dead_letters", sequence)),
            $"The watermark passed event {sequence}, which has not landed.");
        Assert.True(landed.ContainsKey(("attributions", sequence)),
            $"The watermark passed the attribution of event {sequence}, which has not landed.");
    }

    /// <summary>
    /// Takes its time, loses inserts before and after they land, and refuses poisoned rows. Thread-safe.
    /// </summary>
    private sealed class RandomScript(int seed)
    {
        public const string Poison = "poison";
        private readonly Random _random = new(seed);
        private int _failures;

        public int Failures => Volatile.Read(ref _failures);

        public async Task<ScriptedEnd> NextAsync(SentInsert insert)
        {
            int roll;
            lock (_random)
                roll = _random.Next(100);
            if (roll % 10 == 0)
                await Task.Delay(1);

            if (roll < 70 && insert.Rows.Any(static row => row.EventId == Poison))
                return ScriptedEnd.Refused(469);
            if (roll < 70)
                return ScriptedEnd.Landed;

            Interlocked.Increment(ref _failures);
            return roll switch
            {
                < 80 => ScriptedEnd.Lost,
                < 90 when !insert.Rows.Any(static row => row.EventId == Poison) => ScriptedEnd.LandedUnseen,
                < 95 => ScriptedEnd.Refused(252),
                _ => ScriptedEnd.Refused(60),
            };
        }
    }
}
