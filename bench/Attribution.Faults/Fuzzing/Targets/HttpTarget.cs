using System.Text;
using Attribution.Engine.Api;
using Attribution.Faults.Fuzzing.Http;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// The engine's edge on its real server, over one connection per input: never a 500, never more events than
/// the requests hold, and alive afterwards. Used by one thread at a time.
/// </summary>
internal sealed class HttpTarget : FuzzTarget
{
    private const string Event = "{\"type\":\"t\",\"user_id\":\"u\",\"event_id\":\"e\"}";

    /// <summary>Whatever an input leaves open is ended by these, or refused for them.</summary>
    private static readonly byte[] Probes = Encoding.ASCII.GetBytes(string.Concat(
        Enumerable.Repeat("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 4)));

    private readonly EdgeRig _rig;

    private HttpTarget(EdgeRig rig) => _rig = rig;

    public override string Name => "http";

    public override int ShortRun => 600;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Latin1($"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: {Event.Length}\r\n\r\n{Event}"),
        Latin1("POST /v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"5;a=b\r\n{Event[..5]}\r\n{Event.Length - 5:x}\r\n{Event[5..]}\r\n0\r\nX: y\r\n\r\n"),
        Latin1("GET /readyz?a=b HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nX-Write-Key: k\r\n\r\n"),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", "\r\n\r\n", "Content-Length: ",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue\r\n", "Content-Encoding: gzip\r\n", "Connection: upgrade\r\nUpgrade: x\r\n",
            "ffffffffffffffff", "HTTP/1.0", "HTTP/2.0", "CONNECT ", "OPTIONS * ", "%00", "\u00ff",
            "POST /v1/events HTTP/1.1\r\nHost: a\r\n", Event, "[", "\u001f\u008b\b",
        }.Select(Latin1),
    ];

    /// <summary>The server allocates on other threads; its own limits are tested as limits.</summary>
    public override long MaxAllocatedBytes(int inputBytes) => long.MaxValue;

    public static async Task<FuzzTarget> CreateAsync() =>
        // What an input leaves open for ever is ended soon.
        new HttpTarget(await EdgeRig.StartAsync(new EdgeOptions
        {
            HeaderTimeout = TimeSpan.FromSeconds(2),
            IdleTimeout = TimeSpan.FromSeconds(2),
            BodyGrace = TimeSpan.FromSeconds(2),
        }).ConfigureAwait(false));

    public override void Run(byte[] input)
    {
        long before = _rig.StoredCount;
        try
        {
            RawOutcome outcome = RawExchange.RunAsync(
                _rig.Port, (byte[])[.. input, .. Probes], new RawSending { EndsSending = false },
                CancellationToken.None).GetAwaiter().GetResult();
            foreach (RawAnswer answer in outcome.Answers)
                FuzzException.Require(answer.Status is not 500, $"500 {answer.Body}");
        }
        catch (FormatException answer)
        {
            throw new FuzzException("the answer is not HTTP: " + answer.Message);
        }

        // An object, a line or an element can be an event, be it one that is rejected.
        int most = input.Count(value => value is (byte)'{' or (byte)'\n' or (byte)',') + 1;
        FuzzException.Require(_rig.StoredCount - before <= most, "more events than were sent");
    }

    public override async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
