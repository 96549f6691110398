using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// A raw answer is whole only if the server said so. Real failures in the middle come from <c>throwIf</c>;
/// what a proxy may make of them, and data that looks like one, comes from a server of the test's own.
/// </remarks>
public class RawAnswerTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const string Tag = "abcdefghijklmnop";
    private const string Message =
        "Code: 395. DB::Exception: Value is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version "
            + "26.7.2.1)";

    private const string Marked =
        $"\r\n__exception__\r\n{Tag}\r\n{Message}\r\n101 {Tag}\r\n__exception__\r\n";

    [Theory]
    [InlineData("CSV", "0\n1\n2\n")]
    [InlineData("JSONEachRow", "{\"number\":0}\n{\"number\":1}\n{\"number\":2}\n")]
    public async Task Answer_InTextFormat_IsTheServersBytes(string format, string expected)
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await using RawAnswer answer =
            await database.Client.QueryRawAsync("SELECT number FROM numbers(3)", format);

        Assert.Equal(expected, Encoding.UTF8.GetString(await ReadAsync(answer)));
    }

    [Fact]
    public async Task Answer_Cancelled_EndsOnTheServerToo()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        string id = $"endless-{Guid.NewGuid()}";
        using var cancel = new CancellationTokenSource();

        await using (RawAnswer answer = await database.Client.QueryRawAsync(
            "SELECT number FROM system.numbers", "CSV", new QueryParameters { QueryId = id }, cancel.Token))
        {
            await answer.ReadAsync(new byte[1024]);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                while (await answer.ReadAsync(new byte[64 * 1024]) > 0)
                    continue;
            });
        }

        while (await database.Client.ScalarAsync<long>(
            "SELECT count() FROM system.processes WHERE query_id = {id:String}",
            new QueryParameters().Add("id", id)) > 0)
            await Task.Delay(50);
    }

    [Theory]
    [InlineData("Parquet", "PAR1", "PAR1")]
    [InlineData("Arrow", "ARROW1", "ARROW1")]
    public async Task Answer_InBinaryFormat_HasItsMagicAtBothEnds(string format, string begin, string end)
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        await using RawAnswer answer = await database.Client.QueryRawAsync(
            "SELECT number, toString(number) AS text FROM numbers(1000000)", format);

        byte[] bytes = await ReadAsync(answer);

        Assert.True(bytes.AsSpan().StartsWith(Encoding.ASCII.GetBytes(begin)));
        Assert.True(bytes.AsSpan().EndsWith(Encoding.ASCII.GetBytes(end)));
    }

    [Theory]
    [InlineData("CSV")]
    [InlineData("JSONEachRow")]
    [InlineData("Parquet")]
    [InlineData("Arrow")]
    [InlineData("ArrowStream")]
    public async Task Answer_ThatBreaksInTheMiddle_IsNeverWhole(string format)
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        var error = await Assert.ThrowsAsync<ClickHouseException>(async () =>
        {
            await using RawAnswer answer = await database.Client.QueryRawAsync(
                "SELECT number, toString(number) AS text, throwIf(number = 3000000) FROM "
                    + "numbers(10000000)", format);
            await ReadAsync(answer);
        });

        Assert.Equal(395, error.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Answer_WithAFailureThatAProxyEndsProperly_IsNotWhole(int data)
    {
        byte[] body = [.. Enumerable.Repeat((byte)'x', data), .. Encoding.UTF8.GetBytes(Marked)];
        using FakeServer server = FakeServer.Answering($"200 OK\r\nX-ClickHouse-Exception-Tag: {Tag}", body);

        var error = await Assert.ThrowsAsync<ClickHouseException>(() => ReadAsync(server.Endpoint));

        Assert.Equal((395, Message), (error.Code, error.ServerMessage));
    }

    /// <summary>Older servers append their message alone.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(70_000)]
    public async Task Answer_WithAnOldServersFailure_IsNotWhole(int data)
    {
        byte[] body = [.. Enumerable.Repeat((byte)'x', data), .. Encoding.UTF8.GetBytes($"\n{Message}\n")];
        using FakeServer server = FakeServer.Answering("200 OK", body);

        var error = await Assert.ThrowsAsync<ClickHouseException>(() => ReadAsync(server.Endpoint));

        Assert.Equal(395, error.Code);
    }

    /// <summary>The mark is drawn for each answer, so no data can hold it.</summary>
    [Fact]
    public async Task Answer_WithDataThatLooksLikeAFailure_IsWhole()
    {
        byte[] body = Encoding.UTF8.GetBytes(Marked);
        using FakeServer server =
            FakeServer.Answering("200 OK\r\nX-ClickHouse-Exception-Tag: otherotherothero", body);

        Assert.Equal(body, await ReadAsync(server.Endpoint));
    }

    [Fact]
    public async Task Answer_CutShort_IsNotWhole()
    {
        using FakeServer server = FakeServer.Answering("200 OK", [1, 2, 3], declaredLength: 4);

        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(server.Endpoint));
    }

    [Fact]
    public async Task Query_WithAFormatOfItsOwn_IsRefused()
    {
        await using Database database = await Database.CreateAsync(clickHouse);

        await Assert.ThrowsAsync<ClickHouseException>(
            () => database.Client.QueryRawAsync("SELECT 1 FORMAT CSV", "Parquet"));
    }

    private static async Task<byte[]> ReadAsync(Uri endpoint)
    {
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = endpoint });
        await using RawAnswer answer = await client.QueryRawAsync("SELECT 1", "CSV");
        return await ReadAsync(answer);
    }

    private static async Task<byte[]> ReadAsync(RawAnswer answer)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[8_192];
        int read;
        while ((read = await answer.ReadAsync(buffer)) > 0)
            bytes.Write(buffer, 0, read);
        return bytes.ToArray();
    }
}
