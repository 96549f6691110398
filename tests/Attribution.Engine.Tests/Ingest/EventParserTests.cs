using System.Net;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

public class EventParserTests
{
    [Fact]
    public void Parse_EveryField_IsKept()
    {
        ParsedEvent click = Bodies.ReadOne(Samples.Click);

        Assert.Equal("default", click[EventField.Project]);
        Assert.Equal("click", click[EventField.Type]);
        Assert.Equal("e-1", click[EventField.EventId]);
        Assert.Equal("a1", click[EventField.AnonymousId]);
        Assert.Equal("google", click[EventField.Source]);
        Assert.Equal("cpc", click[EventField.Medium]);
        Assert.Equal("Sprüng 1", click[EventField.Campaign]);
        Assert.Equal("Cj0KCQ", click[EventField.ClickId]);
        Assert.Equal("gclid", click[EventField.ClickIdType]);
        Assert.Equal("https://www.google.com/", click[EventField.Referrer]);
        Assert.Equal("Mozilla/5.0 ✓", click[EventField.UserAgent]);
        Assert.Equal("DE", click[EventField.Country]);
        Assert.Equal("""{"a":[1,2.50,{"b":null}],"é":"\ud83d\ude00\n"}""", click[EventField.Properties]);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T03:50:00.250Z"), Time(click));
        Assert.Equal(Address.From(IPAddress.Parse("2001:db8::8a2e:370:7334")), AddressOf(click));
        Assert.Equal(EventHash.EventId(Bodies.Project.Hash, "e-1"u8), click.Record.EventIdHash);
        Assert.Equal(EventHash.Id(Bodies.Project.Hash, IdKind.Anonymous, "a1"u8),
            click.Record.AnonymousIdHash);
        Assert.Equal(0ul, click.Record.UserIdHash);
        Assert.Equal(EventFlags.None, click.Header.Flags);
    }

    [Fact]
    public void Parse_EscapesAndSpace_AreUndone()
    {
        ParsedEvent purchase = Bodies.ReadOne(Samples.Purchase);

        Assert.Equal("purchase", purchase[EventField.Type]);
        Assert.Equal("Zoë 😀", purchase[EventField.UserId]);
        Assert.Equal("a\"b\\c/d", purchase[EventField.Content]);
        Assert.Equal("", purchase[EventField.DeviceId]);
        Assert.Equal(0ul, purchase.Record.DeviceIdHash);
        Assert.Equal("", purchase[EventField.Term]);
        Assert.Equal(12_345_678, purchase.Header.RevenueTenThousandths);
        Assert.Equal(Currency("EUR"), purchase.Header.Currency);
    }

    [Fact]
    public void Parse_SenderClockIsFiveSecondsSlow_TimeIsCorrected()
    {
        ParsedEvent purchase = Bodies.ReadOne(Samples.Purchase);

        Assert.Equal(1_795_236_865_000, purchase.Header.TimestampMillis);
        Assert.Equal(1_795_236_870_123, purchase.Header.SentMillis);
        Assert.True(purchase.Is(EventFlags.HasSentAt | EventFlags.HasRevenue | EventFlags.DerivedId));
        Assert.False(purchase.Is(EventFlags.ReceivedTime));
    }

    [Fact]
    public void Parse_SenderClockStandsAtItsEpoch_TimeIsCorrected()
    {
        ParsedEvent parsed =
            Bodies.ReadOne(Bodies.Event("\"timestamp\":1000,\"sent_at\":\"1970-01-01T00:00:03Z\""));

        Assert.Equal(Bodies.ReceivedMillis - 2_000, parsed.Header.TimestampMillis);
    }

    [Fact]
    public void Parse_NothingOptional_DefaultsHold()
    {
        ParsedEvent parsed = Bodies.ReadOne("""{"type":"x","device_id":"d"}""");

        Assert.Equal(Bodies.ReceivedMillis, parsed.Header.TimestampMillis);
        Assert.Equal(Bodies.ReceivedMillis, parsed.Header.ReceivedMillis);
        Assert.Equal(EventFlags.ReceivedTime | EventFlags.DerivedId, parsed.Header.Flags);
        Assert.Equal(0u, parsed.Header.Currency);
        Assert.Equal(Bodies.Peer, AddressOf(parsed));
        Assert.Equal("", parsed[EventField.Properties]);
    }

    [Fact]
    public void Parse_RevenueWithoutCurrency_IsUsd()
    {
        ParsedEvent parsed = Bodies.ReadOne(Bodies.Event("\"revenue\":0"));

        Assert.True(parsed.Is(EventFlags.HasRevenue));
        Assert.Equal(0, parsed.Header.RevenueTenThousandths);
        Assert.Equal(Currency("USD"), parsed.Header.Currency);
    }

