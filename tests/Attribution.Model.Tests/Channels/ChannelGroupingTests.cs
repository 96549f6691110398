using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Channels;

public class ChannelGroupingTests
{
    /// <summary>Tagged as GA4 documents it: source, medium, campaign.</summary>
    [Theory]
    [InlineData("(direct)", "(none)", "", "Direct")]
    [InlineData("(direct)", "(not set)", "", "Direct")]
    [InlineData("direct", "", "", "Direct")]
    [InlineData("google", "cpc", "pmax-cross-network-1", "Cross-network")]
    [InlineData("amazon", "cpc", "", "Paid Shopping")]
    [InlineData("google", "cpc", "shopping_feed", "Paid Shopping")]
    [InlineData("google", "cpc", "my-shop", "Paid Shopping")]
    [InlineData("google", "cpc", "EShop_2026", "Paid Shopping")]
    [InlineData("google", "cpc", "workshop", "Paid Search")]
    [InlineData("google", "cpc", "workshopping", "Paid Shopping")]
    [InlineData("google", "cpc", "spring", "Paid Search")]
    [InlineData("Google", "CPC", "Spring", "Paid Search")]
    [InlineData("bing", "ppc", "", "Paid Search")]
    [InlineData("google.co.uk", "paidsearch", "", "Paid Search")]
    [InlineData("facebook", "paid_social", "", "Paid Social")]
    [InlineData("instagram", "cpc", "", "Paid Social")]
    [InlineData("tiktok", "retargeting", "", "Paid Social")]
    [InlineData("youtube", "cpv", "", "Paid Video")]
    [InlineData("dv360", "display", "", "Display")]
    [InlineData("dv360", "cpm", "", "Display")]
    [InlineData("google", "cpm", "", "Paid Search")]
    [InlineData("criteo", "banner", "shoplifters", "Display")]
    [InlineData("taboola", "cpc", "", "Paid Other")]
    [InlineData("taboola", "paid", "", "Paid Other")]
    [InlineData("unpaid", "unpaid", "", "Unassigned")]
    [InlineData("ebay.de", "", "", "Organic Shopping")]
    [InlineData("partner", "referral", "shop", "Organic Shopping")]
    [InlineData("facebook", "", "", "Organic Social")]
    [InlineData("l.instagram.com", "referral", "", "Organic Social")]
    [InlineData("hootsuite", "social-media", "", "Organic Social")]
    [InlineData("vimeo.com", "referral", "", "Organic Video")]
    [InlineData("hub", "myvideos", "", "Organic Video")]
    [InlineData("google", "organic", "", "Organic Search")]
    [InlineData("unknown-engine", "organic", "", "Organic Search")]
    [InlineData("duckduckgo", "", "", "Organic Search")]
    [InlineData("blog.example", "referral", "", "Referral")]
    [InlineData("partner", "link", "", "Referral")]
    [InlineData("newsletter", "email", "", "Email")]
    [InlineData("E-Mail", "", "", "Email")]
    [InlineData("newsletter", "e_mail", "", "Email")]
    [InlineData("awin", "affiliate", "", "Affiliates")]
    [InlineData("podcast", "audio", "", "Audio")]
    [InlineData("sms", "", "", "SMS")]
    [InlineData("crm", "SMS", "", "SMS")]
    [InlineData("app", "push", "", "Mobile Push Notifications")]
    [InlineData("app", "web-push", "", "Mobile Push Notifications")]
    [InlineData("app", "in-app notification", "", "Mobile Push Notifications")]
    [InlineData("firebase", "", "", "Mobile Push Notifications")]
    [InlineData("partner", "", "", "Unassigned")]
    [InlineData("partner", "whatever", "", "Unassigned")]
    [InlineData("", "", "spring", "Unassigned")]
    [InlineData("été", "café", "naïve", "Unassigned")]
    public void Resolve_ByTags_IsTheChannelOfGa4(
        string source, string medium, string campaign, string channel) =>
        Assert.Equal(channel, Resolve(
            (EventField.Source, source), (EventField.Medium, medium), (EventField.Campaign, campaign)));

