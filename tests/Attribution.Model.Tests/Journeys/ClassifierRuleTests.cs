using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using Attribution.Testing;

namespace Attribution.Model.Tests.Journeys;

/// <summary>What a config's own rules make of a touch.</summary>
public class ClassifierRuleTests
{
    private const string CampaignRules = """
        {"campaigns":{"rules":[
          {"name":"spring","campaign":"spring-2026","source":"partner","medium":"affiliate",
           "when":{"field":"url.query.ref","equals":"sp"}},
          {"name":"forced","campaign":"forced","source":"house","overwrite":true,
           "when":{"field":"content","equals":"force"}},
          {"name":"rest","campaign":"untagged","when":{"field":"traffic.medium","equals":"referral"}}]}}
        """;

    [Theory]
    [InlineData("", "", "", "?ref=sp", "", "spring-2026", "partner", "affiliate", "Affiliates")]
    [InlineData("", "own", "", "?ref=sp", "", "spring-2026", "own", "affiliate", "Affiliates")]
    [InlineData("", "(direct)", "(none)", "?ref=sp", "", "spring-2026", "partner", "affiliate", "Affiliates")]
    [InlineData("mine", "", "", "?ref=sp", "", "mine", "", "", "Unassigned")]
    [InlineData("(not set)", "own", "email", "?ref=sp", "", "spring-2026", "own", "email", "Email")]
    [InlineData("mine", "own", "email", "?ref=sp", "force", "forced", "house", "email", "Email")]
    [InlineData("", "own", "cpc", "", "", "", "own", "cpc", "Paid Other")]
    public void Classify_CampaignRules_AssignToTouchesThatCarryNone(
        string campaign, string source, string medium, string query, string content,
        string expectedCampaign, string expectedSource, string expectedMedium, string channel)
    {
        var classifier = new EventClassifier(FullConfig.Parse(CampaignRules));
        var sample = new EventSample(
            "visit", (EventField.Campaign, campaign), (EventField.Source, source),
            (EventField.Medium, medium), (EventField.Content, content),
            (EventField.Url, "https://shop.example/" + query));

        EventRole role = classifier.Classify(sample.Record, sample.Bytes);

        Assert.Equal(expectedCampaign, Encoding.UTF8.GetString(role.Campaign));
        Assert.Equal(expectedSource, Encoding.UTF8.GetString(role.Source));
        Assert.Equal(expectedMedium, Encoding.UTF8.GetString(role.Medium));
        Assert.Equal(channel, classifier.Config.Channels[role.Touch.Channel]);
    }

    /// <summary>A rule for campaigns sees what was filled in from the referrer.</summary>
    [Fact]
    public void Classify_CampaignRuleOverDerivedField_SeesWhatIsFilledIn()
    {
        var classifier = new EventClassifier(FullConfig.Parse(CampaignRules));
        var sample = new EventSample("visit", (EventField.Referrer, "https://news.example/a"));

        EventRole role = classifier.Classify(sample.Record, sample.Bytes);

        Assert.Equal("untagged", Encoding.UTF8.GetString(role.Campaign));
        Assert.Equal("Referral", classifier.Config.Channels[role.Touch.Channel]);
    }

    [Theory]
    [InlineData("tiktok", "spark_1", "", "TikTok Spark")]
    [InlineData("tiktok.com", "spark_1", "", "TikTok Spark")]
    [InlineData("tiktok", "other", "", "Organic Social")]
    [InlineData("x", "", """{"paid":{"by":"meta"}}""", "Paid Social")]
    [InlineData("x", "", "", "Unassigned")]
    public void Classify_ChannelRules_ComeBeforeTheGrouping(
        string source, string content, string properties, string channel) =>
        Assert.Equal(channel, Channel(
            FullConfig.Config, (EventField.Source, source), (EventField.Content, content),
            (EventField.Properties, properties)));

    [Fact]
    public void Classify_WithoutGrouping_IsUnassignedUnlessARuleSays()
    {
        AttributionConfig config = FullConfig.Parse(
            """
            {"channels":{"grouping":"none","rules":[
              {"channel":"Direct","when":{"field":"source","exists":false}}]}}
            """);

        Assert.Equal("Unassigned", Channel(config, (EventField.Source, "google")));
        Assert.Equal("Direct", Channel(config));
        Assert.True(Classify(config, new EventSample("visit")).IsDirect);
    }

    [Theory]
    [InlineData("tiktok", "brand", 1)]
    [InlineData("google", "my-BRAND", 2)]
    [InlineData("google", "other", 0)]
    public void Classify_WindowRules_NameTheirSetting(string source, string campaign, int window) =>
        Assert.Equal(window, Classify(FullConfig.Config, new EventSample(
            "visit", (EventField.Source, source), (EventField.Campaign, campaign))).Window);

    [Fact]
    public void Classify_FraudRules_NumberTheFirstThatHolds()
    {
        var sample = new EventSample("tap", (EventField.Source, "x"));
        Assert.Equal(0, Classify(FullConfig.Config, sample).FraudRule);

        sample.Record.Header.Flags = EventFlags.HasRevenue;
        sample.Record.Header.RevenueTenThousandths = 99_9900;
        Assert.Equal(2, Classify(FullConfig.Config, sample).FraudRule);

        sample.Record.Header.IpLow = BitConverter.ToUInt64([0, 0, 0xff, 0xff, 198, 51, 100, 7]);
        Assert.Equal(1, Classify(FullConfig.Config, sample).FraudRule);
    }

