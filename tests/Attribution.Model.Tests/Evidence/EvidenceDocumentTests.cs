using System.Text;
using System.Text.Json;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Evidence;

public class EvidenceDocumentTests
{
    private const long Day = Histories.Day;

    /// <summary>The bytes that stand in rows: keys in a fixed order, so equal evidence is equal.</summary>
    [Fact]
    public void Write_OfARow_IsTheseBytes()
    {
        string json = Write(
            default, Touch("late", Histories.Noon + 5), Touch("a", Histories.Noon - (31 * Day)),
            Touch("b", Histories.Noon - Day), Touch("c", Histories.Noon));

        Assert.Equal(
            """
            {"considered":4,"eligible":2,"rejected":[
            {"touch":"a","time":1778846400000,"rule":"outside_window","found":2678400000,"limit":2592000000,
            "setting":"windows.click"},
            {"touch":"c","time":1781524800000,"rule":"later_than_first","found":0,"limit":86400000,"by":"b"},
            {"touch":"late","time":1781524800005,"rule":"after_conversion","found":-5,"limit":0}]}
            """.ReplaceLineEndings(""),
            json);
    }

    [Fact]
    public void Write_OfARowWithoutRejections_HasNoList() =>
        Assert.Equal("""{"considered":1,"eligible":1}""", Write(default, Touch("a", Histories.Noon)));

    /// <summary>Ids may hold any bytes that are UTF-8; the evidence stays JSON.</summary>
    [Fact]
    public void Write_OfIdsWithQuotesAndControls_IsReadBackTheSame()
    {
        const string Odd = "a\"b\\c\n\u0001é";
        EvidenceDocument evidence = Parse(Write(
            default, Touch(Odd, Histories.Noon - 1), Touch("z", Histories.Noon + 1)));
        EvidenceDocument second = Parse(Write(
            default, Touch("a", Histories.Noon - 2), Touch(Odd, Histories.Noon - 1)));

        Assert.Equal("z", Assert.Single(evidence.Rejected).Touch);
        Assert.Equal(Odd, Assert.Single(second.Rejected).Touch);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void Write_OfDroppedTouches_SaysWhetherTheyCouldHaveCounted(int daysAgo, bool isTruncated)
    {
        EvidenceDocument evidence = Parse(Write(new HistoryLimits
        {
            DroppedTouches = 3,
            DroppedThroughMillis = Histories.Noon - (daysAgo * Day),
            MayBeIncomplete = true,
        }));

        Assert.Equal(3, evidence.DroppedTouches);
        Assert.Equal(Histories.Noon - (daysAgo * Day), evidence.DroppedThroughMillis);
        Assert.Equal(isTruncated, evidence.IsTruncated);
        Assert.True(evidence.MayBeIncomplete);
    }

    /// <summary>A writer that is used for one conversion after another keeps nothing of the last.</summary>
    [Fact]
    public void Write_OfAReusedResult_ForgetsThePreviousConversion()
    {
        AttributionConfig config = AttributionConfig.Web;
        var result = new AttributionResult(config);
        var writer = new EvidenceWriter(config);
        var attributor = new Attributor(config);
        var texts = new List<string>();
        foreach (long time in (long[])[Histories.Noon - 7, Histories.Noon + 7])
        {
            var history = new PersonHistory
            {
                Touches = [Touch("t", time)],
                Conversions = [Histories.Conversion()],
                Texts = InlineTexts.Instance,
            };
            attributor.Attribute(history, 0, result);
            texts.Add(Encoding.UTF8.GetString(writer.Write(history, result, 0, default)));
        }

        Assert.Equal("""{"considered":1,"eligible":1}""", texts[0]);
        Assert.Contains("after_conversion", texts[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"considered":"1","eligible":1}""")]
    [InlineData("""{"considered":1,"eligible":1,"rejected":[{"touch":"a"}]}""")]
    public void Parse_OfJsonThatIsNoEvidence_Fails(string json) =>
        Assert.Throws<FormatException>(() => Parse(json));

    [Fact]
    public void Parse_OfNoJson_Fails() => Assert.ThrowsAny<JsonException>(() => Parse("{"));

    private static EvidenceDocument Parse(string json) =>
        EvidenceDocument.Parse(Encoding.UTF8.GetBytes(json));

    private static Touch Touch(string id, long time)
    {
        CompactId.TryPack(Encoding.UTF8.GetBytes(id), out CompactId compact);
        return new Touch { EventId = compact, TimeMillis = time, Kind = TouchKind.Click };
    }

    /// <summary>The evidence of the first model.</summary>
    private static string Write(HistoryLimits limits, params Touch[] touches)
    {
        var builder = new HistoryBuilder(AttributionConfig.Web);
        foreach (Touch touch in touches)
            builder.Add(touch);
        builder.Add(Histories.Conversion());
        return Encoding.UTF8.GetString(builder.Attribute(limits)[0]["first"].EvidenceJson.Span);
    }
}
