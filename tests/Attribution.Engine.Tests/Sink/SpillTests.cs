using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Spill;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Faults.Files;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// While ClickHouse is away writers go on and full blocks lie on the disk; when it is back, each row lands
/// once and whole, poisoned ones included. The clock is the test's, so an outage is as long as the test says.
/// </remarks>
public sealed class SpillTests : IDisposable
{
    private const int Events = 1_000;
    private const string Poison = "poison";
    private readonly TemporaryFolder _folder = new();
    private volatile bool _isAway = true;

    private static SinkOptions Options => SinkTest.QuickRetry with { MaxBatchRows = 10 };

    private DiskJournalFileSystem Disk => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outage_WritersGoOn_AndEachRowLandsOnceWhenItIsOver()
    {
        var transport = new ScriptedTransport(Script);
        await using var sink = new SinkTest(transport, Options, spill: Disk);
        await BeginOutageAsync(sink);

        WriteAll(sink);

        Assert.True(sink.Pipeline.Stats.Spill.Blocks > (2 * Events / 10) - 20);
        long fileBytes = Directory.GetFiles(_folder.Path).Sum(file => new FileInfo(file).Length);
        Assert.Equal(fileBytes, sink.Pipeline.Stats.Spill.Bytes);
        Assert.Equal(-1, sink.Pipeline.Watermark);
        Assert.Matches("^ClickHouse has not taken inserts for [0-9]+ s; ", sink.Pipeline.Stats.Degradation);

        _isAway = false;
        await sink.DrainAsync();

        AssertWhole(transport, "events");
        AssertWhole(transport, "attributions");
        Assert.Equal(Events - 1, sink.Pipeline.Watermark);
        Assert.Equal(0, sink.Pipeline.Stats.Spill.Blocks);
        Assert.Equal(0, sink.Pipeline.Stats.Spill.Bytes);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Equal("", sink.Pipeline.Stats.Degradation);
    }

    [Fact]
    public async Task Outage_WithPoisonedRows_BisectsWhatWasSpilled()
    {
        var transport = new ScriptedTransport(insert => Script(insert) is { Lands: true } landed
            && (insert.Table == "dead_letters" || !insert.Rows.Any(static row => row.EventId == Poison))
                ? landed
                : ScriptedEnd.Refused(_isAway ? 252 : 469));
        await using var sink = new SinkTest(transport, Options, spill: Disk);
        await BeginOutageAsync(sink);

        WriteAll(sink, poisonEvery: 100);
        Assert.True(sink.Pipeline.Stats.Spill.Blocks > 100);
        _isAway = false;
        await sink.DrainAsync();

        // Letters are filed under the event's sequence, which attributions keep beside their columns.
        long[] poisoned = [.. Enumerable.Range(0, Events / 100).Select(number => (number * 100L) + 99)];
        SentRow[] letters = [.. transport.LandedRows("dead_letters")];
        foreach (string table in (string[])["events", "attributions"])
        {
            Assert.Equal(poisoned, letters
                .Where(letter => letter.Reason.Contains($"row of {table} ", StringComparison.Ordinal))
                .Select(static letter => letter.Sequence).Order());
            Assert.Equal(Events - poisoned.Length, transport.LandedRows(table).Count());
        }

        Assert.Equal(Events - 1, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Slowness_WithoutFailures_IsNoOutageUntilItLastsFarLonger()
    {
        var answer = new TaskCompletionSource<ScriptedEnd>();
        var transport = new ScriptedTransport(_ => answer.Task);
        await using var sink = new SinkTest(transport, Options, spill: Disk);
        Task writing = Task.Run(() => WriteAll(sink));
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.WriterWaits.WaitingCount == 1);
        // The quiet counts from when a sender has taken a block, which a busy machine may delay.
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.Inserts.InFlight == Options.MaxInFlight);

        sink.Clock.Advance(Options.SpillAfter * 4.9);
        await Task.Delay(100);
        Assert.False(writing.IsCompleted);
        Assert.Equal(0, sink.Pipeline.Stats.Spill.TotalBlocks);

        sink.Clock.Advance(Options.SpillAfter);
        await writing.WaitAsync(SinkTest.Patience);
        Assert.True(sink.Pipeline.Stats.Spill.TotalBlocks > 0);

        answer.SetResult(ScriptedEnd.Landed);
        await sink.DrainAsync();
        AssertWhole(transport, "events");
    }

