using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Journeys;

public class EventClassifierTests
{
    private static readonly EventClassifier Web = new(AttributionConfig.Web);

    [Theory]
    [InlineData("click", TouchKind.Click, "Paid Search")]
    [InlineData("impression", TouchKind.View, "Paid Search")]
    [InlineData("visit", TouchKind.Visit, "Paid Search")]
    [InlineData("open", TouchKind.Visit, "Paid Search")]
    public void Classify_TaggedTouch_HasItsKindAndChannel(string type, TouchKind kind, string channel)
    {
        EventRole role = Classify(Web, type, (EventField.Source, "google"), (EventField.Medium, "cpc"));

        Assert.True(role.IsTouch);
        Assert.False(role.IsConversion);
        Assert.False(role.Touch.IsDirect);
        Assert.Equal(kind, role.Touch.Kind);
        Assert.Equal(channel, Web.Config.Channels[role.Touch.Channel]);
    }

    [Theory]
    [InlineData("install")]
    [InlineData("signup")]
    [InlineData("purchase")]
    [InlineData("subscribe")]
    public void Classify_ConversionType_IsAConversionAndNoTouch(string type)
    {
        EventRole role = Classify(Web, type, (EventField.Source, "google"), (EventField.ClickId, "g1"));

        Assert.True(role.IsConversion);
        Assert.False(role.IsTouch);
    }

    [Theory]
    [InlineData("identify")]
    [InlineData("Click")]
    [InlineData("tutorial_done")]
    [InlineData("")]
    public void Classify_AnyOtherType_IsNeither(string type)
    {
        EventRole role = Classify(Web, type, (EventField.Source, "google"), (EventField.ClickId, "g1"));

        Assert.False(role.IsTouch);
        Assert.False(role.IsConversion);
    }

    [Fact]
    public void Classify_UntaggedVisit_IsADirectTouch()
    {
        EventRole role = Classify(Web, "visit");

        Assert.True(role.IsTouch);
        Assert.True(role.Touch.IsDirect);
        Assert.Equal(Web.Config.DirectChannel, role.Touch.Channel);
    }

    /// <summary>A click has an origin, even one that says nothing of it: it is not direct.</summary>
    [Theory]
    [InlineData("click")]
    [InlineData("impression")]
    public void Classify_UntaggedClickOrView_IsUnassigned(string type)
    {
        EventRole role = Classify(Web, type);

        Assert.True(role.IsTouch);
        Assert.False(role.Touch.IsDirect);
        Assert.Equal("Unassigned", Web.Config.Channels[role.Touch.Channel]);
    }

    [Theory]
    [InlineData(EventField.Source, "(direct)", false)]
    [InlineData(EventField.Medium, "cpc", false)]
    [InlineData(EventField.Referrer, "/here", false)]
    [InlineData(EventField.Source, "newsletter", true)]
    [InlineData(EventField.Campaign, "spring", true)]
    [InlineData(EventField.ClickId, "g1", true)]
    [InlineData(EventField.Referrer, "https://www.google.com/", true)]
    public void Classify_Open_IsATouchOnlyWhereItNamesItsOrigin(
        EventField field, string value, bool isTouch) =>
        Assert.Equal(isTouch, Classify(Web, "open", (field, value)).IsTouch);

    /// <summary>The ingest stage has copied the referrer's campaign fields into the event's own.</summary>
    [Fact]
    public void Classify_InstallWithReferrer_IsConversionAndTouchInOne()
    {
        EventRole role = Classify(
            Web, "install",
            (EventField.InstallReferrer, "utm_source=facebook&utm_medium=cpc"),
            (EventField.Source, "facebook"), (EventField.Medium, "cpc"));

        Assert.True(role.IsConversion);
        Assert.True(role.IsTouch);
        Assert.Equal(TouchKind.Referrer, role.Touch.Kind);
        Assert.Equal("Paid Social", Web.Config.Channels[role.Touch.Channel]);
    }

    [Fact]
    public void Classify_InstallWithReferrerThatNamesNothing_IsNoTouch()
    {
        EventRole role = Classify(
            Web, "install",
            (EventField.InstallReferrer, "utm_source=(not%20set)"), (EventField.Source, "(not set)"));

        Assert.True(role.IsConversion);
        Assert.False(role.IsTouch);
    }

    [Theory]
    [InlineData("organic", false)]
    [InlineData("cpc", true)]
    public void Classify_InstallThatTheStoreCallsOrganic_IsNoTouch(string medium, bool isTouch) =>
        Assert.Equal(isTouch, Classify(
            Web, "install",
            (EventField.InstallReferrer, "utm_source=google-play&utm_medium=" + medium),
            (EventField.Source, "google-play"), (EventField.Medium, medium)).IsTouch);

    [Fact]
    public void Classify_OpenWithReferrer_IsAReferrerTouch() =>
        Assert.Equal(TouchKind.Referrer, Classify(
            Web, "open", (EventField.InstallReferrer, "gclid=1"), (EventField.ClickId, "1"),
            (EventField.ClickIdType, "gclid")).Touch.Kind);

    [Fact]
    public void Classify_TypesOfTheConfigsOwn_AreTouchesAndConversions()
    {
        var classifier = new EventClassifier(AttributionConfig.Parse(
            """{"touches":{"click":["tap"],"view":["seen"]},"conversions":["tap","lead"]}"""u8));

        Assert.Equal(TouchKind.Click, Classify(classifier, "tap").Touch.Kind);
        Assert.True(Classify(classifier, "tap").IsConversion);
        Assert.Equal(TouchKind.View, Classify(classifier, "seen").Touch.Kind);
        Assert.True(Classify(classifier, "lead").IsConversion);
        Assert.False(Classify(classifier, "click").IsTouch);
        Assert.False(Classify(classifier, "purchase").IsConversion);
    }

    private static EventRole Classify(
        EventClassifier classifier, string type, params (EventField, string)[] fields)
    {
        var sample = new EventSample(type, fields);
        return classifier.Classify(sample.Record, sample.Bytes);
    }
}
