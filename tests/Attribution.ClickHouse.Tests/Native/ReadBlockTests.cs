using System.Globalization;
using System.Numerics;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Native;

/// <remarks>
/// The column-wise view is what recovery reads at speed, so it is compared with the row-wise one.
/// </remarks>
public class ReadBlockTests
{
    [Fact]
    public async Task Columns_OfASampleBlock_GiveSpansOfTheSameValues()
    {
        ReadBlock block = await ReadAsync(3);

        Assert.Equal([0L, 1L, 2L], block.Values<long>("int64").ToArray());
        Assert.Equal("text 2"u8, block.Strings("text")[2]);
        Assert.Equal([0, 6, 12, 18], block.Strings("text").Offsets.ToArray());
        Assert.Equal("text 0text 1text 2"u8, block.Strings("text").Bytes);
        Assert.Equal([0, 1, 2], block.LowCardinality("low").Indexes.ToArray());
        Assert.Equal(3, block.LowCardinality("low").Dictionary.RowCount);
        Assert.Equal([2L, 4L, 6L], block.Arrays("credits").Ends.ToArray());
        Assert.Equal(2..4, block.Arrays("credits")[1]);
        Assert.Equal([1, 0, 0], block.Nullables("revenue").Nulls.ToArray());
    }

    [Fact]
    public async Task Getters_OfTheRightType_GiveTheValue()
    {
        ReadBlock block = await ReadAsync(3);

        Assert.Equal(2L, block["uint8"].GetInt64(2));
        Assert.Equal(2UL, block["int32"].GetUInt64(2));
        Assert.Equal(2.0, block["float32"].GetDouble(2));
        Assert.Equal(0.0002m, block["decimal"].GetDecimal(2));
        Assert.Equal(0.0002, block["decimal"].GetDouble(2));
        Assert.True(block["bool"].GetBoolean(1));
        Assert.Equal(DateTime.UnixEpoch.AddMilliseconds(2), block["millis"].GetDateTime(2));
        Assert.Equal(DateTimeKind.Utc, block["millis"].GetDateTime(2).Kind);
        Assert.Equal("user", block["kind"].GetString(1));
        Assert.Equal(["a", "b2"], block["channels"].GetArray<string>(2));
        Assert.Equal([1u, 2u], block["credits"].GetArray<uint>(2));
        Assert.True(block["revenue"].IsNull(0));
        Assert.Equal("", block["optional"].GetString(0));
        Assert.Equal(0.0001m, block["revenue"].GetDecimal(1));
    }

    [Fact]
    public async Task Getters_OfTheWrongType_NameColumnAndType()
    {
        ReadBlock block = await ReadAsync(1);

        var error = Assert.Throws<InvalidCastException>(() => block["text"].GetInt64(0));

        Assert.Contains("text", error.Message, StringComparison.Ordinal);
        Assert.Contains("String", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidCastException>(() => block.Values<int>("int64").Length);
        Assert.Throws<InvalidCastException>(() => block.Strings("low"));
        Assert.Throws<KeyNotFoundException>(() => block["absent"]);
    }

    [Theory]
    [InlineData("DateTime64(0)", long.MaxValue)]
    [InlineData("DateTime64(9)", long.MinValue)]
    [InlineData("DateTime64(3)", -62_135_596_800_001)]
    [InlineData("Enum16('a' = 1)", 2)]
    public async Task Getters_ValueOutOfRange_IsAFormatErrorOrAValue(string type, long value)
    {
        int width = type.StartsWith("Enum16", StringComparison.Ordinal) ? 2 : 8;
        ReadColumn column = await NativeBytes.ReadColumnAsync(type, BitConverter.GetBytes(value)[..width], 1);

        if (type == "DateTime64(9)")
            Assert.Equal(1677, column.GetDateTime(0).Year);
        else
            Assert.Throws<NativeFormatException>(() => column.GetValue(0));
    }

    [Theory]
    [InlineData("-1", "Decimal(76, 4)", "-0.0001")]
    [InlineData("1234567890123456789012345678901", "Decimal(76, 2)", "12345678901234567890123456789.01")]
    [InlineData("-1234567890123456789012345678901", "Decimal(76, 0)", "-1234567890123456789012345678901")]
    [InlineData("5", "Decimal(76, 40)", "0.0000000000000000000000000000000000000005")]
    public async Task GetValue_WideDecimal_KeepsEveryDigit(string unscaled, string type, string expected)
    {
        byte[] bytes = new byte[32];
        var number = BigInteger.Parse(unscaled, CultureInfo.InvariantCulture);
        Array.Fill(bytes, (byte)(number.Sign < 0 ? 0xff : 0));
        number.TryWriteBytes(bytes, out _);

        ReadColumn column = await NativeBytes.ReadColumnAsync(type, bytes, 1);

        Assert.Equal(expected, $"{column.GetValue(0)}");
    }

    [Fact]
    public async Task LowCardinalityOfNullable_EntryZero_IsNull()
    {
        byte[] bytes =
        [
            0, 6, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'x', 2, 0, 0, 0, 0, 0, 0, 0, 1, 0,
        ];

        ReadColumn column = await NativeBytes.ReadColumnAsync("LowCardinality(Nullable(String))", bytes, 2);

        Assert.Equal("x", column.GetValue(0));
        Assert.Null(column.GetValue(1));
        Assert.True(column.IsNull(1));
    }

    private static async Task<ReadBlock> ReadAsync(int rows)
    {
        var sample = new SampleBlock();
        for (int row = 0; row < rows; row++)
            sample.Add(row, $"text {row}", ["a", $"b{row}"]);
        var reader = new BlockReader(new MemoryStream(NativeBytes.Of(sample.Block)));
        Assert.True(await reader.ReadAsync());
        return reader.Block;
    }
}