    [Fact]
    public async Task Night_WithoutEvents_IsNoOutage()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport, Options, spill: Disk);
        sink.WriteEvent(0);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => transport.Landed.Count == 1);

        sink.Clock.Advance(TimeSpan.FromHours(8));

        Assert.Equal(TimeSpan.Zero, sink.Pipeline.Stats.Inserts.QuietFor);
        Assert.False(sink.Pipeline.Stats.Inserts.IsOutage);
    }

    [Fact]
    public async Task Spill_DiskRefuses_WritersWaitAndNothingIsLost()
    {
        var files = new FaultyFileSystem(new Random(1))
        {
            OnCall = static (call, _) =>
            {
                if (call == FileCall.Write)
                    throw new IOException("no space left");
            },
        };
        var transport = new ScriptedTransport(Script);
        await using var sink = new SinkTest(transport, Options, spill: files);
        await BeginOutageAsync(sink);

        Task writing = Task.Run(() => WriteAll(sink));
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.WriterWaits.WaitingCount == 1);
        Assert.False(writing.IsCompleted);
        Assert.Equal(1, sink.Pipeline.Stats.Spill.Failures);
        Assert.Empty(files.List());

        _isAway = false;
        await writing.WaitAsync(SinkTest.Patience);
        await sink.DrainAsync();
        AssertWhole(transport, "events");
        Assert.Equal(0, sink.Pipeline.Stats.Spill.TotalBlocks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spill_FileIsDamaged_StopsTheSinkAndKeepsTheJournal(bool isCut)
    {
        var transport = new ScriptedTransport(Script);
        await using var sink = new SinkTest(transport, Options, spill: Disk);
        await BeginOutageAsync(sink);
        WriteAll(sink);
        foreach (string file in Directory.GetFiles(_folder.Path))
            Damage(file, isCut);

        _isAway = false;

        await Assert.ThrowsAsync<SpillException>(() => sink.Pipeline.Completion.WaitAsync(SinkTest.Patience));
        Assert.True(sink.Pipeline.Watermark < Events - 1);
    }

    [Fact]
    public async Task Start_WithWhatAnEarlierRunSpilled_DeletesIt()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "00000000.block"), "old");

        await using var sink = new SinkTest(new ScriptedTransport(), Options, spill: Disk);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private ScriptedEnd Script(SentInsert insert) => _isAway ? ScriptedEnd.Lost : ScriptedEnd.Landed;

    /// <summary>Lets the first insert fail for as long as makes an outage.</summary>
    private static async Task BeginOutageAsync(SinkTest sink)
    {
        EventRecord record = new SampleEvent("first").ToRecord(out byte[] bytes);
        sink.Writer.WriteDeadLetter(in record, bytes, 0);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.DeadLetters.Retries > 0);
        sink.Clock.Advance(Options.SpillAfter);
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.Inserts.IsOutage);
    }

    private static void WriteAll(SinkTest sink, int poisonEvery = int.MaxValue)
    {
        for (int sequence = 0; sequence < Events; sequence++)
        {
            // Each earlier than the last: blocks are sent, and spilled, in another order than filled.
            long millis = SampleEvent.Noon - sequence;
            string id = sequence % poisonEvery == poisonEvery - 1 ? Poison : $"event-{sequence}";
            sink.WriteEvent(sequence, id, millis);
            AttributionRows.Write(sink.Writer, id, millis, sequence, touches: sequence % 4);
        }

        sink.Writer.Processed(Events - 1);
    }

    private static void AssertWhole(ScriptedTransport transport, string table) => Assert.Equal(
        Enumerable.Range(0, Events).Select(static sequence => (long)sequence),
        transport.LandedRows(table).Select(static row => row.Sequence).Order());

    private static void Damage(string file, bool isCut)
    {
        using FileStream stream = File.Open(file, FileMode.Open);
        if (isCut)
            stream.SetLength(stream.Length / 2);
        else
            stream.WriteByte(0xFF);
    }
}
