using System.Text;
using System.Text.Json;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// The reader of bodies and parser of events, beside <see cref="Utf8JsonReader"/>: what one of them takes for
/// JSON the other must. Used by one thread at a time.
/// </summary>
internal sealed class EventsTarget : FuzzTarget
{
    private static readonly string Event =
        """
        {"type":"click","event_id":"e-1","timestamp":"2026-11-21T04:50:00.250+01:00","user_id":"u1",
        "url":"https://shop.example/p?utm_source=a&utm_medium=%41+&gclid=Cj0KCQ#x","revenue":"12.3456",
        "currency":"eur","ip":"2001:db8::8a2e:370:7334","properties":{"a":[1,2.50,{"b":null}]}}
        """.ReplaceLineEndings("");

    private static readonly IngestContext Context =
        new(new Project("fuzz"), new Address(1, 2), ReceivedMillis: 1_795_236_875_123);

    private readonly EventBatch _batch = new();

    public override string Name => "events";

    public override int ShortRun => 60_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Utf8(Event),
        Utf8("[" + Event + ", {\"type\":3},\n{\"type\":\"t\",\"device_id\":\"\\u0064\\ud83d\\ude00\"}]"),
        Utf8(Event + "\n{\"type\":\"install\",\"install_referrer\":\"utm_source%3Dgp\"}\r\n\n"),
        Utf8("\uFEFF{\"type\":\"t\",\"anonymous_id\":\"Zoë 😀\",\"sent_at\":1795236870123}"),
        Utf8("[[[[{\"a\":[true,false,null,-0.1E+5]}]]],\"\",0,{}]"),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "{ } [ ] , : \" \\ \\u \\ud800 \\udc00 \\u0000 null true false 0 -0 01 1e999 . \n \r\n \t"
            .Split(' ').Select(Utf8),
        [0x80], [0xc3], [0xc3, 0xa9], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0], [0x1f, 0x8b],
        Utf8("\"type\":"), Utf8("\"event_id\":\"\","), Utf8("\"timestamp\":"),
        Utf8("\"url\":\"?utm_source=%"),
        Utf8("\"properties\":{"), Utf8("\"ip\":\"::\","), Utf8("{\"a\":"), Utf8(new string('[', 70)),
    ];

    /// <summary>Two bytes can be an event that is rejected, and is a record then.</summary>
    public override long MaxAllocatedBytes(int inputBytes) => (512 * 1024) + (1024L * inputBytes);

    public override void Run(byte[] input)
    {
        _batch.Clear();
        _batch.Trim();
        BodyError error = BatchReader.Read(input, Context, _batch);
        if (error != BodyError.None)
            FuzzException.Require(_batch.Count == 0, "a refused body left events behind");

        int offset = 0;
        foreach (ref readonly EventRecord record in _batch.Records)
            Check(record, ref offset);
        FuzzException.Require(offset == _batch.TextBytes, "the text is not that of the events");
        Compare(input, error);
    }

    private void Check(in EventRecord record, ref int offset)
    {
        ReadOnlySpan<byte> text = _batch.Text.Slice(offset, record.Header.BytesLength);
        offset += text.Length;
        bool isEvent = record.Header.Kind == EventKind.Event;
        for (EventField field = 0; field <= EventField.Properties; field++)
        {
            FieldSlice slice = record.Header.Fields[(int)field];
            FuzzException.Require(
                slice.Offset + slice.Length <= text.Length, "a field lies outside its event");
            FuzzException.Require(
                !isEvent || Utf8IsValid(record.Field(field, text)), "an accepted event's text is not UTF-8");
        }

        FuzzException.Require(
            !isEvent || record.Header.Fields[(int)EventField.EventId].Length > 0, "an event without an id");
    }

    private void Compare(byte[] input, BodyError error)
    {
        ReadOnlySpan<byte> body = input;
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        ReadOnlySpan<byte> start = body.TrimStart(" \t\r\n"u8);
        bool isArray = start.StartsWith("["u8);
        // Lines are several documents, and 32 KiB is a limit that JSON does not have.
        bool isOneObject = start.StartsWith("{"u8) && !body.Contains((byte)'\n');
        if ((!isArray && !isOneObject) || body.Length > EventRecord.MaxBytes)
            return;

        bool isTaken = error == BodyError.None && !HasSyntaxError();
        bool isJson = IsJson(body, isArray ? JsonScanner.MaxDepth + 1 : JsonScanner.MaxDepth);
        FuzzException.Require(!isJson || isTaken, "JSON was refused as such");
        // Of what is no event an array's reader need not know more than that.
        FuzzException.Require(
            isJson || !isTaken || (isArray && _batch.Rejected > 0), "what is no JSON was taken as such");
    }

    private bool HasSyntaxError()
    {
        foreach (Rejection rejection in _batch.Rejections)
        {
            if (rejection.Error is ParseError.Syntax or ParseError.NotUtf8 or ParseError.LoneSurrogate
                or ParseError.TooDeep)
                return true;
        }

        return false;
    }

    private static bool IsJson(ReadOnlySpan<byte> document, int maxDepth)
    {
        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
                // Only reading a string shows bad UTF-8 and lone surrogates.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }

            return true;
        }
        catch (Exception refusal) when (refusal is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Utf8IsValid(ReadOnlySpan<byte> text) => System.Text.Unicode.Utf8.IsValid(text);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
