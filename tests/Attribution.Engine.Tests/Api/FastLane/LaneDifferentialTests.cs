using System.Collections.Concurrent;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api.FastLane;

/// <remarks>
/// The fast lane must not be seen but by what it costs: connections of random requests, right ones and
/// changed ones, whole and split, get the same answers with it and without it, and leave the same events.
/// </remarks>
public class LaneDifferentialTests
{
    private const int Connections = 2_000;

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", "\r\n\r\n", "Content-Length: 3\r\n",
        "Connection: close\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n",
        "Content-Encoding: gzip\r\n", "HTTP/1.0", "Host: b\r\n", "Host: a b\r\n", "X-Write-Key: k\r\n",
        "Authorization: Basic !\r\n", "%", "\u00ff", "0", "{", "}", "[", "]", ",", "null", "\"",
    ];

    [Fact]
    public async Task Connections_OfRandomRequests_AreAnsweredAndStoredAlike()
    {
        await using EdgeRig fast = await EdgeRig.StartAsync(new EdgeOptions());
        await using EdgeRig stock = await EdgeRig.StartAsync(new EdgeOptions(), hasFastLane: false);
        var differences = new ConcurrentBag<string>();

        await Wire.ForEachAsync(Enumerable.Range(0, Connections), async seed =>
        {
            var random = new Random(seed);
            string input = Input(random, seed) + string.Concat(Enumerable.Repeat(Wire.Probe, 4));
            int splitAt = random.Next(2) == 0 ? 0 : random.Next(1, input.Length);
            string own = Describe(await Wire.SendAsync(fast, input, splitAt));
            string other = Describe(await Wire.SendAsync(stock, input, splitAt));
            if (own != other)
                differences.Add($"seed {seed}: {own}, stock {other}: {input}");
        });

        Assert.True(differences.IsEmpty, string.Join('\n', differences.Take(5)));
        Assert.Equal(stock.StoredCount, fast.StoredCount);
        Assert.Equal(Sent(stock), Sent(fast));
        Assert.True(fast.StoredCount > Connections, $"{fast.StoredCount} events");
        Assert.True(fast.Requests.FastAnswers > Connections, $"{fast.Requests.FastAnswers} answers");
        Assert.Equal(0, stock.Requests.FastAnswers);
    }

    /// <summary>
    /// What was stored by its sender's id; one that was lost to a change is derived, from the time too.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, int>> Sent(EdgeRig rig) =>
        rig.Stored.Where(pair => !Guid.TryParse(pair.Key, out _)).OrderBy(pair => pair.Key);

    private static string Describe(RawOutcome outcome) => string.Join(
        ' ', outcome.Answers.Select(answer => $"{answer.Status}{answer.Body}"));

    private static string Input(Random random, int seed)
    {
        string input = string.Concat(
            Enumerable.Range(0, random.Next(1, 5)).Select(number => Post(random, seed, number)));
        for (int i = Math.Max(0, random.Next(5) - 2); i > 0; i--)
        {
            int at = random.Next(input.Length);
            int left = random.Next(3) == 0 ? Math.Min(random.Next(6), input.Length - at) : 0;
            input = input.Remove(at, left).Insert(at, Pieces[random.Next(Pieces.Length)]);
        }

        return input;
    }

    private static string Post(Random random, int seed, int number)
    {
        string one = Wire.Event($"{seed}-{number}");
        string body = random.Next(8) switch
        {
            0 => $"[{one},{one}]",
            1 => $"[{one},{{}}]",
            2 => $"{one}\n{one}",
            3 => "[]",
            _ => one,
        };
        return random.Next(8) == 0
            ? Wire.Post("Transfer-Encoding: chunked\r\n", $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n")
            : Wire.Post(body);
    }
}
