using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Native;

/// <remarks>
/// The encodings were written by another client. Writing is compared byte for byte, from values computed
/// here; reading by value. Most files hold 50 rows where row i has the value i.
/// </remarks>
public class GoldenColumnTests
{
    private const int Rows = 50;

    public static TheoryData<string, Column> Written => new()
    {
        { "col_uint8", Filled<byte>("UInt8", i => (byte)i) },
        { "col_uint16", Filled<ushort>("UInt16", i => (ushort)i) },
        { "col_uint32", Filled<uint>("UInt32", i => (uint)i) },
        { "col_uint64", Filled<ulong>("UInt64", i => (ulong)i) },
        { "col_int8", Filled<sbyte>("Int8", i => (sbyte)i) },
        { "col_int16", Filled<short>("Int16", i => (short)i) },
        { "col_int32", Filled<int>("Int32", i => i) },
        { "col_int64", Filled<long>("Int64", i => i) },
        { "col_float32", Filled<float>("Float32", i => i) },
        { "col_float64", Filled<double>("Float64", i => i) },
        { "col_decimal64", Filled<long>("Decimal(18, 4)", i => i) },
        { "col_datetime64", Filled<long>("DateTime64(3)", i => i) },
        { "col_datetime", Filled<uint>("DateTime", i => (uint)i) },
        { "col_date", Filled<ushort>("Date", i => (ushort)i) },
        { "col_enum8", Filled<sbyte>("Enum8('a' = 1)", i => (sbyte)i) },
        { "col_bool", Filled<byte>("Bool", i => (byte)(i % 3 == 0 ? 1 : 0)) },
        { "col_uuid", Filled<Uuid>("UUID", i => new Uuid((ulong)i << 56, 0)) },
        { "col_ipv6", Filled<IPv6>("IPv6", i => new IPv6((ulong)i << 56, 0)) },
        { "col_str", Strings("foo", "bar", "ClickHouse", "one", "", "1") },
        { "col_nullable_of_str", NullableStrings("foo", null, "bar", "baz") },
        { "col_low_cardinality_of_str", LowCardinality("foo", "bar", "foo", "foo", "baz") },
        { "col_low_cardinality_i_str_k_8", LowCardinality(Cycle("neo", "trinity", "morpheus", 25)) },
        { "col_arr_of_str", StringArrays(["foo", "bar", "foo", "foo", "baz"], ["foo", "baz"]) },
        { "col_arr_of_low_cord_str", LowArrays(["foo", "bar", "foo", "foo", "baz"], ["foo", "baz"]) },
    };

    public static TheoryData<string, string> FixedWidth => new()
    {
        { "col_uint8", "UInt8" }, { "col_uint16", "UInt16" }, { "col_uint32", "UInt32" },
        { "col_uint64", "UInt64" }, { "col_int8", "Int8" }, { "col_int16", "Int16" },
        { "col_int32", "Int32" }, { "col_int64", "Int64" }, { "col_uint128", "UInt128" },
        { "col_int128", "Int128" },
        { "col_uint256", "UInt256" }, { "col_int256", "Int256" },
        { "col_float32", "Float32" }, { "col_float64", "Float64" },
        { "col_decimal32", "Decimal(9, 0)" }, { "col_decimal64", "Decimal(18, 0)" },
        { "col_decimal128", "Decimal(38, 0)" }, { "col_decimal256", "Decimal(76, 0)" },
    };

    public static TheoryData<string, string> Arrays => new()
    {
        { "col_arr_uint8", "UInt8" }, { "col_arr_uint16", "UInt16" }, { "col_arr_uint32", "UInt32" },
        { "col_arr_uint64", "UInt64" }, { "col_arr_int8", "Int8" }, { "col_arr_int16", "Int16" },
        { "col_arr_int32", "Int32" }, { "col_arr_int64", "Int64" }, { "col_arr_float32", "Float32" },
        { "col_arr_float64", "Float64" }, { "col_arr_int128", "Int128" }, { "col_arr_uint256", "UInt256" },
        { "col_arr_decimal64", "Decimal(18, 0)" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void Write_SameValues_GivesTheGoldenBytes(string file, Column column) =>
        Assert.Equal(Golden(file), NativeBytes.Of(column));

    [Theory]
    [MemberData(nameof(FixedWidth))]
    public async Task Read_FixedWidth_GivesItsNumbers(string file, string type)
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync(type, Golden(file), Rows);

        for (int row = 0; row < Rows; row++)
            Assert.Equal($"{row}", $"{column.GetValue(row)}");
    }

    [Theory]
    [MemberData(nameof(Arrays))]
    public async Task Read_Array_GivesRowsOfThree(string file, string type)
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync($"Array({type})", Golden(file), Rows);

        for (int row = 0; row < Rows; row++)
        {
            IEnumerable<string> items = ((object?[])column.GetValue(row)!).Select(item => $"{item}");
            Assert.Equal([$"{row}", $"{row + 1}", $"{row + 2}"], items);
        }
    }

    [Fact]
    public async Task Read_MapOfLowCardinality_GivesPairs()
    {
        byte[] bytes = Golden("col_map_of_low_cardinality_str_str");

        ReadColumn column = await NativeBytes.ReadColumnAsync(
            "Map(LowCardinality(String), LowCardinality(String))", bytes, 2);

        var pairs = (object?[])column.GetValue(0)!;
        Assert.Equal(3, pairs.Length);
        Assert.Equal("foo", ((object?[])pairs[0]!)[0]);
    }

