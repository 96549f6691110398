using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api;

/// <remarks>
/// Whatever is sent, an answer is made of a fixed list of words: nothing of the sender's, nothing of the
/// engine's inside, and never a 500.
/// </remarks>
public partial class HostileRequestTests
{
    private const int Requests = 1_500;
    private const string Marker = "hOsTiLe";

    private static readonly string[] Errors =
    [
        .. Enum.GetValues<BodyError>().Select(error => Encoding.UTF8.GetString(Reasons.Of(error))),
        "path: unknown", "method: not allowed here", "request: too slow", "request: larger than the limit",
        "request: not valid HTTP", "request: Content-Length beside Transfer-Encoding",
        "request: Transfer-Encoding in HTTP/1.0", "request: unknown Transfer-Encoding; chunked or none",
        "request: a header with a letter that no header has",
        "request: no length, and an upgrade that is not offered",
    ];

    private static readonly HashSet<string> Reason =
        [.. Enumerable.Range(0, Reasons.Count).Select(i => Encoding.UTF8.GetString(Reasons.Of(i)))];

    private static readonly HashSet<string> HeaderNames =
        ["Content-Length", "Content-Type", "Date", "Connection", "Retry-After", "Allow"];

    private static readonly string[] Pieces =
    [
        Marker, "POST", "GET", "/v1/events", "/metrics", "/readyz", "/healthz", "/", "?", "#", "%00", "%zz",
        "..",
        " HTTP/1.1", " HTTP/1.0", " HTTP/9.9", "\r\n", "\r\n\r\n", "\n", "\r", "\0", "\v", " ", "\t", ":",
        ";", ",",
        "Host: a", "Host: a b", "Content-Length: ", "Transfer-Encoding: ", "chunked", "Content-Encoding: ",
        "gzip", "Expect: 100-continue", "Authorization: Basic ", "X-Write-Key: ", "Connection: ", "close",
        "upgrade", "Upgrade: ", "0", "1", "10", "-1", "99999999999999999999", "ffffffffffffffff",
        "\u00ff\u00fe",
        "{", "}", "[", "]", "\"type\"", "\"" + Marker + "\"", "\"user_id\"", "\\ud800", "\\", "null", "1e999",
    ];

    [Fact]
    public async Task Answers_ToHostileRequests_AreOfAFixedListOfTexts()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var seen = new ConcurrentDictionary<string, int>();

        await Wire.ForEachAsync(Enumerable.Range(0, Requests), async seed =>
        {
            string input = Input(new Random(seed));
            RawOutcome outcome = await Wire.SendAsync(rig, input + string.Concat(
                Enumerable.Repeat(Wire.Probe, 3)));
            foreach (RawAnswer answer in outcome.Answers)
            {
                seen.AddOrUpdate($"{answer.Status}", 1, (_, count) => count + 1);
                AssertHarmless(answer, $"seed {seed}: {input}");
            }
        });

        // What is sent must reach more than the first check.
        Assert.All((string[])["200", "400", "404", "405"], status => Assert.Contains(status, seen.Keys));
    }

    [Fact]
    public void Marker_InAnAnswer_WouldBeSeen() => Assert.Throws<Xunit.Sdk.TrueException>(() =>
        AssertHarmless(new RawAnswer(400, "HTTP/1.1 400 Bad", "{\"error\":\"" + Marker + "\"}"), ""));

    private static void AssertHarmless(RawAnswer answer, string input)
    {
        Assert.True(answer.Status is not 500, input);
        string[] lines = answer.Headers.Split("\r\n");
        Assert.All(lines[1..], line => Assert.Contains(line.Split(": ")[0], HeaderNames));
        bool isText = answer.Headers.Contains("text/plain", StringComparison.Ordinal);
        bool isKnown = answer.Body.Length == 0 || Wire.IsAlive(answer)
            || answer.Body == "{\"status\":\"ready\"}" || IsCounts(answer.Body)
            || Errors.Any(error => answer.Body == "{\"error\":\"" + error + "\"}")
            || (isText && !answer.Body.Contains(Marker, StringComparison.Ordinal));
        Assert.True(isKnown, $"{answer.Status} {answer.Body} to {input}");
    }

    private static bool IsCounts(string body) =>
        Counts().IsMatch(body)
        && ReasonText().Matches(body).All(found => Reason.Contains(found.Groups[1].Value));

    /// <summary>A request that is right, but for a few pieces put in anywhere or left out.</summary>
    private static string Input(Random random)
    {
        string id = Wire.Event(Marker);
        string request = random.Next(3) switch
        {
            0 => Wire.Post($"[{id},{{\"type\":\"{Marker}\",\"{Marker}\":1}}]"),
            1 => Wire.Post("Transfer-Encoding: chunked\r\n", $"{id.Length:x}\r\n{id}\r\n0\r\n\r\n"),
            _ => $"GET /{Marker} HTTP/1.1\r\nHost: {Marker}\r\n{Marker}: {Marker}\r\n\r\n",
        };
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(request.Length);
            int left = random.Next(3) == 0 ? Math.Min(random.Next(12), request.Length - at) : 0;
            request = request.Remove(at, left).Insert(at, Pieces[random.Next(Pieces.Length)]);
        }

        return request;
    }

    [GeneratedRegex("""
        ^\{"accepted":\d+,"rejected":\d+(,"errors":\[(,?\{"index":\d+,"reason":"[^"]+"\})+\])?\}$
        """)]
    private static partial Regex Counts();

    [GeneratedRegex("\"reason\":\"([^\"]+)\"")]
    private static partial Regex ReasonText();
}
