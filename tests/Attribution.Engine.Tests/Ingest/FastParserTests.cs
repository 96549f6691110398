using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Faults.Fuzzing;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>
/// The fast parser must give what the strict one gives, to the byte, in each of its widths: accepted events
/// with their hashes, the first error with its field, counts, dead letters. Bodies end where memory ends, so
/// that reading too far ends the test run. What both share (completion, queries, hashes) has its own tests.
/// </remarks>
public sealed class FastParserTests : IDisposable
{
    private const int Mutations = 200_000;

    private readonly GuardedBytes _guarded = new(1024 * 1024);
    private readonly ParserDifference _difference = new();

    public void Dispose() => _guarded.Dispose();

    [Theory]
    [InlineData(BodyFormat.JsonArray)]
    [InlineData(BodyFormat.NdJson)]
    public void Read_SimulatedBodies_EqualsStrictAndIsFast(BodyFormat format)
    {
        var body = new EventBody(format);
        EventStream stream = NewStream(8_000);
        int events = 0;
        while (stream.TryAppendTo(body))
        {
            if (body.Count < 1 + (events % 100))
                continue;
            AssertSame(body.Bytes.Span);
            Assert.Equal(body.Count, _difference.Accepted);
            events += body.Count;
            body.Clear();
        }

        Assert.InRange(events, 7_000, 9_000);
    }

    [Fact]
    public void TryParse_SimulatedEvent_IsTaken()
    {
        var body = new EventBody(BodyFormat.NdJson);
        EventStream stream = NewStream(2_000);
        while (stream.TryAppendTo(body))
        {
            Assert.True(_difference.IsTakenFast(body.Bytes.Span, start: 0), Text(body.Bytes.Span));
            body.Clear();
        }
    }

    [Theory]
    [InlineData("{ \"type\" : \"t\" ,\t\"user_id\":\"u\" , \"properties\" : { \"a\" : [ 1 , { } ] } }")]
    [InlineData("{\"type\":\"t\",\"user_id\":\"\\u00e9\\n\\ud83d\\ude00 Zoë\",\"x\":[null],\"term\":null}")]
    [InlineData("{\"type\":\"t\",\"user_id\":\"u\",\"revenue\":-1.5e1,\"ip\":\"::1\",\"sent_at\":1}")]
    public void TryParse_EventAsSomeSendIt_IsTaken(string line) =>
        Assert.True(_difference.IsTakenFast(Bodies.Utf8(line), start: 0));

    [Theory]
    [MemberData(nameof(Samples.All), MemberType = typeof(Samples))]
    public void Read_TruncatedAtEveryByte_EqualsStrict(string sample)
    {
        byte[] body = Bodies.Utf8(sample);
        for (int length = 0; length <= body.Length; length++)
            AssertSame(body.AsSpan(0, length));
    }

    [Fact]
    public void Read_BatchTruncatedAtEveryByte_EqualsStrict()
    {
        byte[] body = Simulated(12);
        Assert.InRange(body.Length, ParserMemory.TailBytes, 2 * ParserMemory.TailBytes);

        for (int length = 0; length <= body.Length; length++)
            AssertSame(body.AsSpan(0, length));
    }

    /// <summary>Everything that ends or interrupts a text, at every place of a step and around it.</summary>
    [Fact]
    public void Read_TextOfEveryLength_EqualsStrict()
    {
        string[] stops =
        [
            "", "\\n", "\\u0041", "\\ud83d\\ude00", "\\ud83d", "\\x", "é", "😀", "\n", "\u001f", "\u007f",
            " ", "\t", "\\\\", "\\\"",
        ];
        foreach (string stop in stops)
        {
            for (int length = 0; length < 100; length++)
            {
                string text = new string('a', length) + stop + new string('b', (length * 7) % 40);
                string one =
                    $"{{\"type\":\"t\",\"user_id\":\"{text}\",\"properties\":{{\"{text}\":\"{text}\"}}}}";
                AssertSame(Bodies.Utf8(one));
                string other = one.Replace("user_id", "device_id");
                AssertSame(Bodies.Utf8($"[{one},{other}{new string(' ', length * 20)}]"));
            }
        }
    }

