using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Http;

/// <remarks>
/// Rows count as stored only after status 200, no exception header and a body read to its end. Each test
/// takes one of the three away.
/// </remarks>
public class BrokenAnswerTests
{
    private const string Failure =
        "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 24.8.1.1)";

    [Fact]
    public async Task Insert_WholeAnswer_HasLanded()
    {
        using FakeServer server = FakeServer.Answering("200 OK", []);

        Assert.Equal(new InsertOutcome(InsertVerdict.Landed, 0, false), await InsertAsync(server.Endpoint));
    }

    [Theory]
    [InlineData("200 OK\r\nX-ClickHouse-Exception-Code: 241", InsertVerdict.Unknown, 241)]
    [InlineData("500 Internal Server Error\r\nX-ClickHouse-Exception-Code: 159", InsertVerdict.Unknown, 159)]
    [InlineData("500 Internal Server Error", InsertVerdict.Unknown, 241)]
    [InlineData("302 Found\r\nLocation: /elsewhere", InsertVerdict.Unknown, 241)]
    public async Task Insert_AnswerWithAFailure_HasItsCode(string headers, InsertVerdict verdict, int code)
    {
        using FakeServer server = FakeServer.Answering(headers, Encoding.UTF8.GetBytes(Failure));

        InsertOutcome outcome = await InsertAsync(server.Endpoint);

        Assert.Equal(new InsertOutcome(verdict, code, false), outcome);
    }

    [Theory]
    [InlineData("503 Service Unavailable", InsertVerdict.Transient)]
    [InlineData("429 Too Many Requests", InsertVerdict.Transient)]
    [InlineData("502 Bad Gateway", InsertVerdict.Unknown)]
    [InlineData("504 Gateway Timeout", InsertVerdict.Unknown)]
    [InlineData("413 Payload Too Large", InsertVerdict.Rejected)]
    public async Task Insert_AnswerOfAProxy_IsJudgedByItsStatus(string status, InsertVerdict verdict)
    {
        using FakeServer server = FakeServer.Answering(status, "<html>"u8.ToArray());

        InsertOutcome outcome = await InsertAsync(server.Endpoint);

        Assert.Equal(verdict, outcome.Verdict);
        Assert.Equal(0, outcome.Code);
    }

