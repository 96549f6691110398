using System.Collections.Concurrent;
using System.Reflection;
using Attribution.Engine.Api;
using Attribution.Engine.Tests.Api.Support;
using Attribution.Faults.Fuzzing.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Attribution.Engine.Tests.Api;

/// <remarks>
/// Each class of request that two servers can read differently, as a POST of events with a second one hidden
/// behind it or in it. Every one must be refused, once, and its connection closed before anything else is
/// read.
/// </remarks>
public class SmugglingTests
{
    /// <summary>Kestrel fails on it before the engine sees it, and closes without a word.</summary>
    private const string Unanswered = "CL+TE with X-Content-Length";

    private static readonly string First = Wire.Event("first");
    private static readonly string Hidden = Wire.Post(Wire.Event("smuggled")) + Wire.Probe;
    private static readonly string Length = $"Content-Length: {First.Length}\r\n";
    private const string Chunked = "Transfer-Encoding: chunked\r\n";
    private static readonly string Size = $"{First.Length:x}";

    private static readonly Dictionary<string, string> Refused = new()
    {
        ["duplicate Content-Length, equal"] = Wire.Post(Length + Length, First),
        ["duplicate Content-Length, other"] = Wire.Post("Content-Length: 0\r\n" + Length, First),
        ["duplicate Content-Length, other case"] = Wire.Post("content-LENGTH: 0\r\n" + Length, First),
        ["Content-Length list"] = Wire.Post($"Content-Length: {First.Length}, {First.Length}\r\n", First),
        ["Content-Length with +"] = Wire.Post($"Content-Length: +{First.Length}\r\n", First),
        ["Content-Length with -"] = Wire.Post($"Content-Length: -{First.Length}\r\n", First),
        ["Content-Length with 0x"] = Wire.Post($"Content-Length: 0x{Size}\r\n", First),
        ["Content-Length with _"] = Wire.Post("Content-Length: 4_2\r\n", First),
        ["Content-Length with a space"] = Wire.Post("Content-Length: 4 2\r\n", First),
        ["Content-Length empty"] = Wire.Post("Content-Length:\r\n", First),
        ["Content-Length overflow"] = Wire.Post("Content-Length: 18446744073709551658\r\n", First),
        ["CL+TE"] = Wire.Post(Length + Chunked, Chunk(First)),
        ["TE+CL"] = Wire.Post(Chunked + Length, Chunk(First)),
        [Unanswered] = Wire.Post("X-Content-Length: 1\r\n" + Length + Chunked, Chunk(First)),
        ["TE with X-Content-Length"] = Wire.Post("X-Content-Length: 1\r\n" + Chunked, Chunk(First)),
        ["CL+TE identity"] = Wire.Post(Length + "Transfer-Encoding: identity\r\n", First),
        ["bare LF between headers"] = Wire.Post("X: y\n" + Length, First),
        ["bare LF hides a header"] = Wire.Post("X: y\n" + Chunked, Chunk(First)),
        ["bare LF ends the request line"] = Wire.Post(Length, First).Replace("HTTP/1.1\r\n", "HTTP/1.1\n"),
        ["bare LF ends the headers"] = Wire.Post(Length, "").TrimEnd() + "\r\n\n" + First,
        ["lone CR between headers"] = Wire.Post("X: y\r" + Length, First),
        ["lone CR in a value"] = Wire.Post("X: y\rz\r\n" + Length, First),
        ["obs-fold of a value"] = Wire.Post("X: y\r\n z\r\n" + Length, First),
        ["obs-fold of Transfer-Encoding"] = Wire.Post("Transfer-Encoding:\r\n chunked\r\n", Chunk(First)),
        ["obs-fold of the first header"] = Wire.Post(Length, First).Replace("Host", " Host"),
        ["space before colon, Content-Length"] = Wire.Post($"Content-Length : {First.Length}\r\n", First),
        ["space before colon, Transfer-Encoding"] =
            Wire.Post("Transfer-Encoding : chunked\r\n", Chunk(First)),
        ["tab before colon"] = Wire.Post("Transfer-Encoding\t: chunked\r\n", Chunk(First)),
        ["vertical tab before colon"] = Wire.Post("Content-Length\v: 0\r\n" + Length, First),
        ["NUL in a value"] = Wire.Post("X: y\0z\r\n" + Length, First),
        ["NUL in a name"] = Wire.Post("X\0: y\r\n" + Length, First),
        ["control in a value"] = Wire.Post("Transfer-Encoding: \vchunked\r\n" + Length, First),
        ["control in another value"] = Wire.Post("X: \f\r\n" + Length, First),
        ["no name"] = Wire.Post(": y\r\n" + Length, First),
        ["no colon"] = Wire.Post("X\r\n" + Length, First),
        ["TE twice"] = Wire.Post(Chunked + Chunked, Chunk(First)),
        ["TE list of two"] = Wire.Post("Transfer-Encoding: chunked, chunked\r\n", Chunk(First)),
        ["TE unknown before chunked"] = Wire.Post("Transfer-Encoding: gzip, chunked\r\n", Chunk(First)),
        ["TE chunked before unknown"] = Wire.Post("Transfer-Encoding: chunked, gzip\r\n", Chunk(First)),
        ["TE with a parameter"] = Wire.Post("Transfer-Encoding: chunked;q=1\r\n", Chunk(First)),
        ["TE in quotes"] = Wire.Post("Transfer-Encoding: \"chunked\"\r\n", Chunk(First)),
        ["TE xchunked"] = Wire.Post("Transfer-Encoding: xchunked\r\n", Chunk(First)),
        ["TE in HTTP/1.0"] = Wire.Post("Connection: keep-alive\r\n" + Chunked, Chunk(First))
            .Replace("HTTP/1.1", "HTTP/1.0"),
        ["chunk extension with lone LF"] = Wire.Post(Chunked, $"{Size};a\nb\r\n{First}\r\n0\r\n\r\n"),
        ["chunk extension ended by lone LF"] = Wire.Post(Chunked, $"{Size};\n{First}\r\n0\r\n\r\n"),
        ["chunk extension with lone CR"] = Wire.Post(Chunked, $"{Size};a\rb\r\n{First}\r\n0\r\n\r\n"),
        ["chunk size ended by LF"] = Wire.Post(Chunked, $"{Size}\n{First}\r\n0\r\n\r\n"),
        ["chunk size ended by CR"] = Wire.Post(Chunked, $"{Size}\r{First}\r\n0\r\n\r\n"),
        ["chunk data ended by LF"] = Wire.Post(Chunked, $"{Size}\r\n{First}\n0\r\n\r\n"),
        ["chunk data not ended"] = Wire.Post(Chunked, $"{Size}\r\n{First}0\r\n\r\n"),
        ["chunk size with +"] = Wire.Post(Chunked, $"+{Chunk(First)}"),
        ["chunk size with -"] = Wire.Post(Chunked, $"-{Chunk(First)}"),
        ["chunk size with 0x"] = Wire.Post(Chunked, $"0x{Chunk(First)}"),
        ["chunk size with _"] = Wire.Post(Chunked, $"0_{Chunk(First)}"),
        ["chunk size after a space"] = Wire.Post(Chunked, " " + Chunk(First)),
        ["chunk size before a space"] = Wire.Post(Chunked, $"{Size} \r\n{First}\r\n0\r\n\r\n"),
        ["chunk size empty"] = Wire.Post(Chunked, $"\r\n{First}\r\n0\r\n\r\n"),
        ["chunk size overflow"] = Wire.Post(Chunked, $"10000000000000000{Chunk(First)}"),
        ["lone LF in a trailer"] = Wire.Post(Chunked, $"{Size}\r\n{First}\r\n0\r\nX: y\nZ: 1\r\n\r\n"),
        ["lone CR in a trailer"] = Wire.Post(Chunked, $"{Size}\r\n{First}\r\n0\r\nX: y\rZ: 1\r\n\r\n"),
        ["NUL in a trailer"] = Wire.Post(Chunked, $"{Size}\r\n{First}\r\n0\r\nX: \0\r\n\r\n"),
        ["upgrade without a length"] = Wire.Post("Connection: upgrade\r\nUpgrade: ws\r\n", First),
    };

