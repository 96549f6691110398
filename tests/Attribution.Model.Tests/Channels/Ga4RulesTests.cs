using System.Security.Cryptography;
using System.Text;
using Attribution.Model.Channels;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Channels;

/// <remarks>
/// The default grouping is written twice: as rules in <c>ga4.json</c>, which users read, and compiled, which
/// the engine runs. Where they part, a report would not be what its rules say. Every table of
/// <see cref="ChannelGroupingTests"/> compares both too.
/// </remarks>
public class Ga4RulesTests
{
    private static readonly string[] Sources =
    [
        "", "google", "GOOGLE", "facebook", "youtube", "amazon", "partner", "email", "E-Mail", "e mail",
        "sms", "firebase", "(direct)", "(not set)", "mail.google.com", "docs.google.com", "été",
        "shop.example", "x\ny",
    ];

    private static readonly string[] Mediums =
    [
        "", "cpc", "CPM", "ppc", "ppc2", "retargeting", "paid", "unpaid", "paid-social", "xcpx", "display",
        "banner", "expandable", "interstitial", "social", "social media", "sm", "organic", "referral", "app",
        "link", "email", "e_mail", "affiliate", "affiliates", "audio", "sms", "push", "web-push", "pushy",
        "mobile-x", "notifications", "video", "myvideos", "(none)", "cpc\n", "ppc\n", "push\n", "whatever",
        "paid video push", "display video",
    ];

    private static readonly string[] Campaigns =
    [
        "", "spring", "cross-network", "My-Cross-Network-1", "shop", "workshop", "eshop", "eShopping",
        "my-shop", "workshopping", "éshop", "\nshop", "shoshop", "ashop bshop shop", "shopp", "a shopfront",
    ];

    private static readonly string[] Parameters =
        ["-", "", "gclid", "DCLID", "fbclid", "ttclid", "irclickid", "msclkid", "other", "a_long_unknown"];

    private static readonly string[] Referrers =
    [
        "", "https://www.google.com/", "https://m.facebook.com/", "https://youtu.be/1", "https://amazon.de/",
        "https://mail.google.com/", "https://docs.google.com/", "https://news.example/", "https://sms/",
        "https://www.shop.example/cart", "/here", "https://[::1]/",
    ];

    [Fact]
    public void Rules_OnEveryCombinationOfWords_GiveTheCompiledChannel()
    {
        var seen = new HashSet<string>();
        foreach (string source in Sources)
        {
            foreach (string medium in Mediums)
            {
                foreach (string parameter in Parameters)
                {
                    foreach (string referrer in Referrers)
                        seen.Add(Resolve(source, medium, Campaigns[seen.Count % 2], parameter, referrer));
                }
            }
        }

        foreach (string campaign in Campaigns)
        {
            foreach (string medium in Mediums)
                seen.Add(Resolve("google", medium, campaign, "-", ""));
        }

        Assert.Equal(Ga4Channels.Names.Order(), seen.Order());
    }

    [Fact]
    public void Rules_OnGeneratedTouches_GiveTheCompiledChannel()
    {
        Gen<string> Word(string[] words) => Gen.Frequency(
            (5, Gen.Elements(words)),
            (1, Gen.Elements(words).SelectMany(_ => Gen.Elements(words), (a, b) => a + b)),
            (1, Gen.Elements([.. "cpshopaid-e \né"]).ArrayOf().Select(letters => new string(letters))));
        Gen<(string, string, string, string, string, TouchKind)> touches =
            from source in Word(Sources)
            from medium in Word(Mediums)
            from campaign in Word(Campaigns)
            from parameter in Gen.Elements(Parameters)
            from referrer in Gen.Elements(Referrers)
            from kind in Gen.Elements(Enum.GetValues<TouchKind>())
            select (source, medium, campaign, parameter, referrer, kind);

        Prop.ForAll(touches.ToArbitrary(), t =>
        {
            Resolve(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6);
        }).CheckThrow(20_000);
    }

    /// <summary>
    /// The file decides channels, and a config's hash must change when what decides changes.
    /// </summary>
    [Fact]
    public void Rules_WhenTheyChange_NeedANewGroupingName()
    {
        byte[] rules = Encoding.UTF8.GetBytes(Ga4Channels.ReadResource());

        Assert.Equal(
            ("ga4.1", "e44c664cac41a86ed9796051aad7c904a9a5cfb58e978f6fd1c593334dc05ae0"),
            (Ga4Channels.GroupingName, Convert.ToHexStringLower(SHA256.HashData(rules))));
    }

    private static string Resolve(
        string source, string medium, string campaign, string parameter, string referrer,
        TouchKind kind = TouchKind.Visit) =>
        Ga4Comparison.Resolve(
            new EventSample(
                "visit", (EventField.Source, source), (EventField.Medium, medium),
                (EventField.Campaign, campaign), (EventField.ClickId, parameter == "-" ? "" : "id"),
                (EventField.ClickIdType, parameter), (EventField.Referrer, referrer),
                (EventField.Url, "https://www.shop.example/")),
            kind);
}
