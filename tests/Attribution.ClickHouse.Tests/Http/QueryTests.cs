using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Http;

public class QueryTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    /// <summary>
    /// Expressions of the types that are read but not written, as the real server sends them.
    /// </summary>
    public static TheoryData<string, string> Expressions => new()
    {
        { "toInt128(-5)", "-5" },
        { "toUInt256('123456789012345678901234567890')", "123456789012345678901234567890" },
        { "toInt256(-7)", "-7" },
        { "toDecimal32('-1.25', 2)", "-1.25" },
        { "toDecimal128('1234567890123456789.5', 1)", "1234567890123456789.5" },
        { "toDecimal256('0.5', 3)", "0.500" },
        { "toDate32('1931-02-03')", "02/03/1931" },
        { "toDateTime64('2026-01-02 03:04:05.678901234', 9, 'Asia/Tokyo')", "01/01/2026 18:04:05" },
        { "CAST('x' AS Enum16('x' = 300, 'y' = -1))", "x" },
        { "toIPv4('1.2.3.4')", "1.2.3.4" },
        { "toIPv6('::ffff:1.2.3.4')", "::ffff:1.2.3.4" },
        { "toLowCardinality('low')", "low" },
        { "CAST(NULL AS LowCardinality(Nullable(String)))", "" },
        { "CAST('v' AS LowCardinality(Nullable(String)))", "v" },
        { "toLowCardinality(toUInt32(7))", "7" },
        { "toFixedString('ab', 4)", "ab" },
        { "NULL", "" },
        { "toIntervalDay(3)", "3" },
        { "true", "True" },
        { "toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')", "61f0c404-5cb3-11e7-907b-a6006ad3dba0" },
        { "toFloat32(0.5)", "0.5" },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public async Task Query_Expression_GivesItsValue(string expression, string expected)
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        List<object?[]> rows = await database.RowsAsync($"SELECT {expression} AS x FROM numbers(3)");

        Assert.All(rows, row => Assert.Equal(expected, string.Create(null, $"{row[0]}")));
        Assert.Equal(3, rows.Count);
    }

    [Fact]
    public async Task Query_NestedTypes_GiveNestedValues()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        object?[] row = Assert.Single(await database.RowsAsync(
            """
            SELECT map('k', [1, NULL]), tuple(1::UInt8, 'b', [toLowCardinality('c')]),
                   CAST([], 'Array(Array(LowCardinality(String)))'), [[], ['x', 'y']]
            """));

        object?[] pair = [.. (object?[])((object?[])row[0]!)[0]!];
        Assert.Equal("k", pair[0]);
        Assert.Equal<object?>([(byte)1, null], (object?[])pair[1]!);
        Assert.Equal<object?>([(byte)1, "b", new object?[] { "c" }], (object?[])row[1]!);
        Assert.Empty((object?[])row[2]!);
        Assert.Equal<object?>([Array.Empty<object?>(), new object?[] { "x", "y" }], (object?[])row[3]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_ManyBlocks_StreamsEveryRowInOrder(bool compressResults)
    {
        await using Database database = await Database.CreateAsync(
            clickHouse, options => options with { CompressResults = compressResults });
        long next = 0;

        await using Rows rows = await database.Client.QueryAsync(
            """
            SELECT number AS n, toString(number) AS s, toLowCardinality(toString(number % 300)) AS l
            FROM numbers(500000)
            """);
        await foreach (Row row in rows)
        {
            if (row.GetInt64("n") != next)
                Assert.Fail($"Row {next} is {row.GetInt64("n")}.");
            if (row.GetString("s") != $"{next}" || row.GetString(2) != $"{next % 300}")
                Assert.Fail($"Row {next} holds {row.GetString("s")}, {row.GetString(2)}.");
            next++;
        }

        Assert.Equal(500_000, next);
        Assert.Equal([("n", "UInt64"), ("s", "String"), ("l", "LowCardinality(String)")], rows.Columns);
    }

    [Fact]
    public async Task QueryBlocks_ManyBlocks_RefillsTheSameBlock()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        var seen = new HashSet<ReadBlock>(ReferenceEqualityComparer.Instance);
        ulong sum = 0;

        const string Sql = "SELECT number FROM numbers(300000)";
        await foreach (ReadBlock block in database.Client.QueryBlocksAsync(Sql))
        {
            seen.Add(block);
            foreach (ulong number in block.Values<ulong>("number"))
                sum += number;
        }

        Assert.Equal(300_000UL * 299_999 / 2, sum);
        Assert.Single(seen);
    }

    [Fact]
    public async Task Query_WithoutRows_GivesNone()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        Assert.Empty(await database.RowsAsync("SELECT 1 WHERE 0"));
    }

    [Fact]
    public async Task Query_WithTotals_GivesItsRows()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        List<object?[]> rows = await database.RowsAsync(
            "SELECT number % 2 AS k, count() FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k");

        Assert.Equal<object?>([(byte)0, 5UL], rows[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_FailingBeforeTheFirstRow_ThrowsTheServersError(bool compressResults)
    {
        await using Database database = await Database.CreateAsync(
            clickHouse, options => options with { CompressResults = compressResults });

        var error = await Assert.ThrowsAsync<ClickHouseException>(() => database.RowsAsync("SELECT nothing"));

        Assert.Equal(47, error.Code);
        Assert.Contains("nothing", error.ServerMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_FailingAfterManyRows_ThrowsTheServersError(bool compressResults)
    {
        await using Database database = await Database.CreateAsync(
            clickHouse, options => options with { CompressResults = compressResults });
        long rows = 0;

        var error = await Assert.ThrowsAsync<ClickHouseException>(async () =>
        {
            await using Rows all = await database.Client.QueryAsync(
                "SELECT throwIf(number = 3000000) AS x, toString(number) FROM numbers(5000000)");
            await foreach (Row row in all)
                rows++;
        });

        Assert.Equal(395, error.Code);
        Assert.StartsWith("Code: 395.", error.ServerMessage, StringComparison.Ordinal);
        Assert.InRange(rows, 1, 3_000_000);
    }

    [Fact]
    public async Task Query_WithAFormatOfItsOwn_SaysSo()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        var error = await Assert.ThrowsAsync<ClickHouseException>(
            () => database.RowsAsync("SELECT 1 FORMAT JSON"));

        Assert.Contains("JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryText_WithAFormat_GivesTheText()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        Assert.Equal("1\ta\n", await database.Client.QueryTextAsync("SELECT 1, 'a'"));
        Assert.Equal("1,\"a\"\n", await database.Client.QueryTextAsync("SELECT 1, 'a' FORMAT CSV"));
    }

    [Fact]
    public async Task Query_WithAnId_IsKnownByItToTheServer()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        string id = $"id-{Guid.NewGuid()}";

        Assert.Equal(id, await database.Client.ScalarAsync<string>(
            "SELECT queryID()", new QueryParameters { QueryId = id }));
    }

    [Fact]
    public async Task Query_Cancelled_EndsOnTheServerToo()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        string id = $"endless-{Guid.NewGuid()}";
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using Rows rows = await database.Client.QueryAsync(
                "SELECT number FROM system.numbers", new QueryParameters { QueryId = id }, cancel.Token);
            await foreach (Row row in rows)
                await cancel.CancelAsync();
        });

        while (await database.Client.ScalarAsync<long>(
            "SELECT count() FROM system.processes WHERE query_id = {id:String}",
            new QueryParameters().Add("id", id)) > 0)
            await Task.Delay(50);
    }

    [Fact]
    public async Task GetVersion_OfTheServer_IsSupported()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        ServerVersion version = await database.Client.GetVersionAsync();

        version.EnsureSupported();
        Assert.Equal(await database.Client.ScalarAsync<string>("SELECT version()"), version.ToString());
    }

    [Fact]
    public async Task Query_WithAWrongPassword_ThrowsTheServersError()
    {
        await using Database database = await Database.CreateAsync(
            clickHouse, options => options with { User = "nobody", Password = "wrong" });

        var error = await Assert.ThrowsAsync<ClickHouseException>(() => database.RowsAsync("SELECT 1"));

        Assert.Equal(516, error.Code);
    }
}
