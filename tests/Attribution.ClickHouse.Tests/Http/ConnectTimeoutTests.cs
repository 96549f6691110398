using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// A connection that nobody takes in time must not look as if the caller had cancelled: whoever sends in a
/// loop would end as if told to, without a word, and what it still had to send would stay.
/// </remarks>
public class ConnectTimeoutTests
{
    [Theory]
    [InlineData("query")]
    [InlineData("raw query")]
    [InlineData("text")]
    [InlineData("command")]
    [InlineData("insert")]
    [InlineData("insert over the HTTP client")]
    public async Task Call_WithoutAConnectionInTime_IsAConnectionErrorAndNoCancellation(string call)
    {
        using FullQueue server = await FullQueue.CreateAsync();
        await using var client = new ClickHouseClient(new ClickHouseOptions
        {
            Endpoint = server.Endpoint,
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            // What is no plain text goes through the HTTP client.
            Password = call == "insert over the HTTP client" ? "\u00e9" : "",
        });
        using var cancel = new CancellationTokenSource();

        Exception error = (await Record.ExceptionAsync(() => CallAsync(client, call, cancel.Token)))!;

        HttpRequestException failure = Assert.IsType<HttpRequestException>(error);
        Assert.Equal(HttpRequestError.ConnectionError, failure.HttpRequestError);
        Assert.Equal(InsertVerdict.Transient, InsertOutcome.Classify(failure).Verdict);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("insert")]
    public async Task Call_CancelledWhileItConnects_IsACancellation(string call)
    {
        using FullQueue server = await FullQueue.CreateAsync();
        await using var client = new ClickHouseClient(new ClickHouseOptions
        {
            Endpoint = server.Endpoint,
            ConnectTimeout = TimeSpan.FromMinutes(1),
        });
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(client, call, cancel.Token));
    }

    private static Task CallAsync(ClickHouseClient client, string call, CancellationToken cancel) =>
        call switch
        {
            "query" => client.QueryAsync("SELECT 1", null, cancel),
            "raw query" => client.QueryRawAsync("SELECT 1", "CSV", null, cancel),
            "text" => client.QueryTextAsync("SELECT 1", null, cancel),
            "command" => client.ExecuteAsync("SELECT 1", null, cancel),
            _ => InsertAsync(client, cancel),
        };

    private static async Task InsertAsync(ClickHouseClient client, CancellationToken cancel)
    {
        var number = new FixedColumn<ulong>("UInt64");
        number.Add(1);
        var block = new CompressedBlock();
        new BlockCompressor(FrameMethod.None).Compress(new NativeBlock().Add("n", number), block);
        await client.InsertAsync("t", block, InsertOptions.Default, cancel);
    }
}