    /// <summary>Lengths at which the body's end is read from a copy, or from nowhere.</summary>
    [Fact]
    public void Read_EventAroundEveryBoundOfTheEnd_EqualsStrict()
    {
        foreach (int around in (int[])[ParserMemory.NearBytes, ParserMemory.TailBytes, 32 * 1024])
        {
            for (int length = around - 300; length < around + 100; length++)
            {
                string agent = new('m', length);
                string one = Bodies.Event($"\"user_agent\":\"{agent}\",\"ip\":\"::\"");
                AssertSame(Bodies.Utf8(one));
                AssertSame(Bodies.Utf8($"[{one},{one}]"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Read_ValueOfAnyForm_EqualsStrict(string value)
    {
        foreach (EventKey key in Enum.GetValues<EventKey>())
        {
            string name = key == EventKey.Unknown ? "other" : EventKeys.Name(key);
            const string ids = "\"type\":\"t\",\"user_id\":\"u\"";
            string[] bodies =
            [
                $"{{{ids},\"{name}\":{value}}}",
                $"{{\"{name}\":{value},{ids}}}",
                $"[{{\"{name}\" : {value} , \"type\":\"t\"}},{{{ids},\"{name}\":{value},\"{name}\":1}}]",
                $"{{{ids},\"{name}\":\n{value}}}\n{{{ids},\"{name}\":\r{value}}}",
            ];
            foreach (string body in bodies)
                AssertSame(Bodies.Utf8(body));
        }
    }

    public static TheoryData<string> Values =>
    [
        "null", "true", "nul", "\"\"", "\"x\"", "{}", "[]", "{\"a\":{\"b\":[1,2.0,-3e-7,\"\\u00e9\"]}}",
        "[[[]]]", "0", "-0", "01", "-",
        "1.", ".5", "1.5", "-1.25", "49.95", "49.9500", "49.95001", "1234567890123", "12345678901234",
        "1234567890123.4567",
        "99999999999999.9999", "0.0", "00.1", "1e2", "1E-4", "1795236860000", "1795236860000.75",
        "0795236860000",
        "\"1795236860000\"", "\"2026-11-21T04:54:35.123Z\"", "\"2026-11-21T04:54:35.123z\"",
        "\"2026-11-21t04:54:35.123Z\"",
        "\"2026-02-29T04:54:35.123Z\"", "\"2024-02-29T04:54:35.123Z\"", "\"2026-13-01T04:54:35.123Z\"",
        "\"2026-11-00T04:54:35.123Z\"",
        "\"2026-11-21T24:54:35.123Z\"", "\"2026-11-21T04:60:35.123Z\"", "\"2016-12-31T23:59:60.123Z\"",
        "\"2026-11-21T04:54:35Z\"",
        "\"2026-11-21T04:54:35.1234Z\"", "\"2026-11-21T04:54:35.12+01:00\"", "\"1899-12-31T23:59:59.999Z\"",
        "\"2300-01-01T00:00:00.000Z\"",
        "\"2026-11-21T04:54:3:.123Z\"", "\"202/-11-21T04:54:35.123Z\"", "\"198.51.100.7\"",
        "\"198.51.100.07\"", "\"198.51.100.256\"",
        "\"1.1.1.1\"", "\"255.255.255.255\"", "\"0.0.0.0\"", "\"1.1.1\"", "\"1.1.1.1.1\"", "\"1..1.1\"",
        "\".1.1.1\"", "\"1234.1.1.1\"",
        "\"::ffff:1.2.3.4\"", "\"2001:db8::1\"", "\"1.1.1.1x\"", "\"EUR\"", "\"eur\"", "\"EU1\"",
        "\"EURO\"", "\"E\\u0055R\"",
        "\"" + new string('x', 64) + "\"", "\"" + new string('x', 65) + "\"",
        "\"" + new string('x', 257) + "\"",
        "\"" + new string('x', 600) + "\"", "\"\\u00e9" + new string('x', 255) + "\"",
        "\"" + new string('x', 5000) + "\"",
    ];

    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Corpora.Path("json-test-suite", "test_parsing"))
            .Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Read_JsonTestSuite_EqualsStrict(string file) =>
        AssertSameEverywhere(File.ReadAllBytes(Corpora.Path("json-test-suite", "test_parsing", file)));

    [Fact]
    public void Read_GithubWebhooks_EqualsStrict()
    {
        byte[] file = File.ReadAllBytes(Corpora.Path("github-webhooks", "api.github.com", "index.json"));
        using JsonDocument hooks = JsonDocument.Parse(file);
        int count = 0;
        foreach (JsonElement hook in hooks.RootElement.EnumerateArray())
        {
            foreach (JsonElement example in hook.GetProperty("examples").EnumerateArray())
            {
                AssertSameEverywhere(Bodies.Utf8(example.GetRawText()));
                AssertSameEverywhere(JsonSerializer.SerializeToUtf8Bytes(example));
                count++;
            }
        }

        Assert.InRange(count, 100, 10_000);
    }

    [Fact]
    public void Read_Utf8Tests_EqualsStrict()
    {
        foreach (string line in File.ReadLines(Corpora.Path("utf8tests", "utf8tests.txt")))
        {
            string[] parts = line.Split(':');
            bool isCase = parts.Length > 2 && parts[1].EndsWith("hex", StringComparison.Ordinal);
            if (line.StartsWith('#') || !isCase)
                continue;
            byte[] bytes = Convert.FromHexString(parts[2].Replace(" ", ""));
            AssertSameEverywhere([.. "\""u8, .. bytes, .. "\""u8]);
            // Beside one that is right, in the same body.
            AssertSame([.. "[{\"type\":\"a\",\"user_id\":\"u\"},{\"type\":\""u8, .. bytes,
                .. "\",\"user_id\":\"u\"},{\"type\":\"é\",\"user_id\":\"u\"}]"u8]);
        }
    }

    [Fact]
    public void Read_LimitsOfTheEngine_EqualsStrict()
    {
        var limited = new ParserDifference(new IngestLimits { MaxEventBytes = 300, MaxJsonDepth = 4 });
        for (int length = 200; length < 320; length++)
        {
            string text = new('x', length);
            Assert.Null(limited.Find(Bodies.Utf8(Bodies.Event($"\"url\":\"{text}\""))));
        }

        for (int depth = 1; depth < 8; depth++)
        {
            string nested = string.Concat(Enumerable.Repeat("[{\"a\":", depth / 2))
                + (depth % 2 == 0 ? "1" : "[]") + string.Concat(Enumerable.Repeat("}]", depth / 2));
            string body = Bodies.Event($"\"properties\":{{\"a\":{nested}}},\"x\":{nested}");
            Assert.Null(limited.Find(Bodies.Utf8(body)));
        }
    }

    [Fact]
    public void Read_MutatedBodies_EqualsStrict()
    {
        byte[][] seeds =
        [
            .. ((string[])[Samples.Click, Samples.Purchase, Samples.Install, Samples.Array, Samples.Lines])
                .Select(Bodies.Utf8),
            .. Enumerable.Range(1, 12).Select(Simulated),
        ];
        byte[] letters =
            [.. "{}[]\",:\\u0dD8cC1eE+-. tfn\r\n\t"u8, 0, 0x1f, 0x7f, 0x80, 0xc3, 0xa9, 0xf0, 0xff];
        var random = new Random(2026);
        int accepted = 0;
        int count = 0;
        for (int i = 0; i < Mutations; i++)
        {
            List<byte> mutated = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(1, 5); change > 0 && mutated.Count > 0; change--)
                Mutate(mutated, random, letters);
            AssertSame(CollectionsMarshal.AsSpan(mutated));
            (accepted, count) = (accepted + _difference.Accepted, count + _difference.Count);
        }

        Assert.InRange(accepted, count / 4, count - (count / 20));
    }

    private static void Mutate(List<byte> body, Random random, byte[] letters)
    {
        int at = random.Next(body.Count);
        int length = Math.Min(random.Next(1, 40), body.Count - at);
        switch (random.Next(5))
        {
            case 0:
                body[at] = letters[random.Next(letters.Length)];
                break;
            case 1:
                body.Insert(at, letters[random.Next(letters.Length)]);
                break;
            case 2:
                body.RemoveRange(at, random.Next(4) == 0 ? length : 1);
                break;
            case 3:
                body[at] ^= (byte)(1 << random.Next(8));
                break;
            default:
                body.InsertRange(random.Next(body.Count), body.GetRange(at, length));
                break;
        }
    }

    private static EventStream NewStream(long events) => new(new SimulatorOptions
    {
        Events = events,
        End = DateTimeOffset.FromUnixTimeMilliseconds(Bodies.ReceivedMillis),
    });

    private static byte[] Simulated(int count)
    {
        var body = new EventBody();
        EventStream stream = NewStream(1_000);
        while (body.Count < count && stream.TryAppendTo(body))
        {
        }

        return body.Bytes.ToArray();
    }

    /// <summary>As a body, and wherever an event can hold JSON.</summary>
    private void AssertSameEverywhere(byte[] json)
    {
        AssertSame(json);
        AssertSame([.. "{\"type\":\"t\",\"user_id\":\"u\",\"properties\":"u8, .. json, .. "}"u8]);
        AssertSame([.. "{\"type\":\"t\",\"user_id\":\"u\",\"x\":"u8, .. json, .. ",\"term\":\"x\"}"u8]);
        AssertSame([.. "[{\"type\":\"t\",\"user_id\":\"u\",\"term\":"u8, .. json, .. "}]"u8]);
    }

    private void AssertSame(ReadOnlySpan<byte> body)
    {
        string? difference = _difference.Find(_guarded.AtEnd(body));
        if (difference is not null)
            Assert.Fail(difference + "\n" + Text(body));
    }

    private static string Text(ReadOnlySpan<byte> body) => Encoding.Latin1.GetString(body);
}