    [Fact]
    public void Parse_DuplicateKeys_TheLastWins()
    {
        ParsedEvent parsed = Bodies.ReadOne(Bodies.Event(
            """
            "source":"a","s\u006furce":"b","term":"x","term":null,"revenue":1,"revenue":2,"currency":"EUR",
            "currency":null,"timestamp":1,"timestamp":null,"ip":"1.1.1.1","ip":null,"properties":{},
            "properties":{"z":1}
            """));

        Assert.Equal("b", parsed[EventField.Source]);
        Assert.Equal("", parsed[EventField.Term]);
        Assert.Equal(20_000, parsed.Header.RevenueTenThousandths);
        Assert.Equal(Currency("USD"), parsed.Header.Currency);
        Assert.True(parsed.Is(EventFlags.ReceivedTime));
        Assert.Equal(Bodies.Peer, AddressOf(parsed));
        Assert.Equal("""{"z":1}""", parsed[EventField.Properties]);
    }

    [Fact]
    public void Parse_NullEverywhere_IsAbsentEverywhere()
    {
        string[] names =
        [
            "event_id", "timestamp", "sent_at", "anonymous_id", "device_id", "install_referrer", "source",
            "medium", "campaign", "term", "content", "click_id", "url", "referrer", "ip", "user_agent",
            "country", "revenue", "currency", "properties",
        ];
        string nulls = string.Join(',', names.Select(name => $"\"{name}\":null"));

        Assert.Equal(
            Bodies.ReadOne("""{"type":"click","user_id":"u1"}""").Describe(),
            Bodies.ReadOne(Bodies.Event(nulls)).Describe());
    }

    [Fact]
    public void Parse_UnknownFields_AreCountedAndIgnored()
    {
        EventBatch batch = Bodies.Read(
            Bodies.Utf8(Bodies.Event("\"Type\":1,\"\":{\"type\":2},\"types\":[[]]")), out _);

        Assert.Equal(3, batch.UnknownFields);
        Assert.Equal("click", ParsedEvent.All(batch)[0][EventField.Type]);
    }

    [Theory]
    [InlineData("type", 64)]
    [InlineData("event_id", 64)]
    [InlineData("country", 64)]
    [InlineData("user_id", 256)]
    [InlineData("anonymous_id", 256)]
    [InlineData("device_id", 256)]
    [InlineData("source", 512)]
    [InlineData("medium", 512)]
    [InlineData("campaign", 512)]
    [InlineData("term", 512)]
    [InlineData("content", 512)]
    [InlineData("click_id", 512)]
    [InlineData("install_referrer", 4096)]
    [InlineData("url", 4096)]
    [InlineData("referrer", 4096)]
    public void Parse_TextAtItsLimit_IsKeptAndOneByteMoreRejected(string name, int limit)
    {
        string most = string.Concat(Enumerable.Repeat("é", limit / 2));

        Bodies.ReadOne(Bodies.Event($"\"{name}\":\"{most}\""));
        Assert.Equal($"{name}: longer than {limit} bytes",
            Bodies.ReasonOf(Bodies.Event($"\"{name}\":\"{most}x\"")));
    }

    [Theory]
    [InlineData("""{"user_id":"u"}""", "type: missing")]
    [InlineData("""{"type":"","user_id":"u"}""", "type: missing")]
    [InlineData("""{"type":"t"}""", "event: no user_id, anonymous_id or device_id")]
    [InlineData("""{"type":"t","user_id":"","device_id":"0000"}""",
        "event: no user_id, anonymous_id or device_id")]
    [InlineData("""{"type":"t","user_id":7}""", "user_id: not a string")]
    [InlineData("""{"type":true,"user_id":"u"}""", "type: not a string")]
    [InlineData("""{"type":"t","user_id":"u","url":{"a":1}}""", "url: not a string")]
    [InlineData("""{"type":"t","user_id":"u","properties":[]}""", "properties: not an object")]
    [InlineData("""{"type":"t","user_id":"u","properties":"{}"}""", "properties: not an object")]
    [InlineData("""{"type":"t","user_id":"u","timestamp":"yesterday"}""", "timestamp: not RFC 3339")]
    [InlineData("""{"type":"t","user_id":"u","timestamp":[1]}""", "timestamp: not RFC 3339")]
    [InlineData("""{"type":"t","user_id":"u","timestamp":true}""", "timestamp: not RFC 3339")]
    [InlineData("""{"type":"t","user_id":"u","sent_at":"x"}""", "sent_at: not RFC 3339")]
    [InlineData("""{"type":"t","user_id":"u","sent_at":"2300-01-01T00:00:00Z"}""", "sent_at: out of range")]
    [InlineData("""{"type":"t","user_id":"u","timestamp":946684799999}""",
        "timestamp: not from 2000 to 24 h ahead")]
    [InlineData("""{"type":"t","user_id":"u","timestamp":1795323275124}""",
        "timestamp: not from 2000 to 24 h ahead")]
    [InlineData("""{"type":"t","user_id":"u","revenue":1.00001}""", "revenue: more than 4 decimals")]
    [InlineData("""{"type":"t","user_id":"u","revenue":"12,5"}""", "revenue: not a decimal number")]
    [InlineData("""{"type":"t","user_id":"u","revenue":false}""", "revenue: not a decimal number")]
    [InlineData("""{"type":"t","user_id":"u","revenue":1e14}""", "revenue: out of range")]
    [InlineData("""{"type":"t","user_id":"u","currency":"EURO"}""", "currency: not three letters")]
    [InlineData("""{"type":"t","user_id":"u","currency":"E1R"}""", "currency: not three letters")]
    [InlineData("""{"type":"t","user_id":"u","ip":"1.2.3.256"}""", "ip: not an IP address")]
    [InlineData("""{"type":"t","user_id":"u","ip":16909060}""", "ip: not an IP address")]
    [InlineData("""{"type":"t","user_id":"u","x":"\ud800"}""", "event: lone surrogate")]
    [InlineData("""{"type":"t","user_id":"\udc00"}""", "event: lone surrogate")]
    [InlineData("""{"type":"t","user_id":"u","x":01}""", "event: not valid JSON")]
    public void Parse_BadField_IsRejectedWithItsReason(string body, string reason) =>
        Assert.Equal(reason, Bodies.ReasonOf(body));