    private static readonly Dictionary<string, string> Taken = new()
    {
        ["a length"] = Wire.Post(Length, First),
        ["a length with zeros"] = Wire.Post($"Content-Length: 00{First.Length}\r\n", First),
        ["a chunk"] = Wire.Post(Chunked, Chunk(First)),
        ["chunks"] = Wire.Post("transfer-encoding: CHUNKED\r\n",
            $"1\r\n{{\r\n{First.Length - 1:X};a=b\r\n{First[1..]}\r\n000;x\r\nTrailer: t\r\n\r\n"),
        // Quotes cannot hold a CRLF, so all end the extension at it, balanced or not.
        ["a chunk extension with a lone quote"] = Wire.Post(
            Chunked, $"{Size};a=\"b; c\r\n{First}\r\n0\r\n\r\n"),
        ["an upgrade with a length"] = Wire.Post("Connection: upgrade\r\nUpgrade: ws\r\n" + Length, First),
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public static TheoryData<string> TakenNames => [.. Taken.Keys];

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public async Task Post_ThatTwoServersReadDifferently_IsRefusedOnceAndNothingIsStored(string name)
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        string input = Refused[name] + Hidden;

        await Wire.ForEachAsync(Positions(Refused[name]), async at =>
        {
            RawOutcome outcome = await Wire.SendAsync(rig, input, at);
            string answers = Wire.Describe(outcome);
            bool isRefused = answers is "400" or "501" || (answers.Length == 0 && name == Unanswered);
            Assert.True(isRefused, $"at {at}: {answers}");
        });

        Assert.Equal(0, rig.StoredCount);
    }

    /// <remarks>The same way of looking sees both events where nothing is wrong.</remarks>
    [Theory]
    [MemberData(nameof(TakenNames))]
    public async Task Post_ThatAllReadAlike_IsAnsweredAndStoredOnceEach(string name)
    {
        await using EdgeRig rig = await EdgeRig.StartAsync(new EdgeOptions());
        var answers = new ConcurrentBag<string>();
        string input = Taken[name] + Hidden;

        await Wire.ForEachAsync(Positions(input), async at =>
            answers.Add(Wire.Describe(await Wire.SendAsync(rig, input, at))));

        Assert.Equal("200 200 alive", Assert.Single(answers.Distinct()));
        Assert.Equal(answers.Count, rig.Stored["first"]);
        Assert.Equal(answers.Count, rig.Stored["smuggled"]);
        Assert.Equal(2 * answers.Count, rig.StoredCount);
    }

    /// <remarks>CVE-2025-55315 is fixed in 10.0.0; previews and candidates of it have it still.</remarks>
    [Fact]
    public void Runtime_IsAReleaseWithoutTheChunkExtensionFlaw()
    {
        Assert.True(Environment.Version >= new Version(10, 0, 0), $"{Environment.Version}");
        string kestrel = typeof(KestrelServer).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.DoesNotContain('-', kestrel.Split('+')[0]);
    }

    /// <summary>Unsplit, and split at every byte.</summary>
    private static IEnumerable<int> Positions(string input) => Enumerable.Range(0, input.Length);

    private static string Chunk(string data) => $"{data.Length:x}\r\n{data}\r\n0\r\n\r\n";
}
