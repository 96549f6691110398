using System.Text.Json;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink;

public class FailureTests
{
    private const int ViolatedConstraint = 469;
    private const int UnknownTable = 60;
    private const string Poison = "poison";

    [Fact]
    public async Task Insert_FailsSeveralTimes_IsRepeatedWithTheSameBytesAndToken()
    {
        ScriptedEnd[] ends =
            [ScriptedEnd.Lost, ScriptedEnd.Refused(252), ScriptedEnd.Lost, ScriptedEnd.Landed];
        int attempt = 0;
        var transport = new ScriptedTransport(_ => ends[attempt++]);
        await using var sink = new SinkTest(transport);
        sink.WriteEvent(5);

        await sink.DrainAsync();

        Assert.Equal(4, transport.Attempts.Count);
        Assert.All(transport.Attempts, insert => Assert.Equal(transport.Attempts[0].Token, insert.Token));
        Assert.All(transport.Attempts, insert => Assert.Equal(transport.Attempts[0].Bytes, insert.Bytes));
        Assert.Equal(3, sink.Pipeline.Stats.Events.Retries);
        Assert.Equal(1, sink.Pipeline.Stats.Events.Rows);
        Assert.Equal("connection reset", sink.Pipeline.Stats.Events.LastError);
        Assert.Equal(2, transport.Questions.Count);
        Assert.Single(transport.Questions.Distinct());
    }

