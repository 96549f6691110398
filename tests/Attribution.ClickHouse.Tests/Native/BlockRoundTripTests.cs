using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.ClickHouse.Tests.Native;

public class BlockRoundTripTests
{
    [Fact]
    public void Block_AnyRows_ReadBackEqual() => Prop.ForAll(
        Samples.Rows,
        rows =>
        {
            var sample = new SampleBlock();
            object?[][] expected = [.. rows.Select(row => sample.Add(row.Number, row.Text, row.List))];

            using var stream = new MemoryStream(NativeBytes.Of(sample.Block));
            Assert.Equal<object?>(expected, NativeBytes.ReadRowsAsync(stream).GetAwaiter().GetResult());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AddRow_OfABlockThatWasRead_GivesTheSameBytes() => Prop.ForAll(
        Samples.Rows,
        rows =>
        {
            var sample = new SampleBlock();
            foreach (var row in rows)
                sample.Add(row.Number, row.Text, row.List);
            byte[] bytes = NativeBytes.Of(sample.Block);

            var copy = new SampleBlock();
            var reader = new BlockReader(new MemoryStream(bytes));
            while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
            {
                for (int row = 0; row < reader.Block.RowCount; row++)
                    copy.Block.AddRow(reader.Block, row);
            }

            Assert.Equal(bytes, NativeBytes.Of(copy.Block));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Read_PiecesOfEverySize_EqualsWhole()
    {
        var sample = new SampleBlock();
        object?[][] expected = Fill(sample, 5);
        byte[] bytes = NativeBytes.Of(sample.Block);

        for (int piece = 1; piece <= bytes.Length; piece++)
            Assert.Equal<object?>(expected, await NativeBytes.ReadRowsAsync(new TrickleStream(bytes, piece)));
    }

    [Fact]
    public async Task Read_BlocksLargerThanTheBuffer_EqualsWhatWasWritten()
    {
        var sample = new SampleBlock();
        var expected = new List<object?[]>();
        using var bytes = new MemoryStream();
        for (int block = 0; block < 3; block++)
        {
            sample.Block.Clear();
            for (int row = 0; row < 700; row++)
            {
                string text = new((char)('a' + (row % 26)), row);
                expected.Add(sample.Add(row * 7919L, text, [$"{row}", "", "x"]));
            }

            bytes.Write(NativeBytes.Of(sample.Block));
        }

        bytes.Position = 0;
        Assert.Equal<object?>(expected, await NativeBytes.ReadRowsAsync(bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public async Task LowCardinality_EveryKeyWidth_ReadsBackEqual(int distinct)
    {
        var column = new LowCardinalityColumn();
        NativeBlock block = new NativeBlock().Add("low", column);
        for (int row = 0; row < distinct + 3; row++)
            column.Add(Encoding.UTF8.GetBytes($"value {row % distinct}"));

        List<object?[]> rows = await NativeBytes.ReadRowsAsync(new MemoryStream(NativeBytes.Of(block)));

        Assert.Equal(distinct + 3, rows.Count);
        for (int row = 0; row < rows.Count; row++)
            Assert.Equal($"value {row % distinct}", rows[row][0]);
    }

    [Fact]
    public async Task Block_WithoutRows_ReadsAsHeaderOnly()
    {
        var reader = new BlockReader(new MemoryStream(NativeBytes.Of(new SampleBlock().Block)));

        Assert.True(await reader.ReadAsync());
        Assert.Equal(0, reader.Block.RowCount);
        Assert.Equal("Array(LowCardinality(String))", reader.Block["channels"].TypeName);
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task CopyRowTo_EachRow_GivesABlockOfThatRow()
    {
        var sample = new SampleBlock();
        var target = new SampleBlock();
        object?[][] expected = Fill(sample, 9);

        foreach (int row in (int[])[3, 4, 8, 0, 5])
        {
            target.Block.Clear();
            sample.Block.CopyRowTo(row, target.Block);
            using var stream = new MemoryStream(NativeBytes.Of(target.Block));
            List<object?[]> rows = await NativeBytes.ReadRowsAsync(stream);
            Assert.Equal<object?>(expected[row], Assert.Single(rows));
        }
    }

    [Fact]
    public void WriteTo_ColumnsOfDifferentLength_Throws()
    {
        var first = new StringColumn();
        NativeBlock block = new NativeBlock().Add("a", first).Add("b", new StringColumn());
        first.Add("x"u8);

        Assert.Throws<InvalidOperationException>(() => NativeBytes.Of(block));
    }

    [Fact]
    public void WriteTo_ArrayWithoutEndRow_Throws()
    {
        var column = new ArrayColumn<StringColumn>(new StringColumn());
        column.EndRow();
        column.Items.Add("x"u8);

        Assert.Throws<InvalidOperationException>(() => NativeBytes.Of(column));
    }

    [Fact]
    public void FixedString_TooLong_Throws() =>
        Assert.Throws<ArgumentException>(() => new FixedStringColumn(2).Add("abc"u8));

    [Fact]
    public void ColumnList_OddNames_AreQuoted()
    {
        NativeBlock block = new NativeBlock().Add("a`b\\c", new StringColumn()).Add("d", new StringColumn());

        Assert.Equal(@"`a\`b\\c`,`d`", block.ColumnList);
    }

    private static object?[][] Fill(SampleBlock sample, int rows) =>
        [.. Enumerable.Range(0, rows).Select(row => sample.Add(row, $"text {row}", ["a", $"b{row}"]))];
}
