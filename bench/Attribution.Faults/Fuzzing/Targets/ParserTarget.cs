using System.Text;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// The fast parser of events, in every width, beside the strict one. Used by one thread at a time.
/// </summary>
internal sealed class ParserTarget : FuzzTarget
{
    private static readonly string[] Events =
    [
        """
        {"type":"click","event_id":"e-1","timestamp":"2026-11-21T04:50:00.250Z","user_id":"u1",
        "url":"https://shop.example/p?utm_source=a&utm_medium=%41+&GCLID=Cj0KCQ#x","revenue":"12.3456",
        "currency":"eur","ip":"198.51.100.7","properties":{"a":[1,2.50,{"b":null}],"c":"\u00e9\ud83d\ude00"}}
        """,
        """
        {"type":"purchase","event_id":"0d3b6a1e-6f2c-4c1e-9d1f-0a4f1b0c9e77","timestamp":1795236860000,
        "sent_at":1795236870123,"anonymous_id":"a-1","device_id":"00000000-0000-0000-0000-000000000000",
        "revenue":49.95,"source":"Zoë 😀","term":"a\"b\\c\/d\n","campaign":null,"x":[true,{"y":-0.5e+3}],
        "user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"}
        """,
        """
        { "type" : "install", "device_id": "38400000-8cf0-11bd-b23e-10b96e40000d", "content":"",
        "install_referrer":"utm_source=google-play&utm_term=x&gclid=1%2B2","ip":"2001:db8::7","medium":"m",
        "click_id":"c","referrer":"https://www.google.com/","properties":{} }
        """,
    ];

    private readonly ParserDifference _difference = new();

    public override string Name => "parser";

    public override int ShortRun => 60_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Events.Select(Line),
        Utf8("[" + string.Join(',', Events.Concat(Events).Select(text => text.ReplaceLineEndings(""))) + "]"),
        Utf8(string.Join("\n", Events.Concat(Events).Select(text => text.ReplaceLineEndings("")))),
        Utf8(Events[1].ReplaceLineEndings("").Replace("Mozilla", new string('M', 1_000))),
        Utf8(Events[1].ReplaceLineEndings("").Replace("Mozilla", new string('M', 5_000))),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "{ } [ ] , : \" \\ \\u \\ud800 \\udc00 \\u0041 null true false 0 -0 01 1e3 . \n \r \t \\n"
            .Split(' ').Where(token => token.Length > 0).Select(Utf8),
        [0x80], [0xc3, 0xa9], [0xed, 0xa0, 0x80], [0xff], [0], [0x1f], [0x7f],
        .. ("type event_id user_id anonymous_id device_id install_referrer source medium campaign term "
            + "content click_id url referrer user_agent country properties timestamp sent_at ip revenue "
            + "currency other")
            .Split(' ').Select(name => Utf8($"\"{name}\":")),
        Utf8("\"2026-02-29T12:00:00.000Z\""), Utf8("\"2024-02-29T23:59:60Z\""), Utf8("1795236860000"),
        Utf8("9999999999999"), Utf8("\"255.256.1.01\""), Utf8("0.00001"), Utf8("12345678901234.5"),
    ];

    /// <summary>Two bytes can be an event that is rejected, and is a record then; for each of four.</summary>
    public override long MaxAllocatedBytes(int inputBytes) => (4 * 1024 * 1024) + (4096L * inputBytes);

    public override void Run(byte[] input)
    {
        string? difference = _difference.Find(input);
        FuzzException.Require(difference is null, difference ?? "");
    }

    private static byte[] Line(string text) => Utf8(text.ReplaceLineEndings(""));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