    [Fact]
    public async Task Insert_LandedUnseen_IsFoundAndNotSentAgain()
    {
        var transport = new ScriptedTransport(static _ => ScriptedEnd.LandedUnseen);
        await using var sink = new SinkTest(transport);
        WriteOneOfEach(sink);

        await sink.DrainAsync();

        Assert.Equal(4, transport.Attempts.Count);
        Assert.Equal(4, transport.Questions.Select(static question => question.Table).Distinct().Count());
        Assert.Equal(1, sink.Pipeline.Stats.Events.Found);
        Assert.Equal(1, sink.Pipeline.Stats.Events.Rows);
        Assert.Equal(3, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Insert_LandedUnseenAndQuestionsFail_IsAskedForUntilThereIsAnAnswer()
    {
        int asked = 0;
        var transport = new ScriptedTransport(static _ => ScriptedEnd.LandedUnseen)
        {
            Answer = (_, rows) => ++asked <= 20
                ? new BlockCount(ScriptedEnd.Refused(asked % 2 == 0 ? 469 : 0).Answer.Outcome, 0, "not now")
                : new BlockCount(ScriptedEnd.Landed.Answer.Outcome, rows),
        };
        await using var sink = new SinkTest(transport);
        sink.WriteEvent(0);
        sink.Writer.Processed(0);

        await sink.DrainAsync();

        Assert.Single(transport.Attempts);
        Assert.Equal(21, transport.Questions.Count);
        Assert.Equal(21, sink.Pipeline.Stats.Events.Retries);
        Assert.True(sink.Pipeline.Stats.IsHealthy);
        Assert.Equal(0, sink.Pipeline.Watermark);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task Insert_NotAllRowsAreThere_IsSentAgain(int rows)
    {
        int attempts = 0;
        var transport = new ScriptedTransport(
            _ => ++attempts == 1 ? ScriptedEnd.Lost : ScriptedEnd.Landed)
        {
            Answer = (_, _) => new BlockCount(ScriptedEnd.Landed.Answer.Outcome, rows),
        };
        await using var sink = new SinkTest(transport);
        for (int sequence = 0; sequence < 10; sequence++)
            sink.WriteEvent(sequence);

        await sink.DrainAsync();

        Assert.Equal(2, transport.Attempts.Count);
        Assert.Equal(transport.Attempts[0].Bytes, transport.Attempts[1].Bytes);
        Assert.Equal(0, sink.Pipeline.Stats.Events.Found);
    }

    [Fact]
    public async Task Insert_PartsAndLettersOfABlock_HaveIdsOfTheirOwn()
    {
        var transport = new ScriptedTransport(RefusePoison);
        await using var sink = new SinkTest(transport);
        for (int sequence = 0; sequence < 50; sequence++)
            sink.WriteEvent(sequence, sequence is 7 or 30 ? Poison : null);

        await sink.DrainAsync();

        ulong[] ids = [.. transport.Attempts.Select(static each => each.Block)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.DoesNotContain(0ul, ids);
    }

    [Fact]
    public async Task Insert_ManyBlocksOfOneEvent_HaveTokensOfTheirOwn()
    {
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 1 });

        for (int row = 0; row < 20; row++)
            AttributionRows.Write(sink.Writer, $"conversion-{row}", SampleEvent.Noon, sequence: 3);
        await sink.DrainAsync();

        Assert.Equal(20, transport.Landed.Select(insert => insert.Token).Distinct().Count());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(1_000, 0)]
    [InlineData(1_000, 999)]
    [InlineData(1_000, 500)]
    [InlineData(777, 123)]
    public async Task Insert_OnePoisonedRow_LandsTheOthersAndOneDeadLetter(int rows, int poisonedRow)
    {
        var transport = new ScriptedTransport(RefusePoison);
        await using var sink = new SinkTest(transport);
        for (int sequence = 0; sequence < rows; sequence++)
            sink.WriteEvent(sequence, sequence == poisonedRow ? Poison : null);
        sink.Writer.Processed(rows - 1);

        await sink.DrainAsync();

        Assert.Equal(Enumerable.Range(0, rows).Where(row => row != poisonedRow).Select(row => (long)row),
            transport.LandedRows("events").Select(row => row.Sequence).Order());
        SentRow letter = Assert.Single(transport.LandedRows("dead_letters"));
        Assert.Equal(poisonedRow, letter.Sequence);
        Assert.Equal("default", letter.EventId); // the project
        Assert.StartsWith("clickhouse: code 469", letter.Reason, StringComparison.Ordinal);
        SentRow body = Assert.Single(await ScriptedTransport.ReadRowsAsync(
            "events", new MemoryStream(Convert.FromBase64String(letter.Body))));
        Assert.Equal(Poison, body.EventId);
        Assert.Equal(rows - 1, sink.Pipeline.Watermark);
        Assert.True(sink.Pipeline.Stats.IsHealthy);
        Assert.False(File.Exists(sink.LastResortPath));
    }

    [Fact]
    public async Task Insert_PoisonedAttributionsOfOneEvent_ShareALetterThatHoldsThemAll()
    {
        var transport = new ScriptedTransport(RefusePoison);
        await using var sink = new SinkTest(transport);
        for (int model = 0; model < 6; model++)
            AttributionRows.Write(sink.Writer, Poison, SampleEvent.Noon, sequence: 8, touches: model);
        AttributionRows.Write(sink.Writer, "good", SampleEvent.Noon, sequence: 9);

        await sink.DrainAsync();

        Assert.Equal("good", Assert.Single(transport.LandedRows("attributions")).EventId);
        SentRow letter = Assert.Single(transport.LandedRows("dead_letters"));
        IReadOnlyList<SentRow> bodies = await ScriptedTransport.ReadRowsAsync(
            "attributions", new MemoryStream(Convert.FromBase64String(letter.Body)));
        Assert.Equal(6, bodies.Count);
        Assert.All(bodies, row => Assert.Equal(Poison, row.EventId));
        Assert.Equal(6, sink.Pipeline.Stats.Attributions.PoisonedRows);
    }

    [Fact]
    public async Task Insert_EveryRowRefused_WaitsForARemedyInsteadOfDeadLetters()
    {
        bool isMended = false;
        var transport = new ScriptedTransport(_ =>
            Volatile.Read(ref isMended) ? ScriptedEnd.Landed : ScriptedEnd.Refused(ViolatedConstraint));
        await using var sink = new SinkTest(transport);
        for (int sequence = 0; sequence < 2_000; sequence++)
            sink.WriteEvent(sequence);
        sink.Writer.Processed(1_999);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => !sink.Pipeline.Stats.IsHealthy);
        Assert.Equal(-1, sink.Pipeline.Watermark);

        Volatile.Write(ref isMended, true);
        await sink.DrainAsync();

        Assert.Equal(2_000, transport.LandedRows("events").Select(row => row.Sequence).Distinct().Count());
        Assert.Empty(transport.LandedRows("dead_letters"));
        Assert.True(sink.Pipeline.Stats.IsHealthy);
        Assert.Equal(1_999, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Insert_TableMissing_IsUnhealthyUntilItIsThere()
    {
        bool isThere = false;
        var transport = new ScriptedTransport(_ =>
            Volatile.Read(ref isThere) ? ScriptedEnd.Landed : ScriptedEnd.Refused(UnknownTable));
        await using var sink = new SinkTest(transport);
        sink.WriteEvent(0);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.Events.IsStuck && !sink.Pipeline.Stats.IsHealthy);

        Volatile.Write(ref isThere, true);
        await sink.DrainAsync();

        Assert.True(sink.Pipeline.Stats.IsHealthy);
        Assert.Equal("code 60: refused", sink.Pipeline.Stats.Events.LastError);
        Assert.Single(transport.LandedRows("events"));
    }

    [Fact]
    public async Task Insert_DeadLetterRefusedAsWell_IsKeptInTheLocalFile()
    {
        var transport = new ScriptedTransport(insert => insert.Table == "dead_letters"
            ? ScriptedEnd.Refused(ViolatedConstraint)
            : RefusePoison(insert));
        await using var sink = new SinkTest(transport);
        sink.WriteEvent(0, Poison);
        sink.WriteEvent(1);
        EventRecord rejected = new SampleEvent("rejected").ToRecord(out byte[] bytes);
        sink.Writer.WriteDeadLetter(in rejected, bytes, 2);
        sink.Writer.Processed(2);

        await sink.DrainAsync();

        string[] lines = await File.ReadAllLinesAsync(sink.LastResortPath);
        JsonElement[] letters = [.. lines.Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["dead_letters", "events"], letters.Select(TableOf).Order());
        JsonElement poisoned = letters.Single(static letter => TableOf(letter) == "events");
        Assert.Equal(ViolatedConstraint, poisoned.GetProperty("code").GetInt32());
        IReadOnlyList<SentRow> rows = await ScriptedTransport.ReadRowsAsync(
            "events", new MemoryStream(poisoned.GetProperty("native").GetBytesFromBase64()));
        Assert.Equal(Poison, Assert.Single(rows).EventId);
        Assert.Equal(2, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task WriteEvent_AllBlocksOnTheirWay_WaitsUntilOneLands()
    {
        const int Sealed = 2;
        var answer = new TaskCompletionSource<ScriptedEnd>();
        var transport = new ScriptedTransport(_ => answer.Task);
        await using var sink = new SinkTest(transport,
            SinkTest.QuickRetry with { MaxBatchRows = 1, MaxSealedBlocks = Sealed, MaxInFlight = 1 });
        int written = 0;
        Task writing = Task.Run(() =>
        {
            for (; written < 10; Volatile.Write(ref written, written + 1))
                sink.WriteEvent(written);
        });

        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.WriterWaits.WaitingCount == 1);
        Assert.Equal(Sealed, Volatile.Read(ref written));
        Assert.False(writing.IsCompleted);

        answer.SetResult(ScriptedEnd.Landed);
        await writing.WaitAsync(SinkTest.Patience);
        await sink.DrainAsync();
        Assert.Equal(10, transport.LandedRows("events").Count());
        Assert.Equal(0, sink.Pipeline.Stats.WriterWaits.WaitingCount);
        Assert.True(sink.Pipeline.Stats.WriterWaits.Count >= 1);
    }

    [Fact]
    public async Task DisposeAsync_WriterWaits_LetsItGoWithAnException()
    {
        var transport = new ScriptedTransport(static _ => new TaskCompletionSource<ScriptedEnd>().Task);
        var sink = new SinkTest(
            transport, SinkTest.QuickRetry with { MaxBatchRows = 1, MaxSealedBlocks = 1 });
        Task writing = Task.Run(() =>
        {
            for (int sequence = 0; ; sequence++)
                sink.WriteEvent(sequence);
        });
        await SinkTest.UntilAsync(() => sink.Pipeline.Stats.WriterWaits.WaitingCount == 1);

        await sink.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(SinkTest.Patience));
        Assert.Equal(-1, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Insert_TransportThrows_StopsTheSinkAndItsWriters()
    {
        var transport = new ScriptedTransport(ScriptedEnd (_) => throw new InvalidOperationException("bug"));
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 1 });

        Assert.ThrowsAny<OperationCanceledException>((Action)(() =>
        {
            for (int sequence = 0; ; sequence++)
                sink.WriteEvent(sequence);
        }));

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => sink.Pipeline.Completion.WaitAsync(SinkTest.Patience));
        Assert.Equal(-1, sink.Pipeline.Watermark);
    }

    /// <summary>A row in every table, up to sequence 3.</summary>
    private static void WriteOneOfEach(SinkTest sink)
    {
        sink.WriteEvent(0);
        AttributionRows.Write(sink.Writer, "conversion", SampleEvent.Noon, sequence: 1);
        EventRecord record = new SampleEvent("e").ToRecord(out byte[] bytes);
        sink.Writer.WriteIdentity(IdKind.User, "u"u8, IdKind.Device, "d"u8, in record, bytes, 2);
        sink.Writer.WriteDeadLetter(in record, bytes, 3);
        sink.Writer.Processed(3);
    }

    private static string? TableOf(JsonElement letter) => letter.GetProperty("table").GetString();

    private static ScriptedEnd RefusePoison(SentInsert insert) =>
        insert.Table != "dead_letters" && insert.Rows.Any(static row => row.EventId == Poison)
            ? ScriptedEnd.Refused(ViolatedConstraint)
            : ScriptedEnd.Landed;
}
