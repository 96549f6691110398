using System.Text.Json.Nodes;
using Attribution.Model.Conditions;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using static Attribution.Model.Tests.Support.ConditionSample;

namespace Attribution.Model.Tests.Conditions;

public class ConditionFieldTests
{
    [Theory]
    [InlineData("url.host", "https://User@Www.Shop.example:8080/a/b?c#d", "Www.Shop.example")]
    [InlineData("url.path", "https://shop.example/a/b?c=/x#d", "/a/b")]
    [InlineData("url.path", "https://shop.example/a#b?c", "/a")]
    [InlineData("url.path", "shop.example/a", "/a")]
    [InlineData("url.path", "/cart?x=1", "/cart")]
    [InlineData("url.path", "https://shop.example?x=/1", null)]
    [InlineData("url.query.ref", "https://shop.example/?a=1&ref=x%20y+z&ref=2#ref=3", "x y z")]
    [InlineData("url.query.REF", "https://shop.example/?Ref=x", "x")]
    [InlineData("url.query.ref", "https://shop.example/?ref=&ref=2", "2")]
    [InlineData("url.query.ref", "https://shop.example/?ref", "")]
    [InlineData("url.query.ref", "https://shop.example/?xref=1&refx=2", null)]
    [InlineData("url.query.ref", "https://shop.example/ref=1", null)]
    [InlineData("url.query.ref", "https://shop.example/#?ref=1", null)]
    [InlineData("url.query.ref", "?ref=%zz%4", "%zz%4")]
    [InlineData("url.query.ref", "?ref=%ff+", "%ff+")]
    [InlineData("url.query.a.b", "?a.b=%C3%A9", "é")]
    [InlineData("url", "", null)]
    public void Matches_PartOfTheUrl_IsThatPart(string field, string url, string? text) =>
        AssertText(field, new EventSample("visit", (EventField.Url, url)), text);

    [Theory]
    [InlineData("properties.a", """{"a":"x"}""", "x")]
    [InlineData("properties.a", """{ "b" : {"a":1}, "a" : "\u0078\n\ud83d\ude00" }""", "x\n😀")]
    [InlineData("properties.a.b.c", """{"a":{"c":1,"b":{"c":true}}}""", "true")]
    [InlineData("properties.a", """{"a":12.50}""", "12.50")]
    [InlineData("properties.a", """{"a":"first","a":"second"}""", "first")]
    [InlineData("properties.é\"", """{"\u00e9\"":"y"}""", "y")]
    [InlineData("properties.a", """{"a":""}""", "")]
    [InlineData("properties.a", """{"a":null}""", null)]
    [InlineData("properties.a.b", """{"a":"b"}""", null)]
    [InlineData("properties.a.b", """{"a":[{"b":1}]}""", null)]
    [InlineData("properties.a", """{"b":{"a":1}}""", null)]
    [InlineData("properties.a", """{"b":1""", null)]
    [InlineData("properties.a", """["a"]""", null)]
    [InlineData("properties.a", "nonsense", null)]
    [InlineData("properties.a", "", null)]
    public void Matches_Property_IsTheValueAtThePath(string field, string properties, string? text) =>
        AssertText(field, new EventSample("visit", (EventField.Properties, properties)), text);

    [Theory]
    [InlineData("{\"a\":{\"b\":1}}")]
    [InlineData("{\"a\":[\"x\"]}")]
    [InlineData("{\"a\":\"x\\ud800\"}")]
    public void Matches_PropertyThatIsNoScalar_ExistsAndHasNoText(string properties)
    {
        var sample = new EventSample("visit", (EventField.Properties, properties));

        Assert.True(Holds("""{"field":"properties.a","exists":true}""", sample));
        Assert.False(Holds("""{"field":"properties.a","contains":"x"}""", sample));
        Assert.False(Holds("""{"field":"properties.a","regex":"^"}""", sample));
    }

    /// <summary>Longer than any buffer on the stack: the text goes through a pooled one.</summary>
    [Fact]
    public void Matches_LongEscapedProperty_IsReadWhole()
    {
        string text = new string('x', 20_000) + "\\u0041end";
        var sample = new EventSample("visit", (EventField.Properties, $$"""{"a":"{{text}}"}"""));

        Assert.True(Holds("""{"field":"properties.a","suffix":"xAend"}""", sample));
        Assert.True(Holds("""{"field":"properties.a","contains":"XaEND","ignore_case":true}""", sample));
    }

