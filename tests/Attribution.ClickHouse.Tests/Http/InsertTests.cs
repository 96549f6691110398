using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.ClickHouse.Tests.Http;

public class InsertTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Theory]
    [InlineData(false, FrameMethod.Lz4)]
    [InlineData(true, FrameMethod.Lz4)]
    [InlineData(false, FrameMethod.None)]
    public async Task Insert_AnyRowsOfEveryType_AreReadBackEqual(bool compressResults, FrameMethod method)
    {
        await using Database database = await Database.CreateAsync(
            clickHouse, options => options with { CompressResults = compressResults });
        await database.Client.ExecuteAsync(
            $"CREATE TABLE t (id UInt64, {new SampleBlock().Columns}) ENGINE = MergeTree ORDER BY id");
        var compressor = new BlockCompressor(method);

        Prop.ForAll(
            Samples.Rows.Generator.Where(rows => rows.Length > 0).ToArbitrary(),
            rows =>
            {
                var sample = new SampleBlock();
                var id = new FixedColumn<ulong>("UInt64");
                sample.Block.Add("id", id);
                var expected = new List<object?[]>();
                foreach ((long number, string text, string[] list) in rows)
                {
                    expected.Add(sample.Add(number, text, list));
                    id.Add((ulong)id.RowCount);
                }

                var block = new CompressedBlock();
                compressor.Compress(sample.Block, block);
                Assert.Equal<object?>(expected, InsertAndReadAsync(database, block).GetAwaiter().GetResult());
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public async Task Insert_ManyRows_AllLandOnce()
    {
        const int Rows = 200_000;
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync(
            "CREATE TABLE t (n UInt64, s LowCardinality(String)) ENGINE = MergeTree ORDER BY n");
        var numbers = new FixedColumn<ulong>("UInt64");
        var texts = new LowCardinalityColumn();
        NativeBlock block = new NativeBlock().Add("s", texts).Add("n", numbers);
        for (int row = 0; row < Rows; row++)
        {
            numbers.Add((ulong)row);
            texts.Add(BitConverter.GetBytes(row % 70_000));
        }

        await database.Client.InsertAsync("t", Compressed(block), InsertOptions.Default);

        List<object?[]> found = await database.RowsAsync("SELECT count(), sum(n), uniqExact(s) FROM t");
        Assert.Equal<object?>([(ulong)Rows, (ulong)Rows * (Rows - 1) / 2, 70_000UL], Assert.Single(found));
    }

    [Fact]
    public async Task Insert_SameTokenTwice_LandsOnce()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync(
            """
            CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n
            SETTINGS non_replicated_deduplication_window = 100
            """);
        CompressedBlock block = Numbers(1, 2, 3);

        foreach (string token in (string[])["a", "a", "b"])
            await database.Client.InsertAsync("t", block, new InsertOptions { DeduplicationToken = token });

        Assert.Equal(6L, await database.Client.ScalarAsync<long>("SELECT count() FROM t"));
    }

    [Fact]
    public async Task Insert_QualifiedTableOfAnyName_IsFound()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync("CREATE TABLE `odd ``name` (n UInt64) ENGINE = Memory");

        await database.Client.InsertAsync(
            $"{database.Client.Options.Database}.odd `name", Numbers(4), InsertOptions.Default);

        Assert.Equal(4L, await database.Client.ScalarAsync<long>("SELECT n FROM `odd ``name`"));
    }

    [Fact]
    public async Task Insert_IntoAbsentTable_IsRejectedAsATableFault()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        var error = await Assert.ThrowsAsync<ClickHouseException>(
            () => database.Client.InsertAsync("absent", Numbers(1), InsertOptions.Default).AsTask());

        Assert.Equal(60, error.Code);
        Assert.Contains("absent", error.ServerMessage, StringComparison.Ordinal);
        Assert.Equal(new InsertOutcome(InsertVerdict.Rejected, 60, false), InsertOutcome.Classify(error));
    }

    [Fact]
    public async Task Insert_RowThatViolatesAConstraint_IsRejectedAsARowFault()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync(
            "CREATE TABLE t (n UInt64, CONSTRAINT c CHECK n < 5) ENGINE = Memory");

        var error = await Assert.ThrowsAsync<ClickHouseException>(
            () => database.Client.InsertAsync("t", Numbers(1, 9), InsertOptions.Default).AsTask());

        Assert.Equal(new InsertOutcome(InsertVerdict.Rejected, 469, true), InsertOutcome.Classify(error));
        Assert.Equal(0L, await database.Client.ScalarAsync<long>("SELECT count() FROM t"));
    }

    [Fact]
    public async Task Insert_OverTooManyPartitions_IsRejectedAsARowFault()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await database.Client.ExecuteAsync(
            "CREATE TABLE t (n UInt64) ENGINE = MergeTree PARTITION BY n ORDER BY n");
        CompressedBlock block = Numbers([.. Enumerable.Range(0, 200).Select(n => (ulong)n)]);

        var error = await Assert.ThrowsAsync<ClickHouseException>(
            () => database.Client.InsertAsync("t", block, InsertOptions.Default).AsTask());

        Assert.Equal(new InsertOutcome(InsertVerdict.Rejected, 252, true), InsertOutcome.Classify(error));
    }

    private static async Task<List<object?[]>> InsertAndReadAsync(Database database, CompressedBlock block)
    {
        await database.Client.ExecuteAsync("TRUNCATE TABLE t");
        await database.Client.InsertAsync("t", block, InsertOptions.Default);
        return await database.RowsAsync("SELECT * EXCEPT id FROM t ORDER BY id");
    }

    private static CompressedBlock Numbers(params ulong[] values)
    {
        var column = new FixedColumn<ulong>("UInt64");
        foreach (ulong value in values)
            column.Add(value);
        return Compressed(new NativeBlock().Add("n", column));
    }

    private static CompressedBlock Compressed(NativeBlock block)
    {
        var compressed = new CompressedBlock();
        new BlockCompressor().Compress(block, compressed);
        return compressed;
    }
}
