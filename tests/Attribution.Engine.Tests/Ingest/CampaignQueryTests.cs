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

    /// <remarks>
    /// Queries are read in wide steps; pairs of every length, names in every case, and names that nearly are
    /// one must give what the plainest reading gives.
    /// </remarks>
    [Fact]
    public void Url_AnyQuery_IsReadAsByThePlainestReading()
    {
        string[] clicks = ["gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "twclid",
            "li_fat_id", "ScCid", "rdt_cid", "epik", "yclid", "irclickid", "click_id", "clickid"];
        string[] tags = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];
        string[] others = ["", "x", "utm_", "utm-source", "utm_sourc", "utm_sources", "gclie", "`clid",
            "GCLI$", "li\u007ffat_id", new string('n', 70), "click?id", "Utm\u007fterm"];
        string[] values = ["", "v", "=", "a=b", "%41", "a+b", "%", "?", new string('w', 50),
            new string('w', 63), new string('w', 200)];
        string[] names = [.. clicks, .. tags, .. others];
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            string query = string.Join('&', Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            {
                string name = names[random.Next(names.Length)];
                name = random.Next(3) == 0 ? name.ToUpperInvariant() : name;
                return random.Next(9) == 0 ? name : name + "=" + values[random.Next(values.Length)];
            }));

            string fields = Fields(Bodies.ReadOne(Bodies.Event($"\"url\":\"x:?{query}\"")));

            Assert.True(Plainly(query, tags, clicks) == fields, $"{query}: {fields}");
        }
    }

    private static string Plainly(string query, string[] tags, string[] clicks)
    {
        List<(string Name, string Value)> pairs = [.. query.Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0].Length > 0 && pair[1].Length > 0)
            .Select(pair => (pair[0], pair[1].Replace("%41", "A").Replace('+', ' ')))];
        string First(string name) => pairs.Find(
            pair => pair.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";
        string click = Array.Find(clicks, name => First(name).Length > 0) ?? "";
        return string.Join('|', [.. tags.Select(First), click.Length > 0 ? First(click) : "", click]);
    }

    private static string Fields(ParsedEvent parsed) => string.Join('|', new[]
    {
        EventField.Source, EventField.Medium, EventField.Campaign, EventField.Term, EventField.Content,
        EventField.ClickId, EventField.ClickIdType,
    }.Select(field => parsed[field]));
}
