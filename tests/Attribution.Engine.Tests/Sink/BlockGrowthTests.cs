using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// Blocks get larger as ClickHouse gets slower. A buffer that doubled each time would allocate megabytes in
/// the middle of the load, and have them collected; so each block is filled a little at first, and the blocks
/// after that to their limit, on a thread that is asked what it allocates.
/// </remarks>
public sealed class BlockGrowthTests
{
    private const int SmallRows = 2_000;
    private const int LargeRows = 20_000;

    /// <summary>What sealing costs: a place in a queue, a task that goes on. Not one column's rows.</summary>
    private const long MaxBytes = LargeRows;

    private static readonly SinkOptions Options = new()
    {
        MaxBatchRows = LargeRows,
        MaxBatchAge = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public async Task Blocks_AfterOneOfAFewRows_GrowNoMore()
    {
        await using var sink = new SinkTest(new Nowhere(), Options);
        var rows = new SampleRows(sink.Writer);
        for (int block = 0; block <= Options.MaxSealedBlocks; block++)
        {
            rows.Write(SmallRows);
            sink.Writer.Flush();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int block = 0; block <= Options.MaxSealedBlocks; block++)
            rows.Write(LargeRows);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxBytes);
    }

    /// <remarks>A server that answers at once would only ever need the same one.</remarks>
    [Fact]
    public async Task Blocks_OfAFastServer_AreGrownBeforeASlowOneNeedsThemAll()
    {
        var transport = new Nowhere();
        await using var sink = new SinkTest(transport, Options);
        var rows = new SampleRows(sink.Writer);
        for (int block = 0; block <= Options.MaxSealedBlocks; block++)
        {
            rows.Write(SmallRows);
            sink.Writer.Flush();
            await SinkTest.UntilAsync(() => sink.Pipeline.Stats.Events.Rows == rows.Count);
        }

        transport.Held = new TaskCompletionSource<InsertAnswer>();
        long before = GC.GetAllocatedBytesForCurrentThread();
        rows.Write((Options.MaxSealedBlocks * LargeRows) + SmallRows);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        transport.Held.SetResult(InsertAnswer.Landed);

        Assert.InRange(bytes, 0, MaxBytes);
    }

    /// <summary>Writes rows that are all alike.</summary>
    private sealed class SampleRows
    {
        private readonly ShardWriter _writer;
        private readonly EventRecord _record;
        private readonly byte[] _bytes;

        public SampleRows(ShardWriter writer)
        {
            _writer = writer;
            _record = new SampleEvent("event-of-the-usual-length-of-an-id-123")
                .With(EventField.Url, new string('u', 120)).ToRecord(out _bytes);
        }

        public long Count { get; private set; }

        public void Write(int rows)
        {
            for (int row = 0; row < rows; row++)
                _writer.WriteEvent(in _record, _bytes, Count++);
        }
    }

    /// <summary>Takes every block and keeps nothing, at once unless it is held.</summary>
    private sealed class Nowhere : IInsertTransport
    {
        public TaskCompletionSource<InsertAnswer>? Held { get; set; }

        public ValueTask<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel) =>
            Held is { } held ? new(held.Task) : new(InsertAnswer.Landed);

        public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
            throw new InvalidOperationException("Every insert landed; nobody should ask.");
    }
}
