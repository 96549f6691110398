using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Native;

/// <remarks>
/// Blocks are filled per event, for hours: what one row allocates, the collector must fetch a million times.
/// </remarks>
public class BlockAllocationTests
{
    private const int Rows = 2_000;

    [Fact]
    public void FillAndCompress_AfterWarmUp_AllocatesNothing()
    {
        byte[][] texts = [.. Enumerable.Range(0, 300).Select(at => Encoding.UTF8.GetBytes($"campaign {at}"))];
        var text = new StringColumn();
        var low = new LowCardinalityColumn();
        var number = new FixedColumn<long>("Int64");
        var revenue = new NullableColumn<FixedColumn<long>>(new FixedColumn<long>("Decimal(18, 4)"));
        var channels = new ArrayColumn<LowCardinalityColumn>(new LowCardinalityColumn());
        var digest = new FixedStringColumn(16);
        NativeBlock block = new NativeBlock()
            .Add("text", text).Add("low", low).Add("number", number)
            .Add("revenue", revenue).Add("channels", channels).Add("digest", digest);
        var compressor = new BlockCompressor();
        var compressed = new CompressedBlock();

        long allocated = Allocations.DuringSteadyState(() =>
        {
            block.Clear();
            for (int row = 0; row < Rows; row++)
            {
                byte[] value = texts[row % texts.Length];
                text.Add(value);
                low.Add(value);
                number.Add(row);
                revenue.AddNull();
                channels.Items.Add(value);
                channels.Items.Add("direct"u8);
                channels.EndRow();
                digest.Add("0123456789abcdef"u8);
            }

            compressor.Compress(block, compressed);
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Rows, compressed.RowCount);
    }

    [Fact]
    public void Read_SameColumnsAgain_KeepsTheBuffers()
    {
        var column = new StringColumn();
        for (int row = 0; row < Rows; row++)
            column.Add("some text of a row"u8);
        byte[] bytes = Support.NativeBytes.Of(new NativeBlock().Add("text", column));
        byte[] stream = [.. Enumerable.Repeat(bytes, 200).SelectMany(block => block)];
        var reader = new BlockReader(new MemoryStream(stream));

        long allocated = Allocations.DuringSteadyState(() => Assert.True(reader.ReadAsync().AsTask().Result));

        Assert.InRange(allocated, 0, 2_000);
    }
}