    [Fact]
    public async Task Read_Map_GivesPairs()
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync(
            "Map(String, String)", Golden("col_map_of_str_str"), 2);

        Assert.Equal<object?>([new object?[] { "foo", "bar" }], (object?[])column.GetValue(0)!);
        Assert.Equal<object?>([new object?[] { "like", "100" }], (object?[])column.GetValue(1)!);
    }

    [Theory]
    [InlineData("col_tuple_str_int64", "Tuple(String, Int64)")]
    [InlineData("col_tuple_named_str_int64", "Tuple(name String, value Int64)")]
    public async Task Read_Tuple_GivesItsElements(string file, string type)
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync(type, Golden(file), Rows);

        for (int row = 0; row < Rows; row++)
            Assert.Equal<object?>(new object?[] { $"<{row}>", (long)row }, (object?[])column.GetValue(row)!);
    }

    [Fact]
    public async Task Read_NullableNothing_IsAlwaysNull()
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync(
            "Nullable(Nothing)", Golden("col_nothing_nullable"), Rows);

        Assert.All(Enumerable.Range(0, Rows), row => Assert.Null(column.GetValue(row)));
    }

    [Fact]
    public async Task Read_FixedString_GivesItsBytes()
    {
        byte[] bytes = Golden("col_fixed_str");

        ReadColumn column = await NativeBytes.ReadColumnAsync("FixedString(32)", bytes, bytes.Length / 32);

        Assert.Equal(bytes[32..64], column.GetBytes(1).ToArray());
        var written = new FixedStringColumn(32);
        for (int row = 0; row < column.RowCount; row++)
            written.Add(column.GetBytes(row));
        Assert.Equal(bytes, NativeBytes.Of(written));
    }

    [Fact]
    public async Task Read_Ipv4_GivesTheAddress()
    {
        ReadColumn column = await NativeBytes.ReadColumnAsync("IPv4", Golden("col_ipv4"), Rows);

        Assert.Equal("0.0.0.49", column.GetValue(49)!.ToString());
    }

    [Fact]
    public async Task Read_ServersArrayOfLowCardinality_GivesItsRows()
    {
        List<object?[]> rows = await NativeBytes.ReadRowsAsync(new MemoryStream(Dump("select_lc")));

        Assert.Equal(5, rows.Count);
        Assert.Equal<object?>(["foo", "bar", "baz"], (object?[])rows[0][0]!);
    }

    [Fact]
    public async Task Read_ServersDumpOfTwoBlocks_GivesTheRowsOfBoth()
    {
        List<object?[]> rows = await NativeBytes.ReadRowsAsync(new MemoryStream(Dump("test_dump_native")));

        Assert.Equal<object?>([(sbyte)1, "First"], rows[0]);
        Assert.Equal<object?>([(sbyte)2, "Second"], rows[1]);
    }

    private static byte[] Golden(string name) =>
        File.ReadAllBytes(Corpora.Path("ch-go-golden", "proto", "_golden", $"{name}.raw"));

    private static byte[] Dump(string name) =>
        File.ReadAllBytes(Corpora.Path("ch-go-golden", "proto", "_testdata", $"{name}.raw"));

    private static FixedColumn<T> Filled<T>(string type, Func<int, T> value)
        where T : unmanaged
    {
        var column = new FixedColumn<T>(type);
        for (int row = 0; row < Rows; row++)
            column.Add(value(row));
        return column;
    }

    private static string[] Cycle(string a, string b, string c, int count) =>
        [.. Enumerable.Range(0, count).Select(at => (at % 3) switch { 0 => a, 1 => b, _ => c })];

    private static StringColumn Strings(params string[] values)
    {
        var column = new StringColumn();
        foreach (string value in values)
            column.Add(Encoding.UTF8.GetBytes(value));
        return column;
    }

    private static LowCardinalityColumn LowCardinality(params string[] values)
    {
        var column = new LowCardinalityColumn();
        foreach (string value in values)
            column.Add(Encoding.UTF8.GetBytes(value));
        return column;
    }

    private static NullableColumn<StringColumn> NullableStrings(params string?[] values)
    {
        var column = new NullableColumn<StringColumn>(new StringColumn());
        foreach (string? value in values)
        {
            if (value is null)
            {
                column.AddNull();
                continue;
            }

            column.Items.Add(Encoding.UTF8.GetBytes(value));
            column.Added();
        }

        return column;
    }

    private static ArrayColumn<StringColumn> StringArrays(params string[][] rows)
    {
        var column = new ArrayColumn<StringColumn>(new StringColumn());
        foreach (string[] row in rows)
        {
            foreach (string item in row)
                column.Items.Add(Encoding.UTF8.GetBytes(item));
            column.EndRow();
        }

        return column;
    }

    private static ArrayColumn<LowCardinalityColumn> LowArrays(params string[][] rows)
    {
        var column = new ArrayColumn<LowCardinalityColumn>(new LowCardinalityColumn());
        foreach (string[] row in rows)
        {
            foreach (string item in row)
                column.Items.Add(Encoding.UTF8.GetBytes(item));
            column.EndRow();
        }

        return column;
    }
}
