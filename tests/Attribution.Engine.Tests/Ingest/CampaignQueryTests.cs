using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

public class CampaignQueryTests
{
    [Theory]
    [InlineData("?utm_source=s&utm_medium=m&utm_campaign=c&utm_term=t&utm_content=o", "s|m|c|t|o||")]
    [InlineData("?UTM_Source=s", "s||||||")]
    [InlineData("?utm_source=&utm_source=a&utm_source=b", "a||||||")]
    [InlineData("?utm_source=a%20b+c%2Bd", "a b c+d||||||")]
    [InlineData("?utm_source=100%&utm_medium=%zz%4&utm_term=%F0%9F%98%80", "100%|%zz%4||😀|||")]
    [InlineData("?utm_source=%ff", "%ff||||||")]
    [InlineData("?xutm_source=a&utm_sourcex=b&utm_=c&=d&&utm_source", "||||||")]
    [InlineData("?utm_source=a=b", "a=b||||||")]
    [InlineData("?utm_source=a#?", "a||||||")]
    [InlineData("?a#b?utm_source=a", "||||||")]
    [InlineData("utm_source=a", "||||||")]
    [InlineData("?utm_source=a?b", "a?b||||||")]
    [InlineData("?fbclid=F&gclid=G", "|||||G|gclid")]
    [InlineData("?gclid=&fbclid=F", "|||||F|fbclid")]
    [InlineData("?GCLID=G%2f", "|||||G/|gclid")]
    [InlineData("?sccid=S", "|||||S|ScCid")]
    [InlineData("?clickid=x&click_id=y", "|||||y|click_id")]
    public void Url_Query_FillsAbsentFields(string query, string expected)
    {
        string body = Bodies.Event($"\"url\":\"https://x.example/{query}\"");

        Assert.Equal(expected, Fields(Bodies.ReadOne(body)));
    }

    [Theory]
    [InlineData("gclid")]
    [InlineData("gbraid")]
    [InlineData("wbraid")]
    [InlineData("dclid")]
    [InlineData("msclkid")]
    [InlineData("fbclid")]
    [InlineData("ttclid")]
    [InlineData("twclid")]
    [InlineData("li_fat_id")]
    [InlineData("ScCid")]
    [InlineData("rdt_cid")]
    [InlineData("epik")]
    [InlineData("yclid")]
    [InlineData("irclickid")]
    [InlineData("click_id")]
    [InlineData("clickid")]
    public void Url_ClickId_IsReadWithItsName(string name) => Assert.Equal(
        $"|||||Abc-1|{name}",
        Fields(Bodies.ReadOne(Bodies.Event($"\"url\":\"app://open?x=1&{name}=Abc-1\""))));

    [Fact]
    public void Url_ExplicitFields_StandBeforeIt()
    {
        string body = Bodies.Event(
            """
            "url":"https://x/?utm_source=u&utm_medium=u&gclid=u","source":"own","medium":"","click_id":"mine"
            """);

        Assert.Equal("own|u||||mine|", Fields(Bodies.ReadOne(body)));
    }

    [Theory]
    [InlineData("install", "r|r|u|||R|gclid")]
    [InlineData("open", "r|r|u|||R|gclid")]
    [InlineData("click", "u|u|u|||U|gclid")]
    public void InstallReferrer_OnInstallAndOpen_StandsBeforeTheUrl(string type, string expected)
    {
        string body = "{\"user_id\":\"u\",\"type\":\"" + type + "\"," +
            "\"install_referrer\":\"utm_source=r&utm_medium=r&gclid=R\"," +
            "\"url\":\"https://x/?utm_source=u&utm_medium=u&utm_campaign=u&gclid=U\"}";

        Assert.Equal(expected, Fields(Bodies.ReadOne(body)));
    }

    [Fact]
    public void InstallReferrer_EncodedAsAWhole_IsReadToo()
    {
        string body = "{\"type\":\"install\",\"user_id\":\"u\",\"install_referrer\":" +
            "\"utm_source%3Dgoogle%2520ads%26utm_medium%3Dcpc\"}";

        Assert.Equal("google ads|cpc|||||", Fields(Bodies.ReadOne(body)));
    }

    [Fact]
    public void Url_ValueOverTheFieldsLimit_IsPassedOver()
    {
        string body = Bodies.Event(
            $"\"url\":\"https://x/?utm_source=%41{new string('s', 512)}&utm_medium=m\"");

        Assert.Equal("|m|||||", Fields(Bodies.ReadOne(body)));
    }

    private static string Fields(ParsedEvent parsed) => string.Join('|', new[]
    {
        EventField.Source, EventField.Medium, EventField.Campaign, EventField.Term, EventField.Content,
        EventField.ClickId, EventField.ClickIdType,
    }.Select(field => parsed[field]));
}
