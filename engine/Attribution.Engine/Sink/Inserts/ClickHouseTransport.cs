using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Inserts and asks through the HTTP client, whose failures become answers. Thread-safe; the client is the
/// caller's.
/// </summary>
public sealed class ClickHouseTransport(ClickHouseClient client) : IInsertTransport
{
    private const int MaxMessageChars = 500;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel)
    {
        try
        {
            await client.InsertAsync(table, block, new InsertOptions { DeduplicationToken = token }, cancel);
            return InsertAnswer.Landed;
        }
        catch (Exception error) when (IsOperatingFailure(error))
        {
            return new InsertAnswer(InsertOutcome.Classify(error), Shortened(error.Message));
        }
    }

    /// <inheritdoc/>
    public async Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel)
    {
        // A server that hangs is given up as soon as with an insert, far sooner than with a report's query.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(client.Options.InsertTimeout);
        try
        {
            ulong rows = await client.ScalarAsync<ulong>(Sql(question), Parameters(question), patience.Token);
            return new BlockCount(InsertOutcome.Classify(null), (long)rows);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            return new BlockCount(
                InsertOutcome.Classify(error), 0, "ClickHouse did not say whether an insert has landed");
        }
        catch (Exception error) when (IsOperatingFailure(error))
        {
            return new BlockCount(InsertOutcome.Classify(error), 0, Shortened(error.Message));
        }
    }

    private static string Sql(BlockQuestion question) => string.Concat(
        "SELECT count() FROM ", question.Table, " WHERE block = {block:UInt64} AND ", question.TimeColumn,
        " BETWEEN fromUnixTimestamp64Milli({from:Int64}, 'UTC')"
        + " AND fromUnixTimestamp64Milli({through:Int64}, 'UTC')");

    private static QueryParameters Parameters(BlockQuestion question) => new QueryParameters()
        .Add("block", question.Id)
        .Add("from", question.FromMillis)
        .Add("through", question.ThroughMillis);

    private static bool IsOperatingFailure(Exception error) => error is
        ClickHouseException or HttpRequestException or IOException or TimeoutException
        or NativeFormatException;

    /// <summary>ClickHouse quotes the data in its messages, at any length.</summary>
    private static string Shortened(string message) =>
        message.Length <= MaxMessageChars ? message : message[..MaxMessageChars];
}
