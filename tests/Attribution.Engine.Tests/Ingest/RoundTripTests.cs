using System.Globalization;
using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>
/// Random events are written as JSON in a random hand (order, white space, escapes, nulls between), in one of
/// the three body forms, cut into random segments; what is read must be the events.
/// </remarks>
public class RoundTripTests
{
    private static readonly EventField[] Texts =
    [
        EventField.EventId, EventField.AnonymousId, EventField.DeviceId, EventField.Source, EventField.Medium,
        EventField.Campaign, EventField.Term, EventField.Content, EventField.ClickId, EventField.Referrer,
        EventField.UserAgent, EventField.Country,
    ];

    private static readonly Gen<string> Text =
        Gen.Frequency(
            (6, Gen.Choose(0x20, 0x7e)), (1, Gen.Choose(0, 0x1f)), (1, Gen.Choose(0x80, 0xd7ff)),
            (1, Gen.Choose(0xe000, 0x10ffff)), (1, Gen.Elements('"', '\\', '/', 0x7f, 0x2028)))
        .Select(value => new Rune(value).ToString()).ListOf()
        .Select(runes => string.Concat(runes.Take(15)));

    private static readonly Gen<Sent> Event =
        from type in Text.Where(text => text.Length > 0)
        from user in Text.Where(text => text.Length > 0)
        from texts in Gen.ArrayOf(Text, Texts.Length)
        from minutes in Gen.Choose(0, 10_000_000)
        from millis in Gen.Choose(0, 999)
        from revenue in Gen.Choose(int.MinValue, int.MaxValue)
        from nested in Text
        select new Sent(type, user, texts, 947_000_000_000 + (minutes * 60_000L) + millis, revenue, nested);

    [Fact]
    public void Read_RandomEventsInARandomHand_AreTheEvents() => Prop.ForAll(
        Event.ListOf().Where(list => list.Count > 0).Zip(Gen.Choose(0, int.MaxValue)).ToArbitrary(),
        pair => Check(pair.Item1, new Random(pair.Item2)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static bool Check(IList<Sent> sent, Random random)
    {
        string[] rendered = [.. sent.Select(one => new JsonHand(random).Write(one.Fields(random)))];
        byte[] body = Bodies.Utf8(random.Next(2) == 0
            ? "[" + string.Join(" ,\n", rendered) + "]" : string.Join("\r\n", rendered));
        if (random.Next(3) == 0)
            body = Bodies.Gzip(body);

        EventBatch batch = Bodies.Read(
            Sequences.SplitAt(body, random.Next(body.Length)), Bodies.Context, out BodyError error);

        Assert.Equal(BodyError.None, error);
        Assert.Empty(batch.Rejections.ToArray());
        Assert.Equal(sent.Count, batch.Accepted);
        foreach ((ParsedEvent parsed, Sent one) in ParsedEvent.All(batch).Zip(sent))
            one.AssertEqual(parsed);
        return true;
    }

    private sealed record Sent(
        string Type, string User, string[] Values, long Millis, int Revenue, string Nested)
    {
        public List<(string Name, string Json)> Fields(Random random)
        {
            var hand = new JsonHand(random);
            DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(Millis).ToOffset(
                TimeSpan.FromMinutes(random.Next(-840, 841)));
            string revenue = (Revenue / 10_000m).ToString(CultureInfo.InvariantCulture);
            List<(string, string)> fields =
            [
                ("type", hand.Text(Type)), ("user_id", hand.Text(User)),
                ("timestamp", random.Next(2) == 0
                    ? Millis.ToString(CultureInfo.InvariantCulture)
                    : hand.Text(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture))),
                ("revenue", random.Next(2) == 0 ? revenue : hand.Text(revenue)),
                ("properties", Properties), ("x" + Nested, hand.Text(Nested)),
            ];
            foreach ((EventField field, string value) in Texts.Zip(Values))
                fields.Add((EventKeys.Name((EventKey)field), value.Length == 0 ? "null" : hand.Text(value)));
            return fields;
        }

        private string Properties => new JsonHand(new Random(Revenue)).Write(
            [("a", new JsonHand(new Random(Revenue)).Text(Nested)), ("b", "[1,{}]")]);

        public void AssertEqual(ParsedEvent parsed)
        {
            Assert.Equal(Type, parsed[EventField.Type]);
            Assert.Equal(User, parsed[EventField.UserId]);
            Assert.Equal(Properties, parsed[EventField.Properties]);
            Assert.Equal(Millis, parsed.Header.TimestampMillis);
            Assert.Equal(Revenue, parsed.Header.RevenueTenThousandths);
            foreach ((EventField field, string value) in Texts.Zip(Values))
            {
                bool isDerived = field == EventField.EventId && value.Length == 0;
                bool isZeros = field == EventField.DeviceId && value.All(letter => letter is '0' or '-');
                if (!isDerived)
                    Assert.Equal(isZeros ? "" : value, parsed[field]);
            }
        }
    }
}
