using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// A value that breaks out of its place is an injection, so texts are sent there and back through the server.
/// </remarks>
public class QueryParameterTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Fact]
    public async Task Texts_OfAnyCharacters_ComeBackEqual()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        Prop.ForAll(Samples.Text.ToArbitrary(), Gen.ArrayOf(Samples.Text).ToArbitrary(), (text, list) =>
        {
            object?[] row = Assert.Single(database.RowsAsync(
                "SELECT {text:String}, {list:Array(String)}",
                new QueryParameters().Add("text", text).Add("list", list)).GetAwaiter().GetResult());
            Assert.Equal(text, row[0]);
            Assert.Equal<object?>(list, (object?[])row[1]!);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public async Task Values_OfEveryType_ComeBackEqual()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        var time = new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
        var id = Guid.NewGuid();
        QueryParameters parameters = new QueryParameters()
            .Add("i", long.MinValue).Add("u", ulong.MaxValue).Add("f", 0.1).Add("d", -12345.6789m)
            .Add("b", true).Add("g", id).Add("t", time).Add("day", new DateOnly(2026, 3, 4))
            .Add("is", [1L, -2L]).Add("us", [1UL, ulong.MaxValue])
            .Add("none", Array.Empty<string>()).AddNull("n");

        object?[] row = Assert.Single(await database.RowsAsync(
            """
            SELECT {i:Int64}, {u:UInt64}, {f:Float64}, {d:Decimal64(4)}, {b:Bool}, {g:UUID},
                   {t:DateTime64(3)}, {t:DateTime64(3, 'UTC')}, {day:Date},
                   {is:Array(Int64)}, {us:Array(UInt64)}, {none:Array(String)}, {n:Nullable(String)}
            """,
            parameters));

        Assert.Equal<object?>(
            [
                long.MinValue, ulong.MaxValue, 0.1, -12345.6789m, true,
                id, time, time, new DateOnly(2026, 3, 4),
            ],
            row[..9]);
        Assert.Equal<object?>([1L, -2L], (object?[])row[9]!);
        Assert.Equal<object?>([1UL, ulong.MaxValue], (object?[])row[10]!);
        Assert.Empty((object?[])row[11]!);
        Assert.Null(row[12]);
    }

    [Fact]
    public async Task Values_TooLongForAnAddress_GoIntoTheBody()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        string[] list = [.. Enumerable.Range(0, 8_000).Select(at => $"it's\t{at}")];
        string text = new('ü', QueryParameters.MaxValueBytes / 2);

        object?[] row = Assert.Single(await database.RowsAsync(
            "SELECT {list:Array(String)}, {text:String}, {n:UInt8}",
            new QueryParameters().Add("list", list).Add("text", text).Add("n", 7L)));

        Assert.Equal<object?>(list, (object?[])row[0]!);
        Assert.Equal(text, row[1]);
        Assert.Equal((byte)7, row[2]);
    }

    [Fact]
    public void Add_ValueOverTheServersLimit_Throws() => Assert.Throws<QueryParameterException>(
        () => new QueryParameters().Add("text", new string('x', QueryParameters.MaxValueBytes + 1)));

    [Fact]
    public async Task Settings_OfAQuery_AreApplied()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        Assert.Equal("3", await database.Client.ScalarAsync<string>(
            "SELECT toString(getSetting('max_threads'))", new QueryParameters().Set("max_threads", "3")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a b")]
    [InlineData("a&query")]
    public void Add_NotAName_Throws(string name)
    {
        Assert.Throws<QueryParameterException>(() => new QueryParameters().Add(name, "x"));
        Assert.Throws<QueryParameterException>(() => new QueryParameters().Set(name, "x"));
    }
}