    [Theory]
    [InlineData("(direct)", "", "", "https://news.example/", "traffic.source", "news.example")]
    [InlineData("", "", "", "https://News.Example/", "traffic.medium", "referral")]
    [InlineData("", "", "", "https://intranet/", "traffic.source", null)]
    [InlineData("Google", "CPC", "", "", "traffic.source", "google")]
    [InlineData("Google", "CPC", "", "", "traffic.medium", "cpc")]
    [InlineData("", "", "gclid", "", "traffic.source", "google")]
    [InlineData("", "", "gclid", "", "traffic.medium", "cpc")]
    [InlineData("", "", "dclid", "", "traffic.medium", "display")]
    [InlineData("", "", "irclickid", "", "traffic.medium", "affiliate")]
    [InlineData("", "", "fbclid", "", "traffic.medium", null)]
    [InlineData("", "email", "gclid", "", "traffic.source", null)]
    [InlineData("", "email", "", "https://www.google.com/", "traffic.source", null)]
    [InlineData("", "", "unknown", "", "traffic.medium", "cpc")]
    [InlineData("", "", "fbclid", "", "traffic.site", "social")]
    [InlineData("", "", "", "", "traffic.site", "unknown")]
    [InlineData("", "", "", "https://docs.google.com/", "traffic.site", "site")]
    [InlineData("", "", "", "https://a.example/", "traffic.is_tagged", "false")]
    [InlineData("", "", "x", "", "traffic.is_tagged", "true")]
    [InlineData("", "", "", "https://a.example/", "referrer.is_external", "true")]
    [InlineData("", "", "", "https://shop.example/", "referrer.is_external", "false")]
    [InlineData("", "", "", "https://a.example/b", "referrer.host", "a.example")]
    [InlineData("", "", "", "", "touch.kind", "view")]
    public void Matches_DerivedField_IsFilledIn(
        string source, string medium, string parameter, string referrer, string field, string? text)
    {
        var sample = new EventSample(
            "visit", (EventField.Source, source), (EventField.Medium, medium),
            (EventField.ClickId, parameter.Length > 0 ? "id" : ""), (EventField.ClickIdType, parameter),
            (EventField.Referrer, referrer), (EventField.Url, "https://www.shop.example/"));

        AssertText(field, sample, text, TouchKind.View);
    }

    [Theory]
    [InlineData("traffic.source", "google")]
    [InlineData("traffic.site", "unknown")]
    [InlineData("traffic.is_tagged", "false")]
    [InlineData("touch.kind", "click")]
    public void Matches_DerivedFieldOfWhatIsNoTouch_IsAbsent(string field, string text)
    {
        var sample = new EventSample("purchase", (EventField.Source, "google"));

        Assert.False(Holds(Parse(new JsonObject { ["field"] = field, ["equals"] = text }), sample));
        Assert.False(Holds(Parse(new JsonObject { ["field"] = field, ["exists"] = true }), sample));
    }

    [Fact]
    public void Matches_EveryFieldOfTheContract_ReadsThatField()
    {
        (string Name, EventField Field)[] fields =
        [
            ("project", EventField.Project), ("type", EventField.Type), ("event_id", EventField.EventId),
            ("user_id", EventField.UserId), ("anonymous_id", EventField.AnonymousId),
            ("device_id", EventField.DeviceId), ("install_referrer", EventField.InstallReferrer),
            ("source", EventField.Source), ("medium", EventField.Medium), ("campaign", EventField.Campaign),
            ("term", EventField.Term), ("content", EventField.Content), ("click_id", EventField.ClickId),
            ("click_id_type", EventField.ClickIdType), ("url", EventField.Url),
            ("referrer", EventField.Referrer), ("user_agent", EventField.UserAgent),
            ("country", EventField.Country),
        ];
        var sample = new EventSample("t", [.. fields.Select(field => (field.Field, "the " + field.Name))]);

        Assert.All(fields, field => AssertText(field.Name, sample, "the " + field.Name));
        Assert.All(
            fields.Where(field => field.Field != EventField.Type),
            field => AssertText(field.Name, new EventSample("t"), null));
    }

    [Fact]
    public void Matches_Currency_IsItsCode()
    {
        var sample = new EventSample("purchase");
        AssertText("currency", sample, null);

        sample.Record.Header.Currency = 'E' | ('U' << 8) | ('R' << 16);
        AssertText("currency", sample, "EUR");
    }

    [Theory]
    [InlineData("\"from\":\"2026-11-01T00:00:00Z\"", 1_793_491_200_000, true)]
    [InlineData("\"from\":\"2026-11-01T00:00:00Z\"", 1_793_491_199_999, false)]
    [InlineData("\"to\":\"2026-11-01T01:00:00.001+01:00\"", 1_793_491_200_001, true)]
    [InlineData("\"to\":\"2026-11-01T01:00:00.001+01:00\"", 1_793_491_200_002, false)]
    public void Matches_TimeRange_HoldsBothEnds(string range, long millis, bool expected)
    {
        var sample = new EventSample("visit");
        sample.Record.Header.TimestampMillis = millis;

        Assert.Equal(expected, Holds($$$"""{"field":"timestamp","range":{{{{range}}}}}""", sample));
    }

    [Fact]
    public void Matches_RevenueThatWasNotSent_IsInNoRange()
    {
        var sample = new EventSample("purchase");

        Assert.False(Holds("""{"field":"revenue","range":{"from":-1,"to":1}}""", sample));
        Assert.True(Holds("""{"field":"revenue","exists":false}""", sample));
        sample.Record.Header.Flags = EventFlags.HasRevenue;
        Assert.True(Holds("""{"field":"revenue","range":{"from":-1,"to":1}}""", sample));
    }

    /// <summary>Asserts that equals holds of this text and no other, and that the field exists.</summary>
    private static void AssertText(string field, EventSample sample, string? text, TouchKind kind = 0)
    {
        Condition exists = Parse(new JsonObject { ["field"] = field, ["exists"] = true });
        Condition isAbsent = Parse(new JsonObject { ["field"] = field, ["exists"] = false });
        Assert.Equal(text is not null, Holds(exists, sample, kind));
        Assert.Equal(text is null, Holds(isAbsent, sample, kind));
        if (text is null)
            return;

        Assert.True(Holds(Parse(new JsonObject { ["field"] = field, ["equals"] = text }), sample, kind));
        Assert.True(Holds(
            Parse(new JsonObject { ["field"] = field, ["in"] = new JsonArray(text) }), sample, kind));
    }
}
