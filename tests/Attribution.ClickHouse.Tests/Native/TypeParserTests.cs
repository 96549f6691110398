using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Tests.Native;

public class TypeParserTests
{
    [Fact]
    public void Parse_NestedType_GivesTheTree()
    {
        ColumnType type = ColumnType.Parse(
            "Array(Tuple(a LowCardinality(String), `b c` DateTime64(3, 'Etc/UTC')))");

        ColumnType tuple = Assert.Single(type.Arguments);
        Assert.Equal(["a", "b c"], tuple.Arguments.Select(element => element.FieldName!));
        Assert.Equal("DateTime64", tuple.Arguments[1].Name);
        Assert.Equal(3, tuple.Arguments[1].Arguments[0].Number);
        Assert.Equal("Etc/UTC", tuple.Arguments[1].Arguments[1].Name);
    }

    [Fact]
    public void Parse_Enum_GivesNamesAndValues()
    {
        ColumnType type = ColumnType.Parse(@"Enum8('it\'s, (odd)' = -128, 'b' = 2)");

        Assert.Equal([@"it's, (odd)", "b"], type.Arguments.Select(element => element.Name));
        Assert.Equal([-128L, 2L], type.Arguments.Select(element => element.Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("Array(")]
    [InlineData("Array()")]
    [InlineData("Array(String")]
    [InlineData("Array(String))")]
    [InlineData("Array(String) x y")]
    [InlineData("Enum8('a)")]
    [InlineData("Enum8('a\\")]
    [InlineData("Enum8('a' = )")]
    [InlineData("Enum8('a' = 99999999999999999999)")]
    [InlineData("Tuple(`a)")]
    [InlineData("String,")]
    public void Create_MalformedType_IsRejected(string text) =>
        Assert.Throws<NativeFormatException>(() => ReadColumnFactory.Create(text));

    [Theory]
    [InlineData("Strin")]
    [InlineData("AggregateFunction(sum, UInt64)")]
    [InlineData("FixedString(0)")]
    [InlineData("FixedString(-1)")]
    [InlineData("FixedString(99999999999)")]
    [InlineData("Decimal(77, 1)")]
    [InlineData("Decimal(0, 0)")]
    [InlineData("Decimal(9, 10)")]
    [InlineData("DateTime64(10)")]
    [InlineData("DateTime64")]
    [InlineData("Tuple()")]
    [InlineData("Map(String)")]
    [InlineData("Array(String, String)")]
    [InlineData("LowCardinality(Array(String))")]
    public void Create_UnsupportedType_IsRejected(string text) =>
        Assert.Throws<NativeFormatException>(() => ReadColumnFactory.Create(text));

    [Fact]
    public void Parse_TooDeepOrTooLong_IsRejected()
    {
        string deep = string.Concat(Enumerable.Repeat("Array(", 40)) + "Int8" + new string(')', 40);

        Assert.Throws<NativeFormatException>(() => ColumnType.Parse(deep));
        Assert.Throws<NativeFormatException>(() => ColumnType.Parse(new string('a', 1 << 21)));
    }
}
