using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Inserts through the HTTP client, whose failures become answers. Thread-safe; the client is the
/// caller's.
/// </summary>
public sealed class ClickHouseTransport(ClickHouseClient client) : IInsertTransport
{
    private const int MaxMessageChars = 500;

    /// <inheritdoc/>
    public async Task<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel)
    {
        try
        {
            await client.InsertAsync(table, block, new InsertOptions { DeduplicationToken = token }, cancel);
            return new InsertAnswer(InsertOutcome.Classify(null));
        }
        catch (Exception error) when (IsOperatingFailure(error))
        {
            return new InsertAnswer(InsertOutcome.Classify(error), Shortened(error.Message));
        }
    }

    private static bool IsOperatingFailure(Exception error) =>
        error is ClickHouseException or HttpRequestException or IOException or TimeoutException;

    /// <summary>ClickHouse quotes the data in its messages, at any length.</summary>
    private static string Shortened(string message) =>
        message.Length <= MaxMessageChars ? message : message[..MaxMessageChars];
}
