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
        EventRecord record = new SampleEvent("event-of-the-usual-length-of-an-id-123")
            .With(EventField.Url, new string('u', 120)).ToRecord(out byte[] bytes);
        long sequence = 0;
        for (int block = 0; block <= Options.MaxSealedBlocks; block++)
        {
            Write(SmallRows);
            sink.Writer.Flush();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int block = 0; block <= Options.MaxSealedBlocks; block++)
            Write(LargeRows);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxBytes);

        void Write(int rows)
        {
            for (int row = 0; row < rows; row++)
                sink.Writer.WriteEvent(in record, bytes, sequence++);
        }
    }

    /// <summary>Takes every block at once and keeps nothing.</summary>
    private sealed class Nowhere : IInsertTransport
    {
        public ValueTask<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel) =>
            new(InsertAnswer.Landed);

        public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
            throw new InvalidOperationException("Every insert landed; nobody should ask.");
    }
}
