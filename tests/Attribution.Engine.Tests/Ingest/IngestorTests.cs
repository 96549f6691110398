using System.Buffers;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Engine.Telemetry;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

public class IngestorTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Ingest_Body_LiesInTheRingAsItWasParsed()
    {
        using var rig = new IngestRig();
        var batch = new EventBatch();

        IngestResult result = await rig.IngestAsync(Samples.Array, batch);

        Assert.Equal(new IngestResult(IngestStatus.Accepted), result);
        Assert.Equal(3, rig.Awaited);
        Assert.Equal(
            ParsedEvent.All(batch).Select(parsed => parsed.Describe()),
            rig.Consume().Select(parsed => parsed.Describe()));
    }

    [Fact]
    public async Task Ingest_ManyBodiesThroughASmallRing_AllArriveInOrder()
    {
        using var rig = new IngestRig(slots: 16, arenaBytes: 1 << 15);
        var batch = new EventBatch();
        for (int i = 0; i < 500; i++)
        {
            batch.Clear();
            await rig.IngestAsync(Samples.Array, batch);
            Assert.Equal(ParsedEvent.All(batch)[^1].Describe(), rig.Consume()[^1].Describe());
        }
    }

    [Fact]
    public async Task Ingest_BodyLargerThanTheRing_GoesThroughInChunks()
    {
        using var rig = new IngestRig(slots: 64, arenaBytes: 1 << 16);
        string body = "[" + string.Join(
            ',', Enumerable.Range(0, 1_000).Select(i => Bodies.Event($"\"term\":\"{i}\""))) + "]";
        var batch = new EventBatch();

        Task<IngestResult> ingesting = rig.IngestAsync(body, batch).AsTask();
        var arrived = new List<ParsedEvent>();
        while (!ingesting.IsCompleted)
        {
            arrived.AddRange(rig.Consume());
            await Task.Yield();
        }

        arrived.AddRange(rig.Consume());
        Assert.Equal(IngestStatus.Accepted, (await ingesting).Status);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"),
            arrived.Select(parsed => parsed[EventField.Term]));
        Assert.Equal(999, rig.Awaited);
    }

    [Fact]
    public async Task Ingest_LargestEventInTheSmallestArena_Passes()
    {
        using var rig = new IngestRig(slots: 16, arenaBytes: EventRecord.MaxBytes);
        string frame = Bodies.Event("\"event_id\":\"e\",\"properties\":{\"p\":\"\"}");
        string body = frame.Replace("\"\"", $"\"{new string('p', EventRecord.MaxBytes - frame.Length)}\"");
        var batch = new EventBatch();

        for (int i = 0; i < 5; i++)
        {
            batch.Clear();
            Assert.Equal(IngestStatus.Accepted, (await rig.IngestAsync(body, batch)).Status);
            Assert.Single(rig.Consume());
        }
    }

    [Fact]
    public async Task Ingest_AnswerWaitsUntilTheLastEventIsDurable()
    {
        using var rig = new IngestRig();
        var durable = new TaskCompletionSource();
        rig.Durable = _ => durable.Task;
        var batch = new EventBatch();

        ValueTask<IngestResult> ingesting = rig.IngestAsync(Samples.Array, batch);

        Assert.Equal(3, rig.Awaited);
        Assert.Equal(4, rig.Consume().Count);
        Assert.False(ingesting.IsCompleted);
        durable.SetResult();
        Assert.Equal(IngestStatus.Accepted, (await ingesting).Status);
    }

    [Fact]
    public async Task Ingest_CannotBecomeDurable_IsNotAccepted()
    {
        using var rig = new IngestRig();
        rig.Durable = _ => throw new JournalException("disk");
        var batch = new EventBatch();

        IngestResult result = await rig.IngestAsync(Samples.Click, batch);

        Assert.Equal(IngestStatus.NotDurable, result.Status);
        Assert.Equal("503 {\"error\":\"engine: could not store, send again\"}",
            IngestRig.Answer(result, batch));
    }

    [Fact]
    public async Task Ingest_RingStaysFull_IsRefusedAndCounted()
    {
        using var rig = new IngestRig(slots: 2, roomTimeout: Soon);
        using var text = new MetricsText(rig.Meter);
        var batch = new EventBatch();
        await rig.IngestAsync(Samples.Click, batch);
        await rig.IngestAsync(Samples.Click, Cleared(batch));

        IngestResult result = await rig.IngestAsync(Samples.Click, Cleared(batch));

        Assert.Equal(IngestStatus.RingFull, result.Status);
        Assert.Equal("503 {\"error\":\"engine: no room, send again\"}", IngestRig.Answer(result, batch));
        Assert.Contains("attribution_ring_refusals_total 1\n", text.Render());
        Assert.Equal(2, rig.Consume().Count);
        Assert.Equal(IngestStatus.Accepted, (await rig.IngestAsync(Samples.Click, Cleared(batch))).Status);
    }

    [Fact]
    public async Task Ingest_RingFullForAWhile_WaitsForRoom()
    {
        using var rig = new IngestRig(slots: 2);
        var batch = new EventBatch();
        await rig.IngestAsync(Samples.Click, batch);
        await rig.IngestAsync(Samples.Click, Cleared(batch));

        Task<IngestResult> waiting = rig.IngestAsync(Samples.Install, Cleared(batch)).AsTask();
        Assert.False(waiting.IsCompleted);
        rig.Consume();

        Assert.Equal(IngestStatus.Accepted, (await waiting).Status);
        Assert.Equal("install", Assert.Single(rig.Consume())[EventField.Type]);
    }

    [Fact]
    public async Task Ingest_SenderGoneWhileItWaits_StopsWaiting()
    {
        using var rig = new IngestRig();
        using var gone = new CancellationTokenSource();
        rig.Durable = _ => Task.Delay(Timeout.Infinite, CancellationToken.None);

        ValueTask<IngestResult> ingesting = rig.IngestAsync(Samples.Click, new EventBatch(), gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(ingesting.AsTask);
        Assert.Single(rig.Consume());
    }

    [Fact]
    public async Task Ingest_AfterClose_IsRefused()
    {
        using var rig = new IngestRig();
        rig.Ingestor.Close();

        Assert.Equal(IngestStatus.Closed, (await rig.IngestAsync(Samples.Click, new EventBatch())).Status);
        Assert.Empty(rig.Consume());
    }

    [Fact]
    public async Task Ingest_NothingValid_IsKeptAsDeadLettersAndSaidSo()
    {
        using var rig = new IngestRig();
        var batch = new EventBatch();

        IngestResult result = await rig.IngestAsync("[{\"type\":1},2]", batch);

        Assert.Equal(
            "400 {\"accepted\":0,\"rejected\":2,\"errors\":[" +
            "{\"index\":0,\"reason\":\"type: not a string\"}," +
            "{\"index\":1,\"reason\":\"event: not an object\"}]}",
            IngestRig.Answer(result, batch));
        Assert.All(rig.Consume(), dead => Assert.Equal(EventKind.Rejected, dead.Header.Kind));
        Assert.Equal(1, rig.Awaited);
    }

    [Fact]
    public async Task Ingest_Counts_AreInTheMetrics()
    {
        using var rig = new IngestRig();
        using var text = new MetricsText(rig.Meter);
        var batch = new EventBatch();
        await rig.IngestAsync(Samples.Array, batch);
        await rig.IngestAsync("[", Cleared(batch));

        string metrics = text.Render();

        Assert.Contains("\nattribution_events_accepted_total 3\n", metrics);
        Assert.Contains("\nattribution_events_rejected_total{reason=\"type: not a string\"} 1\n", metrics);
        Assert.Contains("\nattribution_bodies_total 2\n", metrics);
        Assert.Contains("\nattribution_bodies_refused_total{reason=\"body: array not closed\"} 1\n", metrics);
        Assert.Contains("\nattribution_fields_unknown_total 1\n", metrics);
    }

    [Fact]
    public async Task Ingest_AfterWarmUp_AllocatesNothing()
    {
        using var rig = new IngestRig(slots: 1 << 14, arenaBytes: 1 << 24);
        var body = new ReadOnlySequence<byte>(Bodies.Utf8(Samples.Array));
        var batch = new EventBatch();
        await rig.IngestAsync(Samples.Array, batch);

        long allocated = Testing.Allocations.DuringSteadyState(() =>
        {
            ValueTask<IngestResult> result =
                rig.Ingestor.IngestAsync(body, Bodies.Context, Cleared(batch), default);
            Assert.True(result.IsCompletedSuccessfully);
        });

        Assert.Equal(0, allocated);
    }

    private static EventBatch Cleared(EventBatch batch)
    {
        batch.Clear();
        return batch;
    }
}
