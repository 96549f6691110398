using System.Text;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api.Support;

/// <summary>Requests as bytes, and what a server made of them. Stateless.</summary>
internal static class Wire
{
    /// <summary>Asks the server to answer, and to end the connection then.</summary>
    public const string Probe = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /// <summary>Connections at one time.</summary>
    private const int Concurrency = 32;

    /// <summary>Only for a server that ends nothing: then a test fails instead of waiting for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static string Event(string id) =>
        "{\"type\":\"t\",\"user_id\":\"u\",\"event_id\":\"" + id + "\"}";

    public static string Post(string headers, string body) =>
        "POST /v1/events HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;

    public static string Post(string body) => Post($"Content-Length: {body.Length}\r\n", body);

    public static async Task<RawOutcome> SendAsync(EdgeRig rig, string input, int splitAt = 0)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await RawExchange.RunAsync(
                rig.Port, Encoding.Latin1.GetBytes(input),
                new RawSending { SplitAt = splitAt, EndsSending = false }, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The server left the connection open after: {input}");
        }
    }

    /// <summary>The answers' status codes, such as <c>200 400</c>; the probe's is <c>alive</c>.</summary>
    public static string Describe(RawOutcome outcome) => string.Join(
        ' ', outcome.Answers.Select(answer => IsAlive(answer) ? "alive" : $"{answer.Status}"));

    public static bool IsAlive(RawAnswer answer) => answer.Body == "{\"status\":\"alive\"}";

    /// <summary>Runs one exchange for each item, several at a time.</summary>
    public static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> exchange) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = Concurrency },
            async (item, _) => await exchange(item));
}