    [Theory]
    [InlineData("\"timestamp\":946684800000")]
    [InlineData("\"timestamp\":1795323275123")]
    [InlineData("\"timestamp\":\"1795236875123\"")]
    [InlineData("\"revenue\":\"-99999999999999.9999\"")]
    [InlineData("\"currency\":\"usd\"")]
    [InlineData("\"ip\":\"\"")]
    public void Parse_ValueAtTheEdge_IsAccepted(string field) => Bodies.ReadOne(Bodies.Event(field));

    [Fact]
    public void Parse_EventOf32KiB_IsKeptAndOneByteMoreRejected()
    {
        string frame = Bodies.Event("\"event_id\":\"e\",\"properties\":{\"p\":\"\"}");
        string padding = new('p', EventRecord.MaxBytes - frame.Length);

        ParsedEvent largest = Bodies.ReadOne(frame.Replace("\"\"", $"\"{padding}\""));

        Assert.Equal(padding.Length + 8, largest[EventField.Properties].Length);
        Assert.Equal(
            "event: larger than the limit", Bodies.ReasonOf(frame.Replace("\"\"", $"\"{padding}p\"")));
    }

    [Fact]
    public void Parse_DerivedIdLeadsOverTheLimit_IsRejected()
    {
        string frame = Bodies.Event("\"properties\":{\"p\":\"\"}");
        string padding = new('p', EventRecord.MaxBytes - frame.Length);

        Assert.Equal(
            "event: larger than the limit", Bodies.ReasonOf(frame.Replace("\"\"", $"\"{padding}\"")));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Parse_DepthWithTheEvent_IsAtMost64(int inner, bool isAccepted)
    {
        string arrays = new string('[', inner) + new string(']', inner);
        string objects = string.Concat(Enumerable.Repeat("{\"a\":", inner)) + "1" + new string('}', inner);

        string[] bodies = [Bodies.Event("\"x\":" + arrays), Bodies.Event("\"properties\":" + objects)];
        foreach (string body in bodies)
        {
            if (isAccepted)
                Bodies.ReadOne(body);
            else
                Assert.Equal("event: deeper than the limit", Bodies.ReasonOf(body));
        }
    }

    [Fact]
    public void Parse_RejectedEvent_IsADeadLetterOfItsBytes()
    {
        ParsedEvent dead = Assert.Single(
            ParsedEvent.All(Bodies.Read(Bodies.Utf8("{\"type\":5} \r\n"), out _)));

        Assert.Equal("{\"type\":5}", dead[EventField.Properties]);
        Assert.Equal("default", dead[EventField.Project]);
        Assert.Equal(Bodies.ReceivedMillis, dead.Header.ReceivedMillis);
        Assert.False(dead.Is(EventFlags.Truncated));
    }

    [Fact]
    public void Parse_RejectedEventOverTheLimit_IsCutToIt()
    {
        byte[] body = Bodies.Utf8(Bodies.Event("\"x\":\"" + new string('x', 40_000) + "\""));

        ParsedEvent dead = Assert.Single(ParsedEvent.All(Bodies.Read(body, out _)));

        Assert.True(dead.Is(EventFlags.Truncated));
        Assert.Equal(EventRecord.MaxBytes, dead.Header.BytesLength);
        Assert.True(body.AsSpan().StartsWith(dead.Bytes(EventField.Properties)));
    }

    private static DateTimeOffset Time(ParsedEvent parsed) =>
        DateTimeOffset.FromUnixTimeMilliseconds(parsed.Header.TimestampMillis);

    private static Address AddressOf(ParsedEvent parsed) => new(parsed.Header.IpHigh, parsed.Header.IpLow);

    private static uint Currency(string code) => (uint)(code[0] | (code[1] << 8) | (code[2] << 16));
}
