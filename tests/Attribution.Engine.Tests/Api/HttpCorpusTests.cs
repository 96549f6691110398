using System.Collections.Concurrent;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Engine.Tests.Api;

/// <remarks>
/// llhttp's own request cases against the real server. Behind every input stand probes: a server that took an
/// input otherwise than llhttp shows it by answering one it should not have seen, or not answering one it
/// should have. What is judged otherwise on purpose is listed here, with the reason.
/// </remarks>
public class HttpCorpusTests
{
    /// <summary>More than the longest body that a case promises and does not send.</summary>
    private static readonly string Probes = string.Concat(Enumerable.Repeat(Wire.Probe, 12));

    /// <summary>llhttp refuses these, the engine reads on; none lets a body end elsewhere.</summary>
    private static readonly Dictionary<string, string> Laxer = new()
    {
        ["invalid.md: Invalid method"] =
            "its method is replaced here; an unknown one is answered by 404 or 405",
        ["transfer-encoding.md: No extension after semicolon"] =
            "an empty chunk extension ends at its CRLF for both",
        ["uri.md: Disallow UTF-8 in URI path in strict mode"] = "its target is replaced here",
    };

    /// <summary>llhttp takes these, the engine refuses them and closes.</summary>
    private static readonly Dictionary<string, string> Stricter = new()
    {
        ["connection.md: Setting flag on `close`"] = "it is taken; it asks for the end itself",
        ["connection.md: Setting flag on `close` followed by tab"] =
            "it is taken; it asks for the end itself",
        ["connection.md: Sample"] = "an upgrade without a length: everything behind it would be its body",
        ["content-length.md: Content-Length reset when no body is received"] =
            "llhttp is told there that no bodies follow",
        ["content-length.md: Funky `Content-Length` with body"] =
            "it is taken; HTTP/1.0 ends with its answer",
        ["sample.md: Apache bench GET"] = "it is taken; HTTP/1.0 ends with its answer",
        ["sample.md: No HTTP version"] = "HTTP/0.9 is not spoken",
        ["sample.md: curl GET"] = "0.0.0.0=5000 is no host",
        ["sample.md: Firefox GET"] = "0.0.0.0=5000 is no host",
        ["sample.md: 255 ASCII in header value"] = "headers are UTF-8",
        ["method.md: SOURCE request with ICE"] = "only HTTP is spoken",
        ["method.md: OPTIONS request with RTSP"] = "only HTTP is spoken",
        ["method.md: ANNOUNCE request with RTSP"] = "only HTTP is spoken",
        ["transfer-encoding.md: POST with `chunked` as last transfer-encoding"] =
            "deflate would have to be undone: 501",
        ["transfer-encoding.md: POST with `chunked` as last transfer-encoding (multiple headers)"] =
            "deflate would have to be undone: 501",
    };

    [Fact]
    public void Corpus_HasAllItsStrictRequestCases()
    {
        Assert.Equal(134, CorpusCase.All.Count);
        Assert.Equal(55, CorpusCase.All.Count(one => one.IsRefused));
    }

    [Fact]
    public async Task Case_AsItIs_HasAtMostOneAnswerPerRequest()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());

        await Wire.ForEachAsync(CorpusCase.All, async one =>
        {
            RawOutcome outcome = await Wire.SendAsync(rig, one.Input + Probes);
            AssertAnswers(one, outcome);
        });

        Assert.Equal(0, rig.StoredCount);
    }

    [Fact]
    public async Task Case_AsPostOfEvents_IsTakenOrRefusedAsLlhttpDoes()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var surprises = new ConcurrentBag<string>();

        await Wire.ForEachAsync(CorpusCase.All, async one =>
        {
            RawOutcome outcome = await Wire.SendAsync(rig, one.AsPost() + Probes);
            AssertAnswers(one, outcome);
            bool isTaken = outcome.Answers.Any(Wire.IsAlive);
            bool isExpected = one.IsRefused
                ? isTaken == Laxer.ContainsKey(one.Name)
                : isTaken != Stricter.ContainsKey(one.Name);
            if (!isExpected && (one.IsRefused || one.IsWhole))
                surprises.Add($"{one.Name} ({one.Error}): {Wire.Describe(outcome)}");
        });

        Assert.True(surprises.IsEmpty, string.Join('\n', surprises.Order()));
        Assert.Equal(0, rig.StoredCount);
    }

    [Fact]
    public async Task Case_SplitAtEveryByte_IsAnsweredAsWhole()
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var differences = new ConcurrentBag<string>();

        var wholes = new ConcurrentDictionary<string, string>();
        await Wire.ForEachAsync(CorpusCase.All, async one =>
            wholes[one.Name] = Wire.Describe(await Wire.SendAsync(rig, one.AsPost() + Probes)));

        await Wire.ForEachAsync(CorpusCase.All.SelectMany(EverySplit), async split =>
        {
            string answers = Wire.Describe(await Wire.SendAsync(rig, split.Input + Probes, split.At));
            if (answers != wholes[split.Name])
                differences.Add($"{split.Name} at {split.At}: {answers}, whole {wholes[split.Name]}");
        });

        Assert.True(differences.IsEmpty, string.Join('\n', differences.Order()));
        Assert.Equal(0, rig.StoredCount);
    }

    private static IEnumerable<(string Name, string Input, int At)> EverySplit(CorpusCase one)
    {
        string input = one.AsPost();
        return Enumerable.Range(1, input.Length - 1).Select(at => (one.Name, input, at));
    }

    private static void AssertAnswers(CorpusCase one, RawOutcome outcome)
    {
        int own = outcome.Answers.Count(answer => !Wire.IsAlive(answer));
        // More than whole requests: one that the input left open, and the refusal of what follows, which may
        // be a cut probe.
        int most = one.Messages + (one.IsRefused ? 1 : 2);
        Assert.True(own <= most, $"{one.Name}: {Wire.Describe(outcome)}");
        Assert.True(outcome.Answers.Count(Wire.IsAlive) <= 1, one.Name);
        Assert.All(outcome.Answers, answer => Assert.NotEqual(500, answer.Status));
    }
}