    /// <summary>By the click id's parameter; "-" stands for a click id that was sent without one.</summary>
    [Theory]
    [InlineData("gclid", "", "", "Paid Search")]
    [InlineData("GCLID", "", "", "Paid Search")]
    [InlineData("wbraid", "", "", "Paid Search")]
    [InlineData("gbraid", "", "", "Paid Search")]
    [InlineData("msclkid", "", "", "Paid Search")]
    [InlineData("yclid", "", "", "Paid Search")]
    [InlineData("dclid", "", "", "Display")]
    [InlineData("ttclid", "", "", "Paid Social")]
    [InlineData("twclid", "", "", "Paid Social")]
    [InlineData("li_fat_id", "", "", "Paid Social")]
    [InlineData("ScCid", "", "", "Paid Social")]
    [InlineData("rdt_cid", "", "", "Paid Social")]
    [InlineData("epik", "", "", "Paid Social")]
    [InlineData("irclickid", "", "", "Affiliates")]
    [InlineData("fbclid", "", "", "Organic Social")]
    [InlineData("fbclid", "", "cpc", "Paid Social")]
    [InlineData("fbclid", "facebook", "paid_social", "Paid Social")]
    [InlineData("gclid", "youtube", "", "Paid Video")]
    [InlineData("gclid", "adwords", "cpc", "Paid Search")]
    [InlineData("gclid", "brandname", "cpc", "Paid Search")]
    [InlineData("gclid", "newsletter", "email", "Email")]
    [InlineData("-", "", "", "Paid Other")]
    [InlineData("-", "google", "", "Paid Search")]
    [InlineData("-", "partner", "", "Paid Other")]
    [InlineData("-", "email", "", "Email")]
    [InlineData("-", "partner", "affiliate", "Affiliates")]
    [InlineData("some_network_click_id", "", "", "Paid Other")]
    public void Resolve_ByClickId_FillsInWhatIsMissing(
        string parameter, string source, string medium, string channel) =>
        Assert.Equal(channel, Resolve(
            (EventField.ClickId, "abc"), (EventField.ClickIdType, parameter == "-" ? "" : parameter),
            (EventField.Source, source), (EventField.Medium, medium)));

    [Theory]
    [InlineData("https://www.google.com/", "Organic Search")]
    [InlineData("https://www.google.co.uk/search?q=a", "Organic Search")]
    [InlineData("https://GOOGLE.de", "Organic Search")]
    [InlineData("https://news.google.com/", "Organic Search")]
    [InlineData("android-app://com.google.android.googlequicksearchbox/", "Organic Search")]
    [InlineData("https://docs.google.com/document/d/1", "Referral")]
    [InlineData("https://mail.google.com/mail/u/0", "Email")]
    [InlineData("https://m.facebook.com/", "Organic Social")]
    [InlineData("https://l.instagram.com/?u=x", "Organic Social")]
    [InlineData("https://t.co/abc", "Organic Social")]
    [InlineData("https://www.youtube.com/watch?v=1", "Organic Video")]
    [InlineData("https://www.amazon.co.jp/dp/1", "Organic Shopping")]
    [InlineData("https://trails.example/best-shoes", "Referral")]
    [InlineData("https://google.evil.com/", "Referral")]
    [InlineData("https://www.google.com.evil.net/", "Referral")]
    [InlineData("https://notgoogle.com/", "Referral")]
    [InlineData("https://shop.example/cart", "Direct")]
    [InlineData("https://pay.shop.example/", "Direct")]
    [InlineData("http://SHOP.example:8080", "Direct")]
    [InlineData("https://shop2.example/", "Referral")]
    [InlineData("/", "Direct")]
    [InlineData("", "Direct")]
    public void Resolve_ByReferrer_IsTheSitesChannel(string referrer, string channel) =>
        Assert.Equal(channel, Resolve(
            (EventField.Referrer, referrer), (EventField.Url, "https://www.shop.example/a?b=c")));

    [Theory]
    [InlineData("cpc", "https://www.google.com/", "Paid Search")]
    [InlineData("email", "https://www.google.com/", "Email")]
    [InlineData("banner", "https://news.example/", "Display")]
    [InlineData("cpc", "https://news.example/", "Paid Other")]
    public void Resolve_MediumWithReferrer_TakesTheSiteOnlyForPaid(
        string medium, string referrer, string channel) =>
        Assert.Equal(channel, Resolve((EventField.Medium, medium), (EventField.Referrer, referrer)));

    [Theory]
    [InlineData("gclid", "https://www.facebook.com/", "Paid Search")]
    [InlineData("", "https://www.facebook.com/", "Paid Social")]
    [InlineData("", "https://news.example/", "Paid Other")]
    [InlineData("dclid", "https://www.google.com/", "Display")]
    public void Resolve_ClickIdWithReferrer_FollowsTheClickId(
        string parameter, string referrer, string channel) =>
        Assert.Equal(channel, Resolve(
            (EventField.ClickId, "abc"), (EventField.ClickIdType, parameter),
            (EventField.Referrer, referrer)));

    [Fact]
    public void Resolve_SourceWithReferrer_FollowsTheSource() =>
        Assert.Equal("Unassigned", Resolve(
            (EventField.Source, "partner"), (EventField.Referrer, "https://www.google.com/")));

    [Fact]
    public void Resolve_FieldsOfTheGreatestLength_IsResolved() =>
        Assert.Equal("Paid Other", Resolve(
            (EventField.Source, new string('s', 512)), (EventField.Medium, "cpc" + new string('m', 509)),
            (EventField.Campaign, new string('c', 512)),
            (EventField.Referrer, "https://" + new string('r', 4000))));

    private static string Resolve(params (EventField, string)[] fields) =>
        Ga4Comparison.Resolve(new EventSample("visit", fields), TouchKind.Visit);
}