    [Theory]
    [InlineData("rt_1", true)]
    [InlineData("spring", false)]
    [InlineData("", false)]
    public void Classify_RetargetingCondition_SetsTheFlag(string campaign, bool isRetargeting) =>
        Assert.Equal(
            isRetargeting,
            Classify(FullConfig.Config, new EventSample(
                "visit", (EventField.Campaign, campaign), (EventField.Url, "https://shop.example/"),
                (EventField.Referrer, "https://shop.example/"))).Flags.HasFlag(TouchFlags.Retargeting));

    [Theory]
    [InlineData(EventField.UserId, "u1", true)]
    [InlineData(EventField.DeviceId, "d1", true)]
    [InlineData(EventField.UserId, "NULL", false)]
    [InlineData(EventField.DeviceId, "0", false)]
    [InlineData(EventField.AnonymousId, "a1", false)]
    public void Classify_UserOrDeviceId_IsCarriedUnlessItSaysNothing(
        EventField field, string id, bool isCarried) =>
        Assert.Equal(
            isCarried,
            Classify(FullConfig.Config, new EventSample("tap", (field, id))).Flags
                .HasFlag(TouchFlags.CarriesId));

    [Fact]
    public void Classify_ClickIds_HaveHashesOfTheirOwn()
    {
        uint Hash(string type, string clickId) =>
            Classify(FullConfig.Config, new EventSample(type, (EventField.ClickId, clickId))).ClickHash;

        Assert.Equal(Hash("tap", "a"), Hash("seen", "a"));
        Assert.NotEqual(Hash("tap", "a"), Hash("tap", "b"));
        Assert.NotEqual(0u, Hash("tap", "a"));
        Assert.Equal(0u, Hash("tap", ""));
        Assert.Equal(0u, Hash("tap", "null"));
    }

    [Fact]
    public void Classify_TimeAndCurrency_AreTheEvents()
    {
        var sample = new EventSample("tap");
        sample.Record.Header.TimestampMillis = 1_700_000_000_123;
        sample.Record.Header.Currency = 'E' | ('U' << 8) | ('R' << 16);

        Touch touch = Classify(FullConfig.Config, sample);

        Assert.Equal((1_700_000_000_123, sample.Record.Header.Currency), (touch.TimeMillis, touch.Currency));
    }

    [Theory]
    [InlineData("""{"install_begin_timestamp_server_seconds":1700000000}""", 1_700_000_000_000)]
    [InlineData("""{"install_begin_timestamp_seconds":"1700000001"}""", 1_700_000_001_000)]
    [InlineData(
        """{"install_begin_timestamp_seconds":5,"install_begin_timestamp_server_seconds":7}""", 7_000)]
    [InlineData(
        """{"install_begin_timestamp_seconds":5,"install_begin_timestamp_server_seconds":0}""", 5_000)]
    [InlineData("""{"install_begin_timestamp_seconds":1.5}""", 0)]
    [InlineData("""{"install_begin_timestamp_seconds":-5}""", 0)]
    [InlineData("""{"install_begin_timestamp_seconds":999999999999}""", 0)]
    [InlineData("""{"install_begin_timestamp_seconds":"\u0035"}""", 0)]
    [InlineData("""{"install_begin_timestamp_seconds":null}""", 0)]
    [InlineData("", 0)]
    public void Classify_Install_ReadsWhenItsDownloadBegan(string properties, long millis)
    {
        var classifier = new EventClassifier(AttributionConfig.Mmp);
        var install = new EventSample("install", (EventField.Properties, properties));
        var purchase = new EventSample("purchase", (EventField.Properties, properties));

        EventRole role = classifier.Classify(install.Record, install.Bytes);

        Assert.Equal((ConversionKind.Install, millis), (role.ConversionKind, role.InstallBeginMillis));
        Assert.Equal(0, classifier.Classify(purchase.Record, purchase.Bytes).InstallBeginMillis);
    }

    [Theory]
    [InlineData("lead_created", 1 << (int)MilestoneKind.Lead)]
    [InlineData("demo", 1 << (int)MilestoneKind.Opportunity)]
    [InlineData("resume", 1 << (int)MilestoneKind.Open)]
    [InlineData("order", 0)]
    public void Classify_MilestoneTypes_AreMilestones(string type, int milestones)
    {
        var sample = new EventSample(type);
        var classifier = new EventClassifier(FullConfig.Config);

        Assert.Equal(milestones, classifier.Classify(sample.Record, sample.Bytes).Milestones);
    }

    [Fact]
    public void Classify_UnderEveryRule_AllocatesNothing()
    {
        var classifier = new EventClassifier(FullConfig.Config);
        EventSample[] samples =
        [
            new("tap", (EventField.Source, "TikTok"), (EventField.Content, "spark_1"),
                (EventField.UserId, "u"), (EventField.ClickId, "abc"),
                (EventField.Properties, """{"paid":{"by":"m\u0065ta"}}""")),
            new("visit", (EventField.Url, "https://shop.example/spring/?pod=%20"),
                (EventField.Referrer, "https://news.example/")),
            new("install", (EventField.InstallReferrer, "utm_source=x"), (EventField.Source, "x"),
                (EventField.Properties, """{"install_begin_timestamp_seconds":1700000000}""")),
        ];
        int touches = 0;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach (EventSample sample in samples)
                touches += classifier.Classify(sample.Record, sample.Bytes).IsTouch ? 1 : 0;
        });

        Assert.Equal(0, allocated);
        Assert.True(touches > 0);
    }

    private static string Channel(AttributionConfig config, params (EventField, string)[] fields) =>
        config.Channels[Classify(config, new EventSample("visit", fields)).Channel];

    private static Touch Classify(AttributionConfig config, EventSample sample)
    {
        EventRole role = new EventClassifier(config).Classify(sample.Record, sample.Bytes);
        Assert.True(role.IsTouch);
        return role.Touch;
    }
}
