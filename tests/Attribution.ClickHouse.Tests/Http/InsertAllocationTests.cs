using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// An insert that lands allocates nothing, what the runtime does beside it apart. All threads are counted,
/// since answers come on the pool's: nothing else may run beside.
/// </remarks>
[Collection(nameof(InsertAllocationTests))]
[CollectionDefinition(nameof(InsertAllocationTests), DisableParallelization = true)]
public class InsertAllocationTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int WarmUp = 100;
    private const int Measured = 100;
    private const long MaxBytes = 256;

    [Fact]
    public async Task Insert_AfterWarmUp_AllocatesNothingHoweverLargeTheBlock()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync("CREATE TABLE t (n UInt64) ENGINE = Null");
        CompressedBlock small = Block(10);
        CompressedBlock large = Block(200_000);

        Assert.InRange(await LeastAsync(database.Client, small), 0, MaxBytes);
        Assert.InRange(await LeastAsync(database.Client, large), 0, MaxBytes);
    }

    private static async Task<long> LeastAsync(ClickHouseClient client, CompressedBlock block)
    {
        long least = long.MaxValue;
        for (int at = 0; at < WarmUp + Measured; at++)
        {
            var options = new InsertOptions { DeduplicationToken = "events-202611-1f2e3d4c-0-1-2-100000-7" };
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await client.InsertAsync("t", block, options);
            long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (at >= WarmUp)
                least = Math.Min(least, bytes);
        }

        return least;
    }

    private static CompressedBlock Block(int rows)
    {
        var numbers = new FixedColumn<ulong>("UInt64");
        for (int row = 0; row < rows; row++)
            numbers.Add((ulong)row * 0x9E3779B97F4A7C15);
        var block = new CompressedBlock();
        new BlockCompressor().Compress(new NativeBlock().Add("n", numbers), block);
        return block;
    }
}