    [Fact]
    public async Task Insert_BodyCutShort_IsUnknown()
    {
        using FakeServer server = FakeServer.Answering("200 OK", [], declaredLength: 10);

        Assert.Equal(InsertVerdict.Unknown, (await InsertAsync(server.Endpoint)).Verdict);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: a\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nuntil the end")]
    public async Task Insert_AnswerInAnyForm_HasLanded(string answer)
    {
        using var server = new FakeServer(Encoding.ASCII.GetBytes(answer));

        Assert.Equal(InsertVerdict.Landed, (await InsertAsync(server.Endpoint)).Verdict);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Insert_AnswerCutAnywhere_IsUnknown(string answer)
    {
        for (int length = 0; length < answer.Length; length++)
        {
            using var server = new FakeServer(Encoding.ASCII.GetBytes(answer[..length]));

            Assert.Equal(InsertVerdict.Unknown, (await InsertAsync(server.Endpoint)).Verdict);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    public async Task Insert_AnswerThatIsNotHttp_IsUnknown(string answer)
    {
        using var server = new FakeServer(Encoding.ASCII.GetBytes(answer));

        Assert.Equal(InsertVerdict.Unknown, (await InsertAsync(server.Endpoint)).Verdict);
    }

    [Fact]
    public async Task Insert_ConnectionThatTheServerClosedMeanwhile_IsNotUsedAgain()
    {
        using FakeServer server = FakeServer.Answering("200 OK", []);
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = server.Endpoint });
        CompressedBlock block = OneRow();

        for (int insert = 0; insert < 5; insert++)
        {
            await client.InsertAsync("t", block, InsertOptions.Default);
            await Task.Delay(20);
        }

        Assert.Equal(5, server.Connections);
    }

    [Fact]
    public async Task Insert_CallerGivesUp_IsCancelled()
    {
        using var server = new FakeServer(null);
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = server.Endpoint });
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.InsertAsync("t", OneRow(), InsertOptions.Default, giveUp.Token).AsTask());
    }

    [Fact]
    public async Task Insert_ConnectionClosedWithoutAnAnswer_IsUnknown()
    {
        using var server = new FakeServer([]);

        Assert.Equal(InsertVerdict.Unknown, (await InsertAsync(server.Endpoint)).Verdict);
    }

    [Fact]
    public async Task Insert_NobodyListens_IsTransient()
    {
        Uri endpoint;
        using (var server = new FakeServer([]))
            endpoint = server.Endpoint;

        Assert.Equal(InsertVerdict.Transient, (await InsertAsync(endpoint)).Verdict);
    }

    [Fact]
    public async Task Insert_NoAnswerInTime_IsUnknown()
    {
        using var server = new FakeServer(null);
        var options = new InsertOptions { Timeout = TimeSpan.FromMilliseconds(100) };

        Assert.IsType<TimeoutException>(await ErrorOfInsertAsync(server.Endpoint, options));
        Assert.Equal(InsertVerdict.Unknown, InsertOutcome.Classify(new TimeoutException()).Verdict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n__exception__\r\nabcdefghijklmnop\r\n")]
    public async Task Query_FailureWithinABlock_ThrowsTheServersError(string marker)
    {
        byte[] block = Block();
        for (int length = 0; length <= block.Length; length++)
        {
            string end = marker.Length == 0 ? "\n" : $"\n104 abcdefghijklmnop{marker[..16]}\n";
            byte[] body = [.. block, .. block[..length], .. Encoding.UTF8.GetBytes(marker + Failure + end)];
            using FakeServer server = FakeServer.Answering("200 OK", body, declaredLength: body.Length + 1);

            var error = await Assert.ThrowsAsync<ClickHouseException>(() => CountAsync(server.Endpoint));

            Assert.Equal(241, error.Code);
            Assert.Equal(Failure, error.ServerMessage);
        }
    }

    [Fact]
    public async Task Query_DataThatQuotesAFailureThenCut_IsNotTheServersError()
    {
        var text = new StringColumn();
        text.Add(Encoding.UTF8.GetBytes(Failure));
        text.Add("\0\u0001 more"u8);
        byte[] block = NativeBytes.Of(new NativeBlock().Add("text", text));
        using FakeServer server = FakeServer.Answering("200 OK", block[..^1], declaredLength: block.Length);

        await Assert.ThrowsAnyAsync<IOException>(() => CountAsync(server.Endpoint));
    }

    [Fact]
    public async Task Query_CutWithinABlock_IsNotTheEnd()
    {
        byte[] block = Block();
        for (int length = 1; length < block.Length; length++)
        {
            using FakeServer server = FakeServer.Answering("200 OK", block[..length]);

            await Assert.ThrowsAsync<NativeFormatException>(() => CountAsync(server.Endpoint));
        }
    }

    [Fact]
    public async Task Query_ServerFallsSilent_TimesOut()
    {
        using var server = new FakeServer(null);
        var options = new ClickHouseOptions
        {
            Endpoint = server.Endpoint,
            QueryTimeout = TimeSpan.FromMilliseconds(100),
        };
        await using var client = new ClickHouseClient(options);

        await Assert.ThrowsAsync<TimeoutException>(() => client.QueryAsync("SELECT 1"));
    }

    private static async Task<InsertOutcome> InsertAsync(Uri endpoint) =>
        InsertOutcome.Classify(await ErrorOfInsertAsync(endpoint, InsertOptions.Default));

    private static async Task<Exception?> ErrorOfInsertAsync(Uri endpoint, InsertOptions options)
    {
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = endpoint });
        return await Record.ExceptionAsync(() => client.InsertAsync("t", OneRow(), options).AsTask());
    }

    private static CompressedBlock OneRow()
    {
        var column = new FixedColumn<ulong>("UInt64");
        column.Add(1);
        var block = new CompressedBlock();
        new BlockCompressor().Compress(new NativeBlock().Add("n", column), block);
        return block;
    }

    private static async Task<int> CountAsync(Uri endpoint)
    {
        await using var client = new ClickHouseClient(new ClickHouseOptions { Endpoint = endpoint });
        int count = 0;
        await foreach (ReadBlock block in client.QueryBlocksAsync("SELECT"))
            count += block.RowCount;
        return count;
    }

    private static byte[] Block()
    {
        var text = new StringColumn();
        var number = new FixedColumn<long>("Int64");
        for (int row = 0; row < 3; row++)
        {
            text.Add("row"u8);
            number.Add(row);
        }

        return NativeBytes.Of(new NativeBlock().Add("text", text).Add("number", number));
    }
}
