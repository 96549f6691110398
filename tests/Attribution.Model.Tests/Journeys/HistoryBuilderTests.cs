using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Journeys;

public class HistoryBuilderTests
{
    private static readonly EventSample Click = At(
        Histories.Noon - Histories.Day, "click", (EventField.EventId, "c1"), (EventField.Source, "google"),
        (EventField.Medium, "cpc"), (EventField.Campaign, "spring"));

    private static readonly EventSample Purchase = Worth(
        12_5000, At(Histories.Noon, "purchase", (EventField.EventId, "p1"), (EventField.UserId, "anna")));

    [Fact]
    public void Attribute_OfEvents_SpellsOutWhoEarnedWhat()
    {
        AttributedConversion conversion = Assert.Single(Build(Purchase, Click).Attribute());

        Assert.Equal("p1", conversion.Id);
        Assert.Equal("purchase", conversion.Type);
        Assert.Equal(Histories.Noon, conversion.TimeMillis);
        Assert.Equal(12_5000, conversion.RevenueTenThousandths);
        Assert.Equal(6, conversion.Models.Count);
        AttributedTouch touch = Assert.Single(conversion["last"].Touches);
        Assert.Equal(
            new AttributedTouch
            {
                Id = "c1",
                Type = "click",
                TimeMillis = Histories.Noon - Histories.Day,
                Channel = "Paid Search",
                Source = "google",
                Medium = "cpc",
                Campaign = "spring",
                CreditMillionths = 1_000_000,
                ValueTenThousandths = 12_5000,
            },
            touch);
    }

    [Fact]
    public void Add_OfAnEventThatCameTwice_CountsOnce()
    {
        HistoryBuilder builder = Build(Click, Purchase, Click, Purchase);

        Assert.Equal(1, builder.History.Touches.Length);
        Assert.Equal(1, builder.History.Conversions.Length);
    }

    [Fact]
    public void Add_AfterAttributing_IsSeenTheNextTime()
    {
        HistoryBuilder builder = Build(Purchase);
        Assert.Empty(builder.Attribute()[0]["last"].Touches);

        builder.Add(Click.Record, Click.Bytes);

        Assert.Single(builder.Attribute()[0]["last"].Touches);
    }

    /// <summary>The same event by its id is the better match, whichever came first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddProbable_OfAnEventThatAlsoNamesThePerson_KeepsTheMatchById(bool isProbableFirst)
    {
        var builder = new HistoryBuilder(AttributionConfig.Web);
        if (isProbableFirst)
            builder.AddProbable(Click.Record, Click.Bytes);
        builder.Add(Click.Record, Click.Bytes);
        if (!isProbableFirst)
            builder.AddProbable(Click.Record, Click.Bytes);

        Assert.Equal(1, builder.History.Touches.Length);
        Assert.False(builder.History.Touches[0].IsProbabilistic);
    }

    [Fact]
    public void AddProbable_OfAConversion_AddsNone()
    {
        var builder = new HistoryBuilder(AttributionConfig.Web);
        builder.AddProbable(Purchase.Record, Purchase.Bytes);
        builder.AddProbable(Click.Record, Click.Bytes);

        Assert.True(builder.History.Conversions.IsEmpty);
        Assert.True(builder.History.Touches[0].IsProbabilistic);
    }

    [Fact]
    public void History_OfLongIds_KeepsThemAndTheirOrder()
    {
        string a = new string('x', 40) + "a";
        string b = new string('x', 40) + "b";
        HistoryBuilder builder = Build(
            At(Histories.Noon, "click", (EventField.EventId, b)),
            At(Histories.Noon, "click", (EventField.EventId, a)), Purchase);

        string[] ids =
        [
            .. builder.History.Touches.ToArray()
                .Select(touch => Encoding.UTF8.GetString(builder.EventId(touch.EventId, new byte[36]))),
        ];
        Assert.Equal([a, b], ids);
        Assert.Equal(b, Assert.Single(builder.Attribute()[0]["last"].Touches).Id);
    }

    [Fact]
    public void History_OfAConversion_NamesItsUserAndType()
    {
        PersonHistory history = Build(Purchase).History;

        Assert.Equal("anna"u8, history.Texts.UserId(history.Conversions[0]));
        Assert.Equal("purchase"u8, history.Texts.Text(history.Conversions[0].TypeId));
    }

    [Fact]
    public void History_OfAnOpening_HasAMilestone()
    {
        PersonHistory history = Build(At(Histories.Noon, "open", (EventField.EventId, "o1"))).History;

        Assert.Equal(MilestoneKind.Open, history.Milestones[0].Kind);
        Assert.Equal(0, history.Touches.Length);
    }

    private static HistoryBuilder Build(params EventSample[] events)
    {
        var builder = new HistoryBuilder(AttributionConfig.Web);
        foreach (EventSample sample in events)
            builder.Add(sample.Record, sample.Bytes);
        return builder;
    }

    private static EventSample At(long time, string type, params (EventField Field, string Value)[] fields)
    {
        var sample = new EventSample(type, fields);
        sample.Record.Header.TimestampMillis = time;
        return sample;
    }

    private static EventSample Worth(long tenThousandths, EventSample sample)
    {
        sample.Record.Header.RevenueTenThousandths = tenThousandths;
        sample.Record.Header.Flags |= EventFlags.HasRevenue;
        return sample;
    }
}
